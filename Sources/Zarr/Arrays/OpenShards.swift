import Files
import Synchronization

/// A file of an array, open for reading, with its index when it is a shard.
final class OpenShard: Sendable {
  let file: ReadableFile
  /// nil when the file is one chunk.
  let index: ShardIndex?
  /// Of the shards in this shard, by where they lie: read when first needed, then kept.
  private let innerIndices = Mutex<[Range<Int>: ShardIndex]>([:])
  /// Memory of all indices, those not read yet included.
  let memoryInBytes: Int

  /// - Parameter innerChunkCount: pieces of the file that are no shards again.
  init(file: ReadableFile, index: ShardIndex?, innerChunkCount: Int = 0) {
    self.file = file
    self.index = index
    memoryInBytes = max(index?.memoryInBytes ?? 0, innerChunkCount * 16)
  }

  /// The index of the shard that lies in `range` of this one.
  ///
  /// - Throws: `Fault.badData` when it is damaged.
  func innerIndex(in range: Range<Int>, _ sharding: ShardingCodec, chunkCount: Int) throws -> ShardIndex {
    if let known = innerIndices.withLock({ $0[range] }) { return known }
    let index = try ShardIndex(of: file, in: range, sharding: sharding, chunkCount: chunkCount)
    innerIndices.withLock { $0[range] = index }
    return index
  }
}

/// The shards that were read last, kept open with their indices: at most 128 files in the whole process, because a
/// corpus reads from many stores and systems allow few open files; and, beyond one shard, 64 MiB of indices. Safe for
/// use from many threads.
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

  /// The open shard `key`, opened by `open` when it is not here; nil, and not remembered, when that gives nil.
  func shard(_ key: Key, open: () throws -> OpenShard?) rethrows -> OpenShard? {
    let known = state.withLock { state -> OpenShard? in
      state.clock += 1
      state.entries[key]?.lastUse = state.clock
      return state.entries[key]?.shard
    }
    if let known { return known }
    // Outside the lock: two threads may open one shard at once, and the second one's copy wins.
    guard let opened = try open() else { return nil }
    state.withLock { state in
      state.remove(key)
      state.entries[key] = (opened, state.clock)
      state.memoryInBytes += opened.memoryInBytes
      while state.entries.count > OpenShards.fileLimit
        || (state.memoryInBytes > OpenShards.memoryLimitInBytes && state.entries.count > 1)
      {
        // Few enough entries for a scan to cost nothing beside opening a file.
        let others = state.entries.filter { $0.key != key }
        guard let oldest = others.min(by: { $0.value.lastUse < $1.value.lastUse }) else { break }
        state.remove(oldest.key)
      }
    }
    return opened
  }

  /// Closes a shard, because its file was replaced or is not needed again.
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
