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
  package func files(holding region: Region) -> [String] { files(holding: region, fileLimit: Self.fileLimit) }

  func files(holding region: Region, fileLimit: Int) -> [String] {
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
    // A key is nested from z to x, or in N5 from x to z: the last axis never decides the directory.
    for z in positions.range(0) {
      for y in positions.range(1) {
        add(parentDirectory(of: shardPath(at: Coordinate(z, y, positions.origin.x))))
      }
    }
    if case .n5 = metadata.keyEncoding {
      for y in positions.range(1) {
        for x in positions.range(2) {
          add(parentDirectory(of: shardPath(at: Coordinate(positions.origin.z, y, x))))
        }
      }
    }
    return files
  }
}
