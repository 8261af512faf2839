import Files
import Synchronization

/// An open file of an array, with its index if it is a shard.
final class OpenShard: Sendable {
  let file: ReadableFile
  /// nil if the file is a single chunk.
  let index: ShardIndex?
  /// The indices of nested shards, by location: read when first needed, then kept.
  private let innerIndices = Mutex<[Range<Int>: ShardIndex]>([:])
  /// Memory of all indices, including those not read yet.
  let memoryInBytes: Int

  /// - Parameter innerChunkCount: the number of pieces of the file that are not shards themselves.
  init(file: ReadableFile, index: ShardIndex?, innerChunkCount: Int = 0) {
    self.file = file
    self.index = index
    memoryInBytes = max(index?.memoryInBytes ?? 0, innerChunkCount * 16)
  }

  /// The index of the nested shard that occupies `range` of this one.
  ///
  /// - Throws: `Fault.badData` when it is damaged.
  func innerIndex(in range: Range<Int>, _ sharding: ShardingCodec, chunkCount: Int) throws -> ShardIndex {
    if let known = innerIndices.withLock({ $0[range] }) { return known }
    let index = try ShardIndex(of: file, in: range, sharding: sharding, chunkCount: chunkCount)
    innerIndices.withLock { $0[range] = index }
    return index
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
