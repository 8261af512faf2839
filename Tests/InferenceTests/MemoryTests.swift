import Inference
import Jobs
import Scratch
import Signal
import Testing
import Voxels

/// Memory is bounded by the tile and the block, never by the volume.
struct MemoryTests {
  private func geometry(_ volume: Extent) -> InferenceGeometry {
    InferenceGeometry(volume: volume, tile: Extent(96), multiple: Extent(16), overlap: 0.5)
  }

  private func memory(_ volume: Extent, block: Extent) -> Int {
    let normalisation = Normalisation(
      lowerClip: 50, upperClip: 400, mean: 120, deviation: 60, background: -0.3, saturation: nil)
    let input = VolumeInput(
      name: "volume", extent: volume, voxelType: .uint16, chunk: Extent(64), normalisation: normalisation,
      background: nil, intensity: .identity
    ) { _, _, _ in preconditionFailure("a plan reads nothing") }
    return BlockStream.memoryInBytes(
      input: input, tiles: geometry(volume).tiles, block: block, slabDepth: 64,
      threads: 2)
  }

  /// Blocks are columns that stream through z.
  @Test func depthCostsNothing() {
    let shallow = memory(Extent(1000, 2000, 2000), block: Extent(1000, 512, 1024))
    #expect(memory(Extent(8000, 2000, 2000), block: Extent(8000, 512, 1024)) == shallow)
    #expect(memory(Extent(1000, 2000, 2000), block: Extent(1000, 1024, 1024)) > shallow)
  }

  @Test func anyVolumeFitsIntoTheSameLimit() throws {
    let limit = 1 << 30
    for edge in [100, 500, 1000, 2000, 5000, 10_000] {
      let volume = Extent(edge)
      let blocks = try #require(
        geometry(volume).division(shard: Extent(128, 512, 512), ranks: 4) { memory(volume, block: $0) <= limit },
        "\(edge)³")
      #expect(memory(volume, block: blocks.cell.clamped(to: volume)) <= limit, "\(edge)³")
    }
  }

  /// A million objects in a block: their statistics alone would take a hundred million bytes, twice while they are
  /// added up. The rest of this process is the other tests, which take little.
  @Test func objectsCostNothing() throws {
    let volume = Extent(32, 512, 512)
    let part = Extent(2, 512, 512)
    // A voxel in eight: none touches another.
    var mask = [UInt8](repeating: 0, count: part.count)
    for y in stride(from: 0, to: part.y, by: 2) {
      for x in stride(from: 0, to: part.x, by: 2) { mask[y * part.x + x] = 1 }
    }
    let intensities = VoxelBuffer(.uint16, part)
    let scratch = try ScratchDirectory()
    let files = BlockFiles(directory: scratch.path)
    let blocks = Lattice(extent: volume, cell: volume)
    let before = residentMemoryInBytes()
    var most = before
    var builder = BlockComponentsBuilder(
      block: Region(volume), volume: volume, connectivity: .corners, scale: .identity, leastVoxels: 1,
      spoolingBeside: files.runsPath(0))
    for z in stride(from: 0, to: volume.z, by: part.z) {
      try mask.withUnsafeBufferPointer {
        _ = try builder.append(
          Region(origin: Coordinate(z, 0, 0), extent: part), mask: $0, intensities: intensities)
      }
      most = max(most, residentMemoryInBytes())
    }
    let components = try builder.finish()
    most = max(most, residentMemoryInBytes())
    try files.write(components, index: 0)
    let surface = try files.readSurface(0, block: Region(volume), volume: volume)
    #expect(surface.open.isEmpty)
    let closed = try files.closedRecords(
      0, block: Region(volume), volume: volume, partCount: surface.partCount, count: components.closedCount,
      bufferInBytes: 1 << 16)
    var last = 0
    let objects = try BlockMerging(blocks, connectivity: .corners, leastVoxels: 1) { _ in surface }.number(
      closed: [closed],
      object: { id, object in
        last = id
        if id % 10_000 == 0 { most = max(most, residentMemoryInBytes()) }
      }, closedID: { _, _, _ in }, openID: { _, _, _ in })
    #expect(objects == 1 << 20 && last == objects)
    #expect(most - before < 96 << 20, "\((most - before) >> 20) MiB")
  }
}
