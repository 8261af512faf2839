import Voxels

/// Joins the components of all blocks to the objects of the volume.
///
/// 1. Components are numbered through: those of block b begin where those of block b − 1 end (an exclusive prefix sum of
///    the counts in block order).
/// 2. Each block is compared with its 13 neighbours of lower position (3 across faces, 6 across edges, 4 across
///    corners), as far as the connectivity reaches; components that touch are united, by smallest number.
/// 3. Objects smaller than the least size are dropped: only now, because a block sees no more than its piece of one.
/// 4. The rest are numbered from 1 in the order of their first voxels (C order of the volume), which does not depend on
///    the blocks.
package struct BlockMerging: Sendable {
  /// For each component, numbered through, the id of its object; 0 when that was dropped.
  package let ids: [Int]
  /// Where the components of each block begin in `ids`; one more entry than blocks.
  package let firstNumbers: [Int]
  /// The objects, by ascending id from 1.
  package let objects: [ComponentStatistics]

  /// Memory that merging takes for each component, in bytes.
  package static let memoryPerComponentInBytes = 2 * MemoryLayout<ComponentStatistics>.stride + 4 * 8

  /// - Parameters:
  ///   - blocks: how the volume was cut.
  ///   - counts: components of each block.
  ///   - load: the components of a block; called once for each, in order.
  package init(
    _ blocks: Lattice, counts: [Int], connectivity: Connectivity, leastVoxels: Int,
    load: (Int) throws -> BlockComponents
  ) throws {
    precondition(counts.count == blocks.count, "\(counts.count) counts for \(blocks.count) blocks")
    var firstNumbers = [0]
    for count in counts { firstNumbers.append(firstNumbers.last! + count) }
    var sets = UnionFind(count: firstNumbers.last!)
    var statistics: [ComponentStatistics] = []
    statistics.reserveCapacity(sets.count)
    // Faces are kept as long as a block of higher position may touch them.
    var faces: [Int: [ComponentPlane]] = [:]
    let reach = (blocks.counts.y + 1) * blocks.counts.x + 1
    for index in 0..<blocks.count {
      let block = try load(index)
      precondition(block.statistics.count == counts[index], "block \(index) has changed its components")
      statistics.append(contentsOf: block.statistics)
      let numbered = block.faces.map { $0.renumbered(by: firstNumbers[index]) }
      let position = blocks.position(of: index)
      for direction in lowerNeighbours where connectivity.touches(direction) {
        let neighbour = position + direction
        guard Region(blocks.counts).contains(neighbour), let other = faces[blocks.index(of: neighbour)] else {
          continue
        }
        contact(of: numbered, with: other, direction, connectivity) { sets.union($0, $1) }
      }
      faces[index] = numbered
      faces[index - reach] = nil
    }
    let (roots, count) = sets.ranks()
    var merged = [ComponentStatistics](repeating: ComponentStatistics(), count: count)
    for (number, root) in roots.enumerated() { merged[root].add(statistics[number]) }
    let kept = merged.indices.filter { merged[$0].voxels >= leastVoxels }
      .sorted { merged[$0].firstVoxel < merged[$1].firstVoxel }
    var idOfRoot = [Int](repeating: 0, count: count)
    for (rank, root) in kept.enumerated() { idOfRoot[root] = rank + 1 }
    ids = roots.map { idOfRoot[$0] }
    objects = kept.map { merged[$0] }
    self.firstNumbers = firstNumbers
  }
}

/// The directions in which a block of lower position can lie.
private let lowerNeighbours: [Coordinate] = {
  var directions: [Coordinate] = []
  Region(origin: Coordinate(-1, -1, -1), extent: Extent(3)).forEachPosition {
    if ($0.z, $0.y, $0.x) < (0, 0, 0) { directions.append($0) }
  }
  return directions
}()

/// Calls `body` for all touching components of a block and its neighbour in `direction`.
///
/// The two meet in a face, an edge or a corner: the face across the first axis of the direction that is not 0, of that
/// the outermost row or column for the second such axis, of that the outermost voxel for the third.
private func contact(
  of own: [ComponentPlane], with other: [ComponentPlane], _ direction: Coordinate, _ connectivity: Connectivity,
  _ body: (Int, Int) -> Void
) {
  let axes = (0..<3).filter { direction[$0] != 0 }
  func meeting(_ faces: [ComponentPlane], side: Int) -> ComponentPlane {
    // `side` is 1 for the block that looks in the direction and −1 for the one it looks at.
    func isHigh(_ axis: Int) -> Bool { direction[axis] * side > 0 }
    var plane = faces[2 * axes[0] + (isHigh(axes[0]) ? 1 : 0)]
    let rest = [0, 1, 2].filter { $0 != axes[0] }
    if axes.contains(rest[0]) {
      plane = plane.row(isHigh(rest[0]) ? plane.rowCount - 1 : 0)
      if axes.contains(rest[1]) { plane = plane.column(isHigh(rest[1]) ? plane.columnCount - 1 : 0) }
    } else if axes.contains(rest[1]) {
      plane = plane.column(isHigh(rest[1]) ? plane.columnCount - 1 : 0)
    }
    return plane
  }
  meeting(own, side: 1).forEachContact(
    with: meeting(other, side: -1), differingAxes: axes.count, connectivity: connectivity, body)
}
