import Codecs
import Files
import Voxels

extension ZarrArray {
  /// Reads everything in the file of one shard: its index with checksum, and every chunk with all checks of its codecs.
  ///
  /// Bytes of a shard that no index entry covers are never read by anyone and are not checked.
  ///
  /// - Parameter coverage: counts what was read.
  /// - Returns: what is wrong, each finding naming the array, the file and the chunk; empty for an intact shard.
  /// - Throws: only errors that are not the file's fault, such as a failing disk.
  package func verifyShard(at position: Coordinate, coverage: inout ArrayCoverage) throws -> [Finding] {
    let path = shardPath(at: position)
    // That the store was never finished is said once for all of its shards.
    if case .areUnfinished = missingShards, !fileExists(path) { return [] }
    let shard: OpenShard?
    do {
      shard = try openShard(at: position)
    } catch let fault as Fault where fault.kind == .badData {
      return [Finding(path: path, message: fault.message)]
    }
    guard let shard else {
      coverage.absent += 1
      return []
    }
    coverage.files += 1
    do {
      try shard.file.compareArchivedChecksum()
    } catch let fault as Fault where fault.kind == .badData {
      return [Finding(path: path, message: fault.message)]
    }
    defer { OpenShards.shared.forget(openShardKey(position)) }
    var findings: [Finding] = []
    if case .areLost(let empty) = missingShards, empty.contains(shards.index(of: position)) {
      findings.append(
        Finding(
          path: path, message: "\(path) exists, but the finished store lists this shard of \(self.path) as empty"))
    }
    try withCodecContext { context in
      try chunkPositions(ofShard: position).forEachPosition { chunk in
        do {
          if try decodeChunk(at: chunk, of: shard, context) != nil { coverage.chunks += 1 }
        } catch let fault as Fault where fault.kind == .badData {
          findings.append(Finding(path: path, message: fault.message))
        }
      }
    }
    return findings
  }

  package func verifyShard(at position: Coordinate) throws -> [Finding] {
    var coverage = ArrayCoverage()
    return try verifyShard(at: position, coverage: &coverage)
  }

  /// Volumes of the array, of different channels and time points, that together cover every chunk exactly once.
  func viewsOfAllChunks() throws -> [ZarrArray] {
    var indices = [[Int](repeating: 0, count: metadata.shape.count)]
    for axis in axes.others {
      let starts = stride(from: 0, to: metadata.shape[axis], by: metadata.chunkShape[axis])
      // A hostile shape must not create arbitrarily many views; real arrays have few channels and time points.
      guard indices.count * starts.underestimatedCount <= 1 << 20 else {
        throw Fault.badData("\(path) has too many channels and time points to verify: \(metadata.shape)")
      }
      indices = indices.flatMap { indices in
        starts.map { start in
          var indices = indices
          indices[axis] = start
          return indices
        }
      }
    }
    return try indices.map { try view(VolumeAxes(z: axes.z, y: axes.y, x: axes.x, fixed: $0)) }
  }
}
