import Files

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
        volumes.append(Entry(name: name, stem: stemOfVolume(name)))
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

  private static func isDependent(_ name: String, among names: Set<String>) -> Bool {
    let name = name.lowercased()
    return dependents.contains { group in
      group.suffixes.contains { suffix in
        name.hasSuffix(suffix) && group.headers.contains { names.contains(name.dropLast(suffix.count) + $0) }
      }
    }
  }

  private static func suffix(of name: String) -> String? {
    volumeSuffixes.first { name.lowercased().hasSuffix($0) && name.count > $0.count }
  }

  private static func isVolume(_ name: String, in directory: String) -> Bool {
    if name.hasPrefix(".") { return false }
    let path = joinPath(directory, name)
    if let suffix = suffix(of: name),
      !ambiguous.contains(suffix) || self.suffix(of: String(name.dropLast(suffix.count))) != nil
    {
      return true
    }
    // Directories of planes are judged by their names: whoever opens one says what is wrong with it.
    if isDirectory(path), let entries = try? directoryEntries(path),
      entries.contains(where: { entry in planeSuffixes.contains { entry.lowercased().hasSuffix($0) } })
    {
      return true
    }
    return (try? openVolume(path)) != nil
  }
}
