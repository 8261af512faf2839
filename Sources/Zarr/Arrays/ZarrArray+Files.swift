import Files
import Voxels

extension ZarrArray {
  /// More files than this are not asked for one by one: on a network file system that would take minutes.
  package static let fileLimit = 100_000

  /// The metadata of the array and the files of the shards (or chunks) that meet `region`, whether they exist or not.
  ///
  /// Where the array has more than `fileLimit` of them, the directories that hold them instead: their times change
  /// whenever a file in them is created, removed or replaced by another, as programs do that write chunks safely, but not
  /// when one is overwritten in place.
  ///
  /// Of an array in an archive, the archive.
  package func files(holding region: Region, fileLimit: Int = ZarrArray.fileLimit) -> [String] {
    let archive = Archive.fileHolding(path)
    if archive != path { return [archive] }
    let names = [ZarrArray.metadataName, Version2.arrayName, N5.attributesName].map { joinPath(path, $0) }
    var files = names.filter(fileExists)
    let positions = shards.positions(intersecting: region)
    files.reserveCapacity(files.count + positions.count)
    if shards.count <= fileLimit {
      positions.forEachPosition { files.append(shardPath(at: $0)) }
      return files
    }
    var known: Set<String> = []
    func add(_ directory: String) {
      if known.insert(directory).inserted, isDirectory(directory) { files.append(directory) }
    }
    // The axis that a key ends with never decides the directory; it may be any.
    for fixed in 0..<3 {
      var face = positions
      face.extent[fixed] = min(1, face.extent[fixed])
      face.forEachPosition { add(parentDirectory(of: shardPath(at: $0))) }
    }
    return files
  }
}
