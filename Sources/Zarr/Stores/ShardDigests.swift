import Files
import Foundation

/// The digests of all shards of a finished store: `.sheaf/shards`, whose checksum is in the store's contents.
///
/// Shards are checked by their own checksums; this file tells whether they are the ones that were written, in their
/// places. It depends on the voxels, the layout and the compression library alone.
///
/// 1. `SHEAFSH1` (8 bytes).
/// 2. The number of arrays (varint); for each its path relative to the store (length as varint, UTF-8), the number of
///    shards (varint), and the digest of each shard in C order (uint64, little-endian; 0 for none: an empty shard, or one
///    written by a version before digests).
/// 3. The hash (`Fingerprint`, uint64) of everything before.
package struct ShardDigests: Equatable, Sendable {
  package static let fileName = "shards"
  private static let magic = Array("SHEAFSH1".utf8)

  private var arrays: [String: [UInt64]] = [:]

  init() {}

  package static func path(ofStore store: String) -> String { joinPath(PrivateDirectory.path(in: store), fileName) }

  mutating func add(_ array: String, count: Int, _ digests: [Int: ShardDigest]) {
    var values = [UInt64](repeating: 0, count: count)
    for (shard, digest) in digests { values[shard] = digest.value }
    arrays[array] = values
  }

  /// The digest of a shard; nil if none was recorded.
  func digest(ofShard shard: Int, of array: String) -> ShardDigest? {
    arrays[array].flatMap { $0.indices.contains(shard) ? ShardDigest(value: $0[shard]) : nil }
  }

  /// How many shards of an array have a digest.
  func count(of array: String) -> Int { arrays[array]?.count { $0 != 0 } ?? 0 }

  /// What every shard of an array must be; empty when nothing was recorded.
  package func expectations(of array: String, _ empty: EmptyShards) -> [Int: ExpectedShard] {
    guard let values = arrays[array], values.count == empty.count, values.contains(where: { $0 != 0 }) else {
      return [:]
    }
    var expected: [Int: ExpectedShard] = [:]
    for (shard, value) in values.enumerated() {
      if let digest = ShardDigest(value: value) {
        expected[shard] = .digest(digest)
      } else if empty.contains(shard) {
        expected[shard] = .empty
      }
    }
    return expected
  }

  /// Whether every shard of a finished store has a digest, or is recorded as empty; not so when an earlier version wrote
  /// some of them.
  func isComplete(_ contents: StoreContents, store: String) throws -> Bool {
    try arrays.allSatisfy { name, values in
      let missing = try contents.missingShards(ofArray: name, shardCount: values.count, store: store)
      guard case .areLost(let empty) = missing else { return !values.contains(0) }
      return values.indices.allSatisfy { values[$0] != 0 || empty.contains($0) }
    }
  }

  /// One number for everything in the store: changes with its voxels, not with attributes or the files' times.
  package var identity: UInt64 { encoded.withUnsafeBytes { Fingerprint.of($0) } }

  // MARK: On disk

  private var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.append(raw: Self.magic)
    writer.append(arrays.count)
    for (name, digests) in arrays.sorted(by: { $0.key < $1.key }) {
      writer.append(name.utf8.count)
      writer.append(raw: name.utf8)
      writer.append(digests.count)
      for digest in digests { writer.append(fixed: digest) }
    }
    return writer.bytes
  }

  func publish(toStore store: String) throws {
    var bytes = encoded
    let hash = identity
    withUnsafeBytes(of: hash.littleEndian) { bytes.append(contentsOf: $0) }
    try Files.publish(Data(bytes), to: Self.path(ofStore: store))
  }

  /// nil if the store has none: it is not finished, or an earlier version wrote it.
  ///
  /// - Throws: `Fault.badData` when the file is damaged.
  package static func read(ofStore store: String) throws -> ShardDigests? {
    let path = path(ofStore: store)
    guard fileExists(path) else { return nil }
    var reader = ByteReader(
      Array(try readWholeFile(path, limit: 1 << 34)), name: path, remedy: "restore it or create the store again")
    guard try reader.raw(magic.count) == magic else { throw reader.malformed("it does not begin with SHEAFSH1") }
    var digests = ShardDigests()
    for _ in 0..<(try reader.integer(in: 0...4096, "a number of arrays")) {
      let length = try reader.integer(in: 0...4096, "the length of a name")
      let name = String(decoding: try reader.raw(length), as: UTF8.self)
      let count = try reader.integer(in: 0...(reader.rest.count / 8), "a number of shards")
      let bytes = try reader.raw(count * 8)
      digests.arrays[name] = bytes.withUnsafeBytes { raw in
        (0..<count).map { UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
      }
    }
    let stored = try reader.raw(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard reader.isAtEnd, stored == digests.identity else { throw reader.malformed("its hash is wrong") }
    return digests
  }
}

extension Store {
  /// What the shards of each level must be, by their numbers; nothing for stores of versions before digests.
  package func expectedShards() throws -> [[Int: ExpectedShard]] {
    let digests = try ShardDigests.read(ofStore: path)
    return zip(multiscale.datasets, levels).map { dataset, level in
      guard let digests, case .areLost(let empty) = level.missingShards else { return [:] }
      return digests.expectations(of: dataset.path, empty)
    }
  }

  /// What the voxels of a finished store are recognised by, as text; nil where a version before digests wrote any shard.
  ///
  /// - Throws: `Fault.badData` when the record is damaged.
  package static func voxelIdentity(of path: String) throws -> String? {
    guard StoreContents.isSheafStore(path), let digests = try ShardDigests.read(ofStore: path),
      let contents = try StoreContents.read(ofStore: path), try digests.isComplete(contents, store: path)
    else { return nil }
    return "shards \(Fingerprint.text(digests.identity))"
  }
}
