import Codecs
import Files
import Foundation
import Voxels

/// What a published shard is recognised by: a 64-bit hash of its index and of the checksums that its chunks end with.
///
/// Index and checksums together determine every byte of the shard that is ever read, so two shards with the same digest
/// are the same shard, and computing it costs nothing: no byte of a chunk is looked at again.
package struct ShardDigest: Hashable, Sendable, Codable {
  package let value: UInt64

  /// 0 stands for "not recorded" on disk.
  init?(value: UInt64) {
    if value == 0 { return nil }
    self.value = value
  }

  /// - Parameters:
  ///   - index: the index without its own checksum; empty for a file that is one chunk.
  ///   - checksums: of the chunks that exist, in C order.
  init(index: Data, checksums: [UInt32]) {
    let ofIndex = index.withUnsafeBytes { Fingerprint.of($0) }
    let ofChunks = checksums.map(\.littleEndian).withUnsafeBytes { Fingerprint.of($0) }
    value = max(1, [ofIndex, ofChunks].withUnsafeBytes { Fingerprint.of($0) })
  }

  package init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(UInt64.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  package var text: String { Fingerprint.text(value) }

  /// The last four bytes of an encoded chunk: its CRC-32C, where chunks have one.
  static func checksum(ofChunk encoded: UnsafeRawBufferPointer) -> UInt32 {
    encoded.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

extension ZarrArray {
  /// The digest of the shard at `position` as it is on disk; nil when it has no file.
  ///
  /// - Throws: `Fault.badData` when its index is damaged.
  package func digest(ofShardAt position: Coordinate) throws -> ShardDigest? {
    guard let shard = try openShard(at: position) else { return nil }
    var checksums: [UInt32] = []
    do {
      try chunkPositions(ofShard: position).forEachPosition { chunk in
        guard let (file, range) = try place(ofChunk: chunk, of: shard) else { return }
        let tail = max(range.lowerBound, range.upperBound - 4)..<range.upperBound
        let bytes = try file.read(at: tail.lowerBound, count: tail.count)
        checksums.append(bytes.withUnsafeBytes { ShardDigest.checksum(ofChunk: $0) })
      }
    } catch let error as CodecError {
      throw Fault.badData("\(shard.file.path) is damaged: \(error.message); restore it or create the store again")
    }
    return ShardDigest(index: shard.index?.bytes ?? Data(), checksums: checksums)
  }
}
