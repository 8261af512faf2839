import Files
import Inference
import Jobs
import MPI
import Networks
import Scratch
import Segmentation
import Synchronization
import Testing
import Voxels
import Zarr

/// Foreground wherever two faces of a tile are near, whatever the tile holds: what zero padding looks like to a network.
private struct EdgePredictor: TilePredictor {
  /// How near.
  let reach: Int
  var tileMultiple = Extent(1)
  var padding = Padding.mirror
  var requirements = VolumeRequirements()

  func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float] {
    var values: [Float] = []
    Region(extent).forEachPosition { place in
      let faces = (0..<3).filter { place[$0] < reach || place[$0] >= extent[$0] - reach }
      values.append(faces.count >= 2 ? 1 : 0)
    }
    return values
  }

  func memoryInBytes(tile: Extent, threads: Int) -> Int { threads * tile.count * 8 }
}

/// Tiles that reach beyond the faces of a volume.
@Suite struct MarginTests {
  private func foreground(_ volume: VoxelBuffer, _ tiles: TileLattice, _ predictor: any TilePredictor) throws -> Int {
    var count = 0
    let stream = BlockStream(
      input: volumeInput(volume), tiles: tiles, predictor: predictor, block: Region(volume.extent), slabDepth: 8,
      threshold: ProbabilityThreshold(0.5), threads: 2)
    _ = try stream.run { slab in count += slab.mask.count { $0 != 0 } }
    return count
  }

  @Test(arguments: [Extent(65, 80, 110), Extent(70, 129, 66)])
  func whatANetworkSeesAtTheEdgesOfATileIsNotAtThoseOfTheVolume(_ extent: Extent) throws {
    let volume = randomVolume(extent, seed: 3)
    let predictor = EdgePredictor(reach: InferenceGeometry.margin)
    let geometry = InferenceGeometry(volume: extent, tile: Extent(64), overlap: 0.5)
    #expect(geometry.tiles.margin == Extent(InferenceGeometry.margin))
    #expect(try foreground(volume, geometry.tiles, predictor) == 0)
    // One voxel more than the margin covers, and what there would be without one.
    let further = EdgePredictor(reach: InferenceGeometry.margin + 1)
    #expect(try foreground(volume, geometry.tiles, further) > 0)
    let plain = TileLattice(extent: extent, tile: Extent(64), overlap: 0.5)
    #expect(try foreground(volume, plain, predictor) > 0)
  }

  /// What an earlier version has begun, whose tiles ended with the volume, is finished by its own lattice.
  @Test func anOutputIsContinuedWithTheMarginItWasBegunWith() throws {
    let scratch = try ScratchDirectory()
    try writeStore(
      randomVolume(Extent(40, 41, 60), seed: 5), to: scratch.file("in.zarr"), chunk: Extent(16),
      shard: Extent(16, 32, 32))
    func run(_ output: String, margin: Int, _ predictor: ContrastPredictor = ContrastPredictor()) throws {
      var settings = InferenceSettings()
      settings.margin = margin
      _ = try infer(
        scratch.file("in.zarr"), to: scratch.file(output), predictor: predictor, defaultTile: Extent(16),
        settings: settings, objectsPath: nil, resolved: ResolvedSettings(command: "infer", programVersion: "test"),
        communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: 1), memoryInBytes: 1)
    }
    func recorded(overwrite: Bool = false) -> Int {
      BegunInference(at: scratch.file("out.zarr"), overwrite: overwrite).margin
    }
    #expect(recorded() == InferenceGeometry.margin)
    let count = Atomic<Int>(0)
    let failing = ContrastPredictor(onTile: {
      if count.wrappingAdd(1, ordering: .relaxed).newValue > 60 { throw Fault.stopped("interrupted") }
    })
    #expect(throws: Fault.self) { try run("out.zarr", margin: 0, failing) }
    #expect(recorded() == 0)
    // It is begun anew.
    #expect(recorded(overwrite: true) == InferenceGeometry.margin)
    let fault = fault { try run("out.zarr", margin: InferenceGeometry.margin) }
    #expect(fault?.kind == .cannotCreate && fault?.message.contains("margin: 4") == true, "\(fault?.message ?? "none")")
    try run("out.zarr", margin: recorded())
    try run("earlier.zarr", margin: 0)
    try run("new.zarr", margin: InferenceGeometry.margin)
    func probabilities(_ name: String) throws -> [UInt8] {
      let store = try Store.open(scratch.file(name))
      return try store.levels[0].read(Region(store.extent)).array(of: UInt8.self)
    }
    #expect(try probabilities("out.zarr") == probabilities("earlier.zarr"))
    #expect(try probabilities("out.zarr") != probabilities("new.zarr"))
  }
}
