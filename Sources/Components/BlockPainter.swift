import Files
import Voxels

/// Paints the components of a labelled block with the ids of their objects, slab by slab.
package struct BlockPainter {
  private let blockFiles: BlockFiles
  private let objectFiles: ObjectFiles
  private let counts: [ComponentCounts]
  private let objects: Int
  private let type: VoxelType
  private let slabDepth: Int

  /// - Parameters:
  ///   - counts: of every block of the volume.
  ///   - objects: how many objects the volume has.
  ///   - type: of the labels, `.uint32` or `.uint64`.
  ///   - slabDepth: planes painted at a time; at least as many as were labelled at a time.
  package init(
    _ blockFiles: BlockFiles, _ objectFiles: ObjectFiles, counts: [ComponentCounts], objects: Int, type: VoxelType,
    slabDepth: Int
  ) {
    precondition(type == .uint32 || type == .uint64, "labels of type \(type) are not painted")
    self.blockFiles = blockFiles
    self.objectFiles = objectFiles
    self.counts = counts
    self.objects = objects
    self.type = type
    self.slabDepth = slabDepth
  }

  /// Hands each slab of the block, in ascending order, to `body`.
  ///
  /// - Parameters:
  ///   - index: the number of the block.
  ///   - block: where it lies.
  ///   - body: is given the slab's region, its labels, C order from the region's origin on, in a buffer that is used
  ///     again, and whether all of them are 0.
  /// - Throws: `Fault.badData` when a file of the block is damaged.
  package func paint(
    _ index: Int, _ block: Region, _ body: (Region, VoxelBuffer, _ isEmpty: Bool) throws -> Void
  ) throws {
    let partCount = counts[index].parts
    let parts = try PartsReader(blockFiles, index: index, partCount: partCount)
    let ids = try objectFiles.readIDs(index, counts: counts, objects: objects)
    var reader = try RunsReader(blockFiles, index: index, block: block)
    let buffer = VoxelBuffer(type, Extent(min(slabDepth, block.extent.z), block.extent.y, block.extent.x))
    for z in stride(from: block.origin.z, to: block.end.z, by: slabDepth) {
      let slab = Region(
        origin: Coordinate(z, block.origin.y, block.origin.x),
        extent: Extent(min(slabDepth, block.end.z - z), block.extent.y, block.extent.x))
      var isEmpty = true
      buffer.bytes.initializeMemory(as: UInt8.self, repeating: 0)
      while reader.plane < slab.end.z {
        guard let (region, rows) = try reader.next(partCount: partCount), region.end.z <= slab.end.z else {
          throw reader.damaged()
        }
        guard let range = rows.componentRange else { continue }
        isEmpty = false
        let labels = try ids.ids(of: parts.components(of: range))
        let start = buffer.extent.index(of: Coordinate(region.origin.z - z, 0, 0))
        if type == .uint64 {
          rows.paint(into: buffer.voxels(as: UInt64.self), from: start) { UInt64(labels[$0 - range.lowerBound]) }
        } else {
          rows.paint(into: buffer.voxels(as: UInt32.self), from: start) { UInt32(labels[$0 - range.lowerBound]) }
        }
      }
      try body(slab, buffer, isEmpty)
    }
    guard try reader.next(partCount: partCount) == nil else { throw reader.damaged() }
  }
}

extension ComponentPlane {
  /// The numbers of its components, and maybe others between them; nil when there are none.
  fileprivate var componentRange: Range<Int>? {
    guard let first = runs.first?.component else { return nil }
    let (least, most) = runs.reduce((first, first)) { (min($0.0, $1.component), max($0.1, $1.component)) }
    return least..<(most + 1)
  }

  /// Writes `label(component)` into the foreground of planes of voxels that begin at `start`, C order.
  fileprivate func paint<Label>(
    into voxels: UnsafeMutableBufferPointer<Label>, from start: Int, label: (Int) -> Label
  ) {
    for row in 0..<rowCount {
      for run in runs[rowStarts[row]..<rowStarts[row + 1]] {
        let value = label(run.component)
        for column in Int(run.start)..<Int(run.end) { voxels[start + row * columnCount + column] = value }
      }
    }
  }
}
