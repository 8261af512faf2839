import Inference
import IntensityStatistics
import Launching
import Scratch
import Testing
import Voxels

/// Memory is bounded by the tile and the block, never by the volume.
struct MemoryTests {
  private func geometry(_ volume: Extent) -> InferenceGeometry {
    InferenceGeometry(volume: volume, tile: Extent(96), overlap: 0.5)
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

  /// What the probe prints: bytes and objects.
  private func probe(_ arguments: String...) throws -> (bytes: Int, objects: Int) {
    let ending = try Running([builtProgram("infer-probe")] + arguments).wait()
    #expect(ending.code == 0, "\(ending.errors)")
    let numbers = ending.output.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
    try #require(numbers.count == 2, "\(ending.output)")
    return (numbers[0], numbers[1])
  }

  /// A million objects in a block: their statistics alone would take a hundred million bytes, twice while they are
  /// added up. In a process of its own, because other tests take memory meanwhile.
  @Test func objectsCostNothing() throws {
    let scratch = try ScratchDirectory()
    let (bytes, objects) = try probe("components", scratch.path)
    #expect(objects == 1 << 20)
    #expect(bytes < 96 << 20, "\(bytes >> 20) MiB")
  }

  /// A whole inference with a network that finds objects everywhere stays under its limit, or says that it cannot.
  @Test(arguments: ["fp32", "bf16"]) func anInferenceKeepsToItsLimit(precision: String) throws {
    let scratch = try ScratchDirectory()
    try writeStore(
      randomVolume(Extent(48, 96, 96), seed: 4, bright: 0.1), to: scratch.file("in.zarr"), chunk: Extent(16),
      shard: Extent(16, 32, 32))
    let limit = 1 << 30
    let (bytes, objects) = try probe(
      scratch.file("in.zarr"), scratch.file("out.zarr"), "XS", "48", "2", precision, "\(limit)", "0.5")
    #expect(bytes < limit, "\(bytes >> 20) MiB")
    #expect(objects > 0)
  }
}
