import Files
import VolumeFormats

extension Export {
  /// Makes sure that the output may be written, without touching it.
  ///
  /// An earlier export of as many planes, finished or not, may be replaced; a directory that holds anything else is left
  /// alone, because what would come of it is not one volume.
  ///
  /// - Throws: `Fault.cannotCreate` when something is there that must not be replaced.
  package func checkOutput(overwrite: Bool) throws {
    guard fileExists(path) else { return }
    if isDirectory(path) {
      let names = try directoryEntries(path).filter {
        !isPartialFile($0) && $0 != PrivateDirectory.name
      }
      if names.isEmpty { return }
      if let other = names.first(where: { !TIFFPlaneWriter.isPlaneName($0, of: region.extent.z) }) {
        throw Fault.cannotCreate(
          "\(path) holds \(other), which is not a plane of this export; write planes to a new or empty directory")
      }
      guard overwrite else {
        throw Fault.cannotCreate(
          "\(path) holds planes already; give another directory, or --overwrite to replace them")
      }
    } else if !overwrite {
      throw Fault.cannotCreate("\(path) exists; give another name, or --overwrite to replace it")
    }
  }

  /// Removes what an interrupted export left half-written.
  package func removeUnfinishedOutput() throws {
    try isDirectory(path) ? removePartialFiles(in: path) : removePartialFiles(of: path)
  }
}
