import Codecs
import Files
import Foundation
import Synchronization
import Voxels

/// An open file of an array, or a nested shard in one, with its index if it is a shard.
final class OpenShard: Sendable {
  /// What chunks are read from: the file, or its contents in memory where the whole shard is compressed.
  let file: ReadableFile
  /// nil if the file is a single chunk.
  let index: ShardIndex?
  /// Nested shards by location, opened when first needed, then kept.
  private let nested = Mutex<[Range<Int>: OpenShard]>([:])
  /// Memory of all indices, including those not read yet, and of decoded contents.
  let memoryInBytes: Int

  /// At most this much of nested shards that are compressed as a whole is kept.
  private static let nestedMemoryLimitInBytes = 64 << 20

  /// A file that is one chunk.
  init(chunk file: ReadableFile) {
    self.file = file
    index = nil
    memoryInBytes = file.memoryInBytes
  }

  /// The shard that occupies the bytes `range` of `file`.
  ///
  /// - Parameters:
  ///   - shape: of the shard, along the axes of the array.
  ///   - innerChunkCount: the number of pieces that are not shards themselves.
  /// - Throws: `Fault.badData` when it is damaged.
  init(
    _ file: ReadableFile, in range: Range<Int>, _ sharding: ShardingCodec, shape: [Int], type: StoredType,
    innerChunkCount: Int = 0
  ) throws {
    let contents = try OpenShard.decode(file, range, sharding, shape: shape, type: type)
    self.file = contents ?? file
    index = try ShardIndex(
      of: self.file, in: contents.map { 0..<$0.size } ?? range, sharding: sharding,
      chunkCount: sharding.chunkCount(inShard: shape))
    memoryInBytes = max(index?.memoryInBytes ?? 0, innerChunkCount * 16) + self.file.memoryInBytes
  }

  /// The contents of a shard that is compressed as a whole; nil for others.
  private static func decode(
    _ file: ReadableFile, _ range: Range<Int>, _ sharding: ShardingCodec, shape: [Int], type: StoredType
  ) throws -> ReadableFile? {
    if sharding.outerCodecs.isEmpty { return nil }
    do {
      guard let limit = sharding.byteCountLimit(shardShape: shape, voxelByteCount: type.byteCount),
        range.count <= sharding.outerCodecs.encodedByteCountLimit(limit)
      else { throw CodecError("it has \(range.count) bytes, more than such a shard can have") }
      let encoded = try file.read(at: range.lowerBound, count: range.count)
      // A context of its own: those that threads reuse would keep the memory of a whole shard.
      let context = CodecContext()
      let contents = try encoded.withUnsafeBytes {
        Data(try sharding.outerCodecs.decode($0, limit: limit, context))
      }
      return ReadableFile(path: file.path, contents: contents)
    } catch let error as CodecError {
      throw Fault.badData(
        "\(file.path) is damaged: the shard cannot be decoded: \(error.message); restore the file or create the store again"
      )
    }
  }

  /// The nested shard that occupies `range` of this one.
  ///
  /// - Throws: `Fault.badData` when it is damaged.
  func inner(in range: Range<Int>, _ sharding: ShardingCodec, shape: [Int], type: StoredType) throws -> OpenShard {
    if let known = nested.withLock({ $0[range] }) { return known }
    let opened = try OpenShard(file, in: range, sharding, shape: shape, type: type)
    nested.withLock { nested in
      let decoded = nested.values.reduce(0) { $0 + ($1.file === file ? 0 : $1.file.memoryInBytes) }
      if decoded > OpenShard.nestedMemoryLimitInBytes { nested.removeAll() }
      nested[range] = opened
    }
    return opened
  }
}

/// The most recently read shards, kept open with their indices: at most 128 files in the whole process, because a
/// corpus reads from many stores and systems limit the number of open files; and, unless there is only one shard, at
/// most 64 MiB of indices. Safe to use from many threads.
final class OpenShards: Sendable {
  static let shared = OpenShards()

  struct Key: Hashable, Sendable {
    /// `ZarrArray.identity`
    let array: Int
    let shard: Int
  }

  private static let fileLimit = 128
  private static let memoryLimitInBytes = 64 << 20

  private struct State {
    var entries: [Key: (shard: OpenShard, lastUse: Int)] = [:]
    var clock = 0
    var memoryInBytes = 0

    mutating func remove(_ key: Key) {
      guard let entry = entries.removeValue(forKey: key) else { return }
      memoryInBytes -= entry.shard.memoryInBytes
    }
  }

  private let state = Mutex(State())

  /// The open shard `key`, opened with `open` if it is not cached; nil, which is not cached, if `open` returns nil.
  func shard(_ key: Key, open: () throws -> OpenShard?) rethrows -> OpenShard? {
    let known = state.withLock { state -> OpenShard? in
      state.clock += 1
      state.entries[key]?.lastUse = state.clock
      return state.entries[key]?.shard
    }
    if let known { return known }
    // Outside the lock: two threads may open the same shard at once, and the second one's copy wins.
    guard let opened = try open() else { return nil }
    state.withLock { state in
      state.remove(key)
      state.entries[key] = (opened, state.clock)
      state.memoryInBytes += opened.memoryInBytes
      while state.entries.count > OpenShards.fileLimit
        || (state.memoryInBytes > OpenShards.memoryLimitInBytes && state.entries.count > 1)
      {
        // So few entries that a scan costs nothing compared with opening a file.
        let others = state.entries.filter { $0.key != key }
        guard let oldest = others.min(by: { $0.value.lastUse < $1.value.lastUse }) else { break }
        state.remove(oldest.key)
      }
    }
    return opened
  }

  /// Closes a shard whose file was replaced or is no longer needed.
  func forget(_ key: Key) {
    state.withLock { $0.remove(key) }
  }

  /// Closes all shards of an array.
  func forget(array: Int) {
    state.withLock { state in
      for key in state.entries.keys where key.array == array { state.remove(key) }
    }
  }
}
