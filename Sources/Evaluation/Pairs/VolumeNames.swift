import Files
import VolumeFormats

/// The volumes of a directory, by name, and what else is in it.
package struct VolumeNames: Sendable {
  package struct Entry: Sendable, Equatable {
    package let name: String
    /// Without the suffixes of volume formats.
    package let stem: String
  }

  package let directory: String
  package let volumes: [Entry]
  /// Files and directories that are no volumes.
  package let strays: [String]

  /// In the order in which they are looked for: a longer one before what it ends in.
  private static let suffixes = [
    ".gz", ".nii", ".tif", ".tiff", ".btf", ".tf8", ".mha", ".mhd", ".nrrd", ".nhdr", ".hdr", ".img", ".npy", ".npz",
    ".h5", ".hdf5", ".hdf", ".ims", ".zarr", ".n5", ".ozx", ".zip", ".ome",
  ]
  /// What alone does not say that a file is a volume.
  private static let ambiguous: Set<String> = [".gz", ".zip", ".ome"]
  /// Voxels whose description is in a header of the same stem, and descriptions whose voxels are.
  private static let dependents: [(suffixes: [String], headers: [String])] = [
    ([".raw", ".zraw", ".raw.gz", ".bin"], [".mhd", ".nhdr"]),
    ([".img", ".img.gz"], [".hdr"]),
    ([".xml"], [".h5", ".n5", ".zarr"]),
  ]
  private static let planeSuffixes = [".tif", ".tiff", ".png"]

  /// - Throws: `Fault.noInput` or `Fault.io` when the directory cannot be read.
  package init(_ directory: String) throws {
    let entries = try directoryEntries(directory).sorted().filter { $0 != PrivateDirectory.name }
    let names = Set(entries.map { $0.lowercased() })
    var volumes: [Entry] = []
    var strays: [String] = []
    for name in entries where !VolumeNames.isDependent(name, among: names) {
      if VolumeNames.isVolume(name, in: directory) {
        volumes.append(Entry(name: name, stem: VolumeNames.stem(of: name)))
      } else {
        strays.append(name)
      }
    }
    self.directory = directory
    self.volumes = volumes
    self.strays = strays
  }

  /// Every volume by its stem.
  ///
  /// - Throws: `Fault.badData` when two have one stem, naming both.
  package func byStem() throws -> [String: String] {
    var found: [String: String] = [:]
    for entry in volumes {
      if let other = found.updateValue(entry.name, forKey: entry.stem) {
        throw Fault.badData(
          "\(directory) has both \(other) and \(entry.name): expected one volume named \(entry.stem); remove one of them, or give a YAML list of pairs"
        )
      }
    }
    return found
  }

  /// A file name without the suffixes of volume formats, in capitals or not.
  package static func stem(of name: String) -> String {
    var stem = Substring(name)
    while let suffix = suffixes.first(where: { stem.lowercased().hasSuffix($0) && stem.count > $0.count }) {
      stem = stem.dropLast(suffix.count)
    }
    return String(stem)
  }

  private static func isDependent(_ name: String, among names: Set<String>) -> Bool {
    let name = name.lowercased()
    return dependents.contains { group in
      group.suffixes.contains { suffix in
        name.hasSuffix(suffix) && group.headers.contains { names.contains(name.dropLast(suffix.count) + $0) }
      }
    }
  }

  private static func isVolume(_ name: String, in directory: String) -> Bool {
    if name.hasPrefix(".") { return false }
    let path = joinPath(directory, name)
    let suffix = suffixes.first { name.lowercased().hasSuffix($0) && name.count > $0.count }
    if let suffix, !ambiguous.contains(suffix) || stem(of: name).count < name.count - suffix.count { return true }
    // Directories of planes are judged by their names: whoever opens one says what is wrong with it.
    if isDirectory(path), let entries = try? directoryEntries(path),
      entries.contains(where: { entry in planeSuffixes.contains { entry.lowercased().hasSuffix($0) } })
    {
      return true
    }
    return (try? openVolume(path)) != nil
  }
}

/// `a, b and c`, or `a, b, c and 9 more`.
func enumerated(_ names: [String], limit: Int = 6) -> String {
  if names.count > limit {
    return "\(names.prefix(limit - 1).joined(separator: ", ")) and \(names.count - limit + 1) more"
  }
  guard names.count > 1, let last = names.last else { return names.first ?? "" }
  return "\(names.dropLast().joined(separator: ", ")) and \(last)"
}
