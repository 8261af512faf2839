import Voxels

/// The components of one block, as far as the block knows: what is written down of it until all blocks are merged.
package struct BlockComponents: Sendable, Equatable {
  /// For each number that the runs of the block use, which component of the block it is.
  package let components: [Int]
  package let statistics: [ComponentStatistics]
  /// The components on the two faces of each axis: z low, z high, y low, y high, x low, x high.
  package let faces: [ComponentPlane]
}

/// Finds the components of a block slab by slab.
///
/// Each slab is labelled on its own; its components are numbered on from those of the slabs before, and united with
/// those of the last plane before it. Memory depends on the number of components and on the surface of the block, not on
/// its depth.
package struct BlockComponentsBuilder {
  private let block: Region
  private let volume: Extent
  private let connectivity: Connectivity
  private let scale: IntensityScale
  private var sets = UnionFind()
  private var statistics: [ComponentStatistics] = []
  private var firstPlane: ComponentPlane?
  private var lastPlane: ComponentPlane?
  /// The faces along y and x grow with each slab.
  private var sides: [GrowingPlane]

  package init(block: Region, volume: Extent, connectivity: Connectivity, scale: IntensityScale) {
    self.block = block
    self.volume = volume
    self.connectivity = connectivity
    self.scale = scale
    sides = [block.extent.x, block.extent.x, block.extent.y, block.extent.y].map { GrowingPlane(columnCount: $0) }
  }

  /// Appends the next slab of the block.
  ///
  /// - Parameters:
  ///   - region: where it lies in the volume; as wide and high as the block.
  ///   - mask: not 0 for foreground, C order.
  ///   - intensities: the raw voxels from the region's origin on; may be nil when the mask is empty.
  /// - Returns: its components as runs, and the number of its first component in the block.
  package mutating func append(
    _ region: Region, mask: UnsafeBufferPointer<UInt8>, intensities: VoxelBuffer?
  ) -> (labelling: ComponentLabelling, firstNumber: Int) {
    let labelling = ComponentLabelling(mask, extent: region.extent, connectivity: connectivity)
    let offset = sets.count
    sets.append(count: labelling.count)
    statistics.append(contentsOf: repeatElement(ComponentStatistics(), count: labelling.count))
    if let intensities { addStatistics(labelling, region, intensities, offset) }

    let first = labelling.plane(axis: 0, at: 0).renumbered(by: offset)
    lastPlane?.forEachContact(with: first, differingAxes: 1, connectivity: connectivity) { sets.union($0, $1) }
    if firstPlane == nil { firstPlane = first }
    lastPlane = labelling.plane(axis: 0, at: region.extent.z - 1).renumbered(by: offset)
    for (side, (axis, index)) in [(1, 0), (1, block.extent.y - 1), (2, 0), (2, block.extent.x - 1)].enumerated() {
      sides[side].append(labelling.plane(axis: axis, at: index).renumbered(by: offset))
    }
    return (labelling, offset)
  }

  private mutating func addStatistics(
    _ labelling: ComponentLabelling, _ region: Region, _ intensities: VoxelBuffer, _ offset: Int
  ) {
    for z in 0..<region.extent.z {
      for y in 0..<region.extent.y {
        let row = intensities.extent.index(of: Coordinate(z, y, 0))
        for run in labelling.runs(z: z, y: y) {
          let columns = Int(run.start)..<Int(run.end)
          statistics[offset + run.component].add(
            z: region.origin.z + z, y: region.origin.y + y,
            columns: (region.origin.x + columns.lowerBound)..<(region.origin.x + columns.upperBound),
            intensity: scale.sum(columns, from: row, of: intensities), volume: volume)
        }
      }
    }
  }

  /// The components of the whole block, numbered in the order of their first voxels.
  package mutating func finish() -> BlockComponents {
    let (components, count) = sets.ranks()
    var merged = [ComponentStatistics](repeating: ComponentStatistics(), count: count)
    for (number, component) in components.enumerated() { merged[component].add(statistics[number]) }
    let faces = [firstPlane, lastPlane].map { $0 ?? ComponentPlane.empty(block.extent.y, block.extent.x) }
    return BlockComponents(
      components: components, statistics: merged,
      faces: (faces + sides.map(\.plane)).map { $0.renumbered { components[$0] } })
  }
}

/// A plane to which rows are added.
private struct GrowingPlane {
  let columnCount: Int
  var runs: [ComponentLabelling.Run] = []
  var rowStarts = [0]

  init(columnCount: Int) { self.columnCount = columnCount }

  mutating func append(_ part: ComponentPlane) {
    let offset = runs.count
    runs.append(contentsOf: part.runs)
    rowStarts.append(contentsOf: part.rowStarts.dropFirst().map { $0 + offset })
  }

  var plane: ComponentPlane {
    ComponentPlane(rowCount: rowStarts.count - 1, columnCount: columnCount, runs: runs, rowStarts: rowStarts)
  }
}
