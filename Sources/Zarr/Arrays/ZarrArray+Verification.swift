import Codecs
import Files
import Voxels

extension ZarrArray {
  /// Reads everything in the file of one shard: its index with checksum, and every chunk with its codecs' checks.
  ///
  /// Bytes of a shard that no index entry covers are not read by anyone and not looked at.
  ///
  /// - Returns: what is wrong, each finding naming the array, the file and the chunk; nothing for a sound shard.
  /// - Throws: only what is not the file's fault, such as a disk that fails.
  package func verifyShard(at position: Coordinate) throws -> [Finding] {
    let path = shardPath(at: position)
    let shard: OpenShard?
    do {
      shard = try openShard(at: position)
    } catch let fault as Fault where fault.kind == .badData {
      return [Finding(path: path, message: fault.message)]
    }
    guard let shard else { return [] }
    defer { OpenShards.shared.forget(openShardKey(position)) }
    var findings: [Finding] = []
    if case .areLost(let empty) = missingShards, empty.contains(shards.index(of: position)) {
      findings.append(
        Finding(
          path: path, message: "\(path) is there, but the finished store lists this shard of \(self.path) as empty"))
    }
    try withCodecContext { context in
      try chunkPositions(ofShard: position).forEachPosition { chunk in
        do {
          _ = try decodeChunk(at: chunk, of: shard, context)
        } catch let fault as Fault where fault.kind == .badData {
          findings.append(Finding(path: path, message: fault.message))
        }
      }
    }
    return findings
  }

  /// Views of the array, at different leading indices, that together hold every chunk once.
  func viewsOfAllChunks() throws -> [ZarrArray] {
    var indices: [[Int]] = [[]]
    for axis in 0..<leadingIndices.count {
      let starts = stride(from: 0, to: metadata.shape[axis], by: metadata.chunkShape[axis])
      // A hostile shape must not become as many views; real ones have few channels and time points.
      guard indices.count * starts.underestimatedCount <= 1 << 20 else {
        throw Fault.badData("\(path) has too many channels and time points to verify: \(metadata.shape)")
      }
      indices = indices.flatMap { start in starts.map { start + [$0] } }
    }
    return try indices.map(view(leadingIndices:))
  }
}
