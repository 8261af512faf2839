import Voxels

/// The components of a range of planes, numbered from 0. Neighbouring ranges append to each other, so that a volume is
/// labelled slab by slab, by any number of threads and ranks, with the components of the whole.
///
/// Memory is 8 bytes a component of a slab, and the runs of the two outermost planes.
package struct SlabComponents {
  /// Which numbers are the same component.
  private var sets = UnionFind()
  /// The outermost planes, to join the neighbouring ranges.
  private var first: ComponentPlane?
  private var last: ComponentPlane?
  private let connectivity: Connectivity

  /// A range of no planes.
  package init(connectivity: Connectivity) { self.connectivity = connectivity }

  /// The components of one slab, which go by the numbers of `labelling`.
  package init(_ labelling: ComponentLabelling, connectivity: Connectivity) {
    self.connectivity = connectivity
    sets = UnionFind(count: labelling.count)
    first = labelling.plane(axis: 0, at: 0)
    last = labelling.plane(axis: 0, at: labelling.extent.z - 1)
  }

  /// How many numbers are in use; a component that reaches through several slabs has several.
  package var count: Int { sets.count }

  /// Appends the planes that follow this range.
  ///
  /// - Returns: what is added to the numbers of `next`.
  package mutating func append(_ next: SlabComponents) -> Int {
    let offset = sets.count
    sets.append(count: next.sets.count)
    var nextSets = next.sets
    for number in 0..<next.sets.count {
      let root = nextSets.find(number)
      if root != number { sets.union(offset + root, offset + number) }
    }
    if let last, let nextFirst = next.first {
      last.forEachContact(with: nextFirst, differingAxes: 1, connectivity: connectivity) {
        sets.union($0, offset + $1)
      }
    }
    if first == nil { first = next.first?.renumbered(by: offset) }
    if let nextLast = next.last { last = nextLast.renumbered(by: offset) }
    return offset
  }

  /// For each number its component in the order of first voxels (C order), and how many components there are.
  package mutating func resolved() -> (components: [Int], count: Int) {
    let (ranks, count) = sets.ranks()
    return (ranks, count)
  }
}

// How ranges travel between ranks.
extension SlabComponents {
  package mutating func encode(into words: inout [Int]) {
    words.append(sets.count)
    for number in 0..<sets.count { words.append(sets.find(number)) }
    for plane in [first, last] {
      guard let plane else {
        words.append(0)
        continue
      }
      words.append(contentsOf: [1, plane.rowCount, plane.columnCount, plane.runs.count])
      words.append(contentsOf: plane.rowStarts)
      for run in plane.runs { words.append(contentsOf: [Int(run.start), Int(run.end), run.component]) }
    }
  }

  package init(decoding words: inout ArraySlice<Int>, connectivity: Connectivity) {
    self.connectivity = connectivity
    let count = words.removeFirst()
    sets = UnionFind(count: count)
    for number in 0..<count { sets.union(words.removeFirst(), number) }
    first = SlabComponents.plane(decoding: &words)
    last = SlabComponents.plane(decoding: &words)
  }

  private static func plane(decoding words: inout ArraySlice<Int>) -> ComponentPlane? {
    guard words.removeFirst() == 1 else { return nil }
    let rowCount = words.removeFirst()
    let columnCount = words.removeFirst()
    let runCount = words.removeFirst()
    let rowStarts = (0...rowCount).map { _ in words.removeFirst() }
    let runs = (0..<runCount).map { _ in
      ComponentLabelling.Run(
        start: Int32(words.removeFirst()), end: Int32(words.removeFirst()), component: words.removeFirst())
    }
    return ComponentPlane(rowCount: rowCount, columnCount: columnCount, runs: runs, rowStarts: rowStarts)
  }
}
