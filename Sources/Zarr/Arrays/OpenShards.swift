import Files
import Synchronization

/// A file of an array, open for reading, with its index when it is a shard.
final class OpenShard: Sendable {
  let file: ReadableFile
  /// nil when the file is one chunk.
  let index: ShardIndex?

  init(file: ReadableFile, index: ShardIndex?) {
    self.file = file
    self.index = index
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
      memoryInBytes -= entry.shard.index?.memoryInBytes ?? 0
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
      state.memoryInBytes += opened.index?.memoryInBytes ?? 0
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
