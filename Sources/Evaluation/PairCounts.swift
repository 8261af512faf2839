import Files

/// Counts voxels by pair of objects, one entry a pair in the order of first encounter.
///
/// An open-addressing hash table of our own: Swift's `Dictionary` takes most of the time of an evaluation with many
/// objects, since copying one into another that grows (appending slabs, renumbering) fills the same buckets first.
package struct PairCounts {
  package private(set) var entries: [ObjectOverlaps.Entry] = []
  /// 1 + the position in `entries`; 0 is a free slot. The size is a power of two, at most half full.
  private var slots: [Int]

  /// - Parameter capacity: pairs expected; more only take longer.
  package init(capacity: Int = 0) {
    var size = 64
    while size < 2 * capacity { size *= 2 }
    slots = [Int](repeating: 0, count: size)
    entries.reserveCapacity(capacity)
  }

  package mutating func add(_ pair: ObjectOverlaps.Pair, voxels: Int) {
    let slot = self.slot(of: pair)
    if slots[slot] != 0 {
      entries[slots[slot] - 1].voxels += voxels
      return
    }
    entries.append(ObjectOverlaps.Entry(pair: pair, voxels: voxels))
    slots[slot] = entries.count
    if 2 * entries.count > slots.count { grow() }
  }

  /// The slot of `pair`, or the free one where it belongs.
  private func slot(of pair: ObjectOverlaps.Pair) -> Int {
    let mask = slots.count - 1
    let key = UInt64(truncatingIfNeeded: pair.prediction) &* SplitMix64.increment
    var slot = Int(truncatingIfNeeded: SplitMix64.mix(key ^ UInt64(truncatingIfNeeded: pair.reference))) & mask
    while slots[slot] != 0, entries[slots[slot] - 1].pair != pair { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    slots = [Int](repeating: 0, count: 2 * slots.count)
    for index in entries.indices { slots[slot(of: entries[index].pair)] = index + 1 }
  }
}
