import Voxels

/// Joins the components of all blocks to the objects of the volume.
///
/// 1. Open components are numbered through as *pieces*: those of block b begin where those of block b − 1 end.
/// 2. Each block is compared with its 13 neighbours of lower position (3 across faces, 6 across edges, 4 across
///    corners), as far as the connectivity reaches; pieces that touch are united, by smallest number.
/// 3. United objects smaller than the least size are dropped: only now, because a block sees no more than its piece of
///    one. Closed components are objects already, and the blocks have dropped the small ones.
/// 4. United objects and the closed components of all blocks are merged in the order of their first voxels (C order of
///    the volume), which does not depend on the blocks, and so numbered from 1.
///
/// Memory depends on the pieces and on the faces of some neighbouring blocks; closed components only pass by.
public struct BlockMerging {
  /// Where the pieces of each block begin; one more entry than blocks.
  private let firstPieces: [Int]
  /// The component of its block that each piece is.
  private let numbers: [Int]
  /// The object of each piece, as a place in `united`; −1 when it is dropped.
  private let objectOfPiece: [Int]
  /// United objects in the order of their first voxels, numbered in this order from 0.
  private let united: [ComponentRecord]

  /// Memory that merging takes in bytes, from above.
  ///
  /// - Parameters:
  ///   - pieces: open components of all blocks.
  ///   - runs: on the faces of each block, in block order.
  package static func memoryInBytes(_ blocks: Lattice, pieces: Int, runs: [Int]) -> Int {
    let kept = reach(blocks) + 1
    var sum = 0
    var most = 0
    for (index, count) in runs.enumerated() {
      sum += count
      if index >= kept { sum -= runs[index - kept] }
      most = max(most, sum)
    }
    // A run while it is read, and numbered through.
    let runInBytes = 3 * MemoryLayout<ComponentLabelling.Run>.stride
    // Arrays grow to twice what they hold.
    let pieceInBytes = 3 * MemoryLayout<ComponentRecord>.stride + 8 * MemoryLayout<Int>.stride
    let buffers = 2 * RecordReader.bufferInBytes(sources: blocks.count) + 2 * MemoryLayout<ComponentRecord>.stride
    return pieces * pieceInBytes + most * runInBytes + blocks.count * buffers + ObjectTable.bufferInBytes * 4
  }

  /// How many blocks before it a block can touch.
  private static func reach(_ blocks: Lattice) -> Int { (blocks.counts.y + 1) * blocks.counts.x + 1 }

  /// - Parameters:
  ///   - blocks: how the volume was cut.
  ///   - load: the surface of a block; called once for each, in order.
  package init(
    _ blocks: Lattice, connectivity: Connectivity, leastVoxels: Int, load: (Int) throws -> BlockSurface
  ) throws {
    var firstPieces = [0]
    var numbers: [Int] = []
    var sets = UnionFind()
    var statistics: [ComponentStatistics] = []
    // Faces are kept as long as a block of higher position may touch them.
    var faces: [Int: [ComponentPlane]] = [:]
    for index in 0..<blocks.count {
      let block = try load(index)
      let first = sets.count
      sets.append(count: block.open.count)
      firstPieces.append(sets.count)
      numbers.append(contentsOf: block.open.lazy.map(\.number))
      statistics.append(contentsOf: block.open.lazy.map(\.statistics))
      let numbered = block.faces.map { $0.renumbered(by: first) }
      let position = blocks.position(of: index)
      for direction in lowerNeighbours where connectivity.touches(direction) {
        let neighbour = position + direction
        guard Region(blocks.counts).contains(neighbour), let other = faces[blocks.index(of: neighbour)] else {
          continue
        }
        contact(of: numbered, with: other, direction, connectivity) { sets.union($0, $1) }
      }
      faces[index] = numbered
      faces[index - BlockMerging.reach(blocks)] = nil
    }
    let (roots, count) = sets.ranks()
    var merged = [ComponentStatistics](repeating: ComponentStatistics(), count: count)
    for (piece, root) in roots.enumerated() { merged[root].add(statistics[piece]) }
    let kept = merged.indices.filter { merged[$0].voxels >= leastVoxels }
      .sorted { merged[$0].firstVoxel < merged[$1].firstVoxel }
    var placeOfRoot = [Int](repeating: -1, count: count)
    for (place, root) in kept.enumerated() { placeOfRoot[root] = place }
    united = kept.enumerated().map { ComponentRecord(number: $0, statistics: merged[$1]) }
    objectOfPiece = roots.map { placeOfRoot[$0] }
    self.numbers = numbers
    self.firstPieces = firstPieces
  }

  /// Numbers the objects.
  ///
  /// - Parameters:
  ///   - closed: the closed components of each block, in the order of their first voxels.
  ///   - object: called for each object in the order of their ids, from 1 on.
  ///   - closedID: called with the id of each closed component, in ascending order within each block.
  ///   - openID: called thereafter with the id of each open component of an object.
  /// - Returns: how many objects there are.
  package func number(
    closed: [() throws -> ComponentRecord?], object: (_ id: Int, ComponentStatistics) throws -> Void,
    closedID: (_ block: Int, _ number: Int, _ id: Int) throws -> Void,
    openID: (_ block: Int, _ number: Int, _ id: Int) throws -> Void
  ) throws -> Int {
    var next = united.makeIterator()
    var merging = try RecordMerging(closed + [{ next.next() }])
    var idOfUnited = [Int](repeating: 0, count: united.count)
    var id = 0
    while let (record, source) = try merging.next() {
      id += 1
      try object(id, record.statistics)
      if source == closed.count {
        idOfUnited[record.number] = id
      } else {
        try closedID(source, record.number, id)
      }
    }
    for block in 0..<(firstPieces.count - 1) {
      for piece in firstPieces[block]..<firstPieces[block + 1] where objectOfPiece[piece] >= 0 {
        try openID(block, numbers[piece], idOfUnited[objectOfPiece[piece]])
      }
    }
    return id
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
