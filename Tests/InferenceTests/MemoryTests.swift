import Inference
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
      input: input, tiles: geometry(volume).tiles, predictor: ContrastPredictor(), block: block, slabDepth: 64,
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
}
