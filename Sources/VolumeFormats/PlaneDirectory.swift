import Files
import Foundation
import Zarr

/// A directory as a user gives it for a volume: which of its files are planes, and how they are numbered.
struct PlaneDirectory {
  enum Kind { case tiff, png }

  let path: String
  let kind: Kind
  let naming: PlaneNaming

  private static let tiffEndings = [".tif", ".tiff", ".btf", ".tf8"]
  private static let pngEndings = [".png"]

  /// - Parameter glob: which files are planes, as a pattern of the shell (`fnmatch`); nil for all images.
  /// - Throws: `Fault.noInput` when there are no planes, telling what is there instead; `Fault.badData` when their names
  ///   do not make a series.
  init(_ path: String, glob: String?) throws {
    self.path = path
    let entries = try directoryEntries(path).filter { !$0.hasPrefix(".") }
    let chosen = glob.map { glob in entries.filter { fnmatch(glob, $0, 0) == 0 } } ?? entries
    if let glob, chosen.isEmpty, !entries.isEmpty {
      throw Fault.noInput(
        "no file of \(path) matches --planes '\(glob)': found \(DirectorySurvey(entries, in: path).text)")
    }
    let tiffs = chosen.filter { Self.has($0, Self.tiffEndings) }
    let pngs = chosen.filter { Self.has($0, Self.pngEndings) }
    guard tiffs.isEmpty || pngs.isEmpty else {
      throw Fault.badData(
        "\(path) holds \(tiffs.count) TIFF and \(pngs.count) PNG files: expected the planes of one volume; choose them with --planes '*.tif' or --planes '*.png'"
      )
    }
    guard !tiffs.isEmpty || !pngs.isEmpty else { throw DirectorySurvey(entries, in: path).noPlanes }
    kind = pngs.isEmpty ? .tiff : .png
    naming = try PlaneNaming(
      tiffs + pngs, endings: pngs.isEmpty ? Self.tiffEndings : Self.pngEndings, isChosen: glob != nil, directory: path)
  }

  /// The files of one channel and time point by z.
  struct Selection {
    let names: [String]
    /// Index of the channel among the samples of a pixel.
    let sample: Int
    /// With the channels of the names and of the pixels together.
    let counts: VolumeCounts
  }

  /// - Throws: `Fault.usage` when the channel or time point does not exist.
  func selection(_ options: VolumeOptions, samplesPerPixel: Int) throws -> Selection {
    let counts = VolumeCounts(channels: naming.planes[0].count * samplesPerPixel, timePoints: naming.planes.count)
    try counts.check(options, path)
    return Selection(
      names: naming.planes[options.timePoint][options.channel / samplesPerPixel],
      sample: options.channel % samplesPerPixel, counts: counts)
  }

  /// The path of the first file, which tells what the others must be like.
  var firstPath: String { joinPath(path, naming.planes[0][0][0]) }

  /// For `VolumeDescription`: what orders the planes, and the files at either end.
  func planeOrder(first: String, last: String) -> String {
    "\(naming.orderText) (\(first == last ? first : "\(first) … \(last)"))"
  }

  private static func has(_ name: String, _ endings: [String]) -> Bool {
    let lower = name.lowercased()
    return endings.contains { lower.hasSuffix($0) }
  }
}

/// What lies in a directory without planes, for messages.
struct DirectorySurvey {
  private let path: String
  private let directories: [String]
  /// By ending, in lower case.
  private let files: [String: [String]]

  init(_ entries: [String], in path: String) {
    self.path = path
    directories = entries.filter { isDirectory(joinPath(path, $0)) }
    let all = Set(directories)
    files = Dictionary(grouping: entries.filter { !all.contains($0) }) { name in
      let lower = name.lowercased()
      if lower.hasSuffix(".nii.gz") { return ".nii.gz" }
      return lower.lastIndex(of: ".").map { String(lower[$0...]) } ?? ""
    }
  }

  /// For example `3 directories, 12 files .jp2`.
  var text: String {
    var parts: [String] = []
    if !directories.isEmpty { parts.append("\(directories.count) director\(directories.count == 1 ? "y" : "ies")") }
    for (ending, names) in files.sorted(by: { $0.value.count > $1.value.count }).prefix(4) {
      parts.append("\(names.count) file\(names.count == 1 ? "" : "s") \(ending.isEmpty ? "without ending" : ending)")
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }

  /// Why this is not a series of planes, and what would work.
  var noPlanes: Fault {
    Fault.noInput(
      "\(path) has no planes: expected files that end in .tif, .tiff or .png, found \(text)"
        + (advice.map { "; \($0)" } ?? ""))
  }

  private var advice: String? {
    for ending in [".jp2", ".j2k", ".jpx", ".jpf"] where files[ending] != nil {
      return "JPEG 2000 is not read: convert the planes to TIFF or PNG first, and give their directory"
    }
    for ending in [".jpg", ".jpeg"] where files[ending] != nil {
      return "JPEG is not read, since it loses intensities: give the original planes"
    }
    for ending in [".nii.gz", ".nii", ".mha", ".mhd", ".nrrd", ".npy", ".h5", ".ims", ".zarr", ".n5", ".czi", ".nd2"] {
      if let names = files[ending] { return "give one of its files, such as \(joinPath(path, names[0]))" }
    }
    if files[".dcm"] != nil { return "DICOM is not read: convert the series to NIfTI, for example by dcm2niix" }
    for ending in [".zip", ".ozx", ".czi", ".lif", ".oir", ".vsi"] {
      if let names = files[ending] { return "give one of its files, such as \(joinPath(path, names[0]))" }
    }
    guard let first = directories.first(where: { holdsPlanes(joinPath(path, $0)) }) else {
      return directories.first(where: { holdsVolume(joinPath(path, $0)) }).map { name in
        let volume = joinPath(path, name)
        // A level without the group around it.
        let isLevel = (try? ZarrArray.isArray(volume)) == true
        return
          (isLevel ? "the metadata of a store (zarr.json, or .zgroup and .zattrs) are missing: restore them, or " : "")
          + "give one of its volumes, such as \(volume)"
      }
    }
    let planeCount = directories.filter { holdsPlanes(joinPath(path, $0)) }.count
    return planeCount == 1
      ? "its planes are in \(joinPath(path, first)): give that directory"
      : "\(planeCount) of its directories hold planes, as channels or tiles do: give one of them, such as \(joinPath(path, first))"
  }

  private func holdsPlanes(_ directory: String) -> Bool {
    ((try? directoryEntries(directory)) ?? []).contains { name in
      [".tif", ".tiff", ".png"].contains { name.lowercased().hasSuffix($0) }
    }
  }

  private func holdsVolume(_ directory: String) -> Bool {
    ["zarr.json", ".zattrs", ".zgroup", ".zarray", "attributes.json"].contains { fileExists(joinPath(directory, $0)) }
  }
}
