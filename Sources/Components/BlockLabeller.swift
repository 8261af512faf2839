import Voxels

/// How much a block has of what its files hold. The journal keeps it, so its names may not change.
package struct ComponentCounts: Codable, Sendable {
  /// Components of its slabs.
  package var parts: Int
  /// Components that touch a face with a neighbour.
  package var open: Int
  /// Components that do not, without those that were dropped.
  package var closed: Int
  /// Runs on its faces.
  package var faceRuns: Int
}

/// Labels one block slab by slab, and leaves in its files (`BlockFiles`) what merging and painting need.
public struct BlockLabeller {
  private let files: BlockFiles
  private let index: Int
  private var builder: BlockComponentsBuilder
  private let runs: RunsWriter

  /// - Parameters:
  ///   - index: the number of the block, which names its files.
  ///   - volume: the extent of the whole volume.
  ///   - leastVoxels: components of fewer voxels are dropped as soon as it is certain that they are whole.
  package init(
    _ files: BlockFiles, index: Int, block: Region, volume: Extent, connectivity: Connectivity, scale: IntensityScale,
    leastVoxels: Int
  ) throws {
    self.files = files
    self.index = index
    builder = BlockComponentsBuilder(
      block: block, volume: volume, connectivity: connectivity, scale: scale, leastVoxels: leastVoxels,
      spoolingBeside: files.runsPath(index))
    runs = try RunsWriter(files, index: index)
  }

  /// Appends the next slab of the block.
  ///
  /// - Parameters:
  ///   - slab: where it lies in the volume; as wide and high as the block.
  ///   - mask: not 0 for foreground, C order.
  ///   - intensities: the raw voxels, from the slab's first plane on; may be nil when the mask is empty.
  package mutating func append(
    _ slab: Region, mask: UnsafeBufferPointer<UInt8>, intensities: VoxelBuffer?
  ) throws {
    // A few planes at a time, because runs may take many times the memory of the mask.
    let depth = BlockComponentsBuilder.slabDepth(plane: slab.extent)
    for z in stride(from: slab.origin.z, to: slab.end.z, by: depth) {
      let part = Region(
        origin: Coordinate(z, slab.origin.y, slab.origin.x),
        extent: Extent(min(depth, slab.end.z - z), slab.extent.y, slab.extent.x))
      let plane = z - slab.origin.z
      let start = slab.extent.index(of: Coordinate(plane, 0, 0))
      let (labelling, firstPart) = try builder.append(
        part, mask: UnsafeBufferPointer(rebasing: mask[start..<(start + part.count)]), intensities: intensities,
        fromPlane: plane)
      try runs.append(labelling, firstPart: firstPart)
    }
  }

  /// Publishes the block's files. To be called once, after the last slab.
  package mutating func finish() throws -> (counts: ComponentCounts, foregroundVoxels: Int) {
    try runs.publish()
    let components = try builder.finish()
    try files.write(components, index: index)
    let counts = ComponentCounts(
      parts: components.surface.partCount, open: components.surface.open.count, closed: components.closedCount,
      faceRuns: components.surface.runCount)
    return (counts, components.foregroundVoxels)
  }

  /// Memory in bytes, beside what touches the block's faces, for slabs of the extent `slab`.
  package static func memoryInBytes(slab: Extent) -> Int { BlockComponentsBuilder.memoryInBytes(slab: slab) }
}
