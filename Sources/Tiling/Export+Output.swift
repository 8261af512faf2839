import Files
import Jobs
import VolumeFormats

extension Export {
  /// Refuses a file before anything is computed that `write` would refuse. Rank 0 only.
  ///
  /// - Throws: `Fault.cannotCreate` when something is at `path` that must not be replaced, or `path` is an input.
  package static func requirePlace(_ path: String, inputs: [String], overwrite: Bool) throws {
    guard let format = try VolumeFileFormat(path: path).outputFormat else { return }
    try refuseReservedPlace(path)
    try InputPlaces(inputs).refuse(output: path, kind: .file)
    try format.refuseToReplace(path, overwrite: overwrite)
  }

  /// Writes the file or the planes, which appear when they are whole. Rank 0 only.
  ///
  /// An earlier export of as many planes may be replaced; a directory that holds anything else is left alone, because
  /// what would come of it is not one volume.
  ///
  /// - Parameters:
  ///   - inputs: what the command reads besides the source.
  /// - Returns: false when nothing was to be written (`dryRun`).
  /// - Throws: `Fault.cannotCreate` when something is there that must not be replaced; as `run`.
  package func write(
    readingAlso inputs: [String] = [], settings: JobSettings, progress: (Int) -> Void = { _ in },
    isStopRequested: () -> Bool = { false }
  ) throws -> Bool {
    let inputs = source.placesOfFiles + inputs
    func write(to workPath: String) throws -> Bool {
      if settings.dryRun { return false }
      try run(to: workPath, progress: progress, isStopRequested: isStopRequested)
      return true
    }
    if let format = try VolumeFileFormat(path: path).outputFormat {
      return try OutputPlace.writeFile(path, format, inputs: inputs, settings: settings, write(to:))
    }
    let count = region.extent.z
    let request = OutputPlace.Request(
      planes: path, inputs: inputs, isPlane: { TIFFPlaneWriter.isPlaneName($0, of: count) })
    // The slash says that it is a directory.
    return try OutputPlace.write(request, settings: settings) { try write(to: $0 + "/") }
  }
}

extension VolumeFileFormat {
  /// Nil for a directory of planes.
  fileprivate var outputFormat: OutputFileFormat? {
    switch self {
    case .tiffPlanes: nil
    case .tiff: .tiff
    case .nifti: .nifti
    case .metaImage: .metaImage
    case .numPy: .numpy
    }
  }
}
