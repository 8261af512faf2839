import Foundation
import Jobs
import Voxels

/// Decoded bricks of all layers, the longest unused of which go when there are too many bytes of them. A brick that
/// several threads ask for at once is read by one of them.
final class BrickCache: @unchecked Sendable {
  struct Key: Hashable, Sendable {
    let layer: Int
    let level: Int
    let position: Coordinate
  }

  private struct Entry {
    let voxels: VoxelBuffer
    var lastUse: Int
  }

  /// Of the program and the answers on their way, in bytes.
  private static let otherMemory = 64 << 20
  private let limitInBytes: Int
  private let condition = NSCondition()
  private var entries: [Key: Entry] = [:]
  private var beingRead: Set<Key> = []
  private var bytes = 0
  private var uses = 0

  init(limitInBytes: Int) { self.limitInBytes = limitInBytes }

  /// The brick, from memory or by `read`. Bricks that cannot be read, or are not written yet, are tried again each time.
  func brick(_ key: Key, read: () -> BrickSource.Brick) -> BrickSource.Brick {
    condition.lock()
    while true {
      if let voxels = use(key) {
        condition.unlock()
        return .voxels(voxels)
      }
      if beingRead.insert(key).inserted { break }
      condition.wait()
    }
    condition.unlock()
    let brick = read()
    condition.lock()
    beingRead.remove(key)
    var isReplaced = false
    if case .voxels(let voxels) = brick { isReplaced = keep(voxels, key) }
    condition.broadcast()
    condition.unlock()
    // Bricks lie between smaller things that stay, so that the C library keeps the memory of those that went: the process
    // would grow to twice its cache.
    if isReplaced { giveBackFreedMemory(beyond: limitInBytes + Self.otherMemory) }
    return brick
  }

  func contains(_ key: Key) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    return entries[key] != nil || beingRead.contains(key)
  }

  private func use(_ key: Key) -> VoxelBuffer? {
    uses += 1
    entries[key]?.lastUse = uses
    return entries[key]?.voxels
  }

  /// Whether older bricks went for it.
  private func keep(_ voxels: VoxelBuffer, _ key: Key) -> Bool {
    uses += 1
    if entries.updateValue(Entry(voxels: voxels, lastUse: uses), forKey: key) == nil { bytes += voxels.byteCount }
    guard bytes > limitInBytes else { return false }
    // A quarter at once, so that the search for the oldest is rare.
    for (key, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      if bytes <= limitInBytes / 4 * 3 { break }
      entries.removeValue(forKey: key)
      bytes -= entry.voxels.byteCount
    }
    return true
  }
}
