import Files
import Foundation
import Inference
import Jobs
import MPI
import Scratch
import Testing
import Voxels
import Zarr

/// A tile on which a network fails ends the inference, named by its place; it is not background.
@Suite struct NotFiniteTileTests {
  /// Fails where the middle of a tile is brighter than `limit`.
  private struct Failing: TilePredictor {
    let value: Float
    let limit: Float
    let tileMultiple = Extent(1)

    func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) -> [Float] {
      var result = [Float](repeating: 0.5, count: tile.count)
      if tile.contains(where: { $0 > limit }) { result[tile.count / 3] = value }
      return result
    }

    func memoryInBytes(tile: Extent, threads: Int) -> Int { 1 << 20 }
  }

  private func run(_ scratch: ScratchDirectory, _ predictor: some TilePredictor, _ settings: JobSettings) throws
    -> InferenceSummary
  {
    var inference = InferenceSettings()
    inference.tile = Extent(8)
    inference.overlap = 0
    inference.keepsBackgroundTiles = true
    return try infer(
      scratch.file("in.zarr"), to: scratch.file("out.zarr"), predictor: predictor, defaultTile: Extent(16),
      settings: inference, objectsPath: nil,
      resolved: ResolvedSettings(command: "infer", programVersion: "test", warnings: settings.console.warnings),
      communicator: .single(), jobSettings: settings, memoryInBytes: 1 << 30)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity], [1, 3]) func theTileIsNamed(value: Float, threads: Int) throws {
    let scratch = try ScratchDirectory()
    let volume = randomVolume(Extent(16, 24, 24), seed: 3, bright: 0)
    volume.voxels(as: UInt16.self)[volume.extent.index(of: Coordinate(9, 3, 20))] = 60_000
    try writeStore(volume, to: scratch.file("in.zarr"), chunk: Extent(8), shard: Extent(16, 24, 24))
    let settings = JobSettings(memoryInBytes: nil, threads: threads)
    let fault = try #require(
      fault { _ = try run(scratch, Failing(value: value, limit: 20), settings) })
    #expect(fault.kind == .badData)
    let what = value.isNaN ? "NaN" : "infinite values"
    for words in ["returned \(what) (1 of 512 values)", "tile at (8, 0, 16) of 8 × 8 × 8 voxels", "in.zarr"] {
      #expect(fault.message.contains(words), "\(fault.message)")
    }
    #expect(try !Store.open(scratch.file("out.zarr")).isFinished)
    // With a network that does not fail, the same output goes on.
    _ = try run(scratch, Failing(value: value, limit: .infinity), settings)
    #expect(try Store.open(scratch.file("out.zarr")).isFinished)
  }

  @Test func voxelsThatAreNotNumbersAreBackgroundWithAWarning() throws {
    let scratch = try ScratchDirectory()
    let volume = VoxelBuffer(.float32, Extent(8, 16, 16))
    let voxels = volume.voxels(as: Float.self)
    for index in voxels.indices { voxels[index] = Float(index % 97) }
    voxels[5] = .nan
    voxels[900] = .nan
    try writeStore(volume, to: scratch.file("in.zarr"), chunk: Extent(8), shard: Extent(8, 16, 16))
    let settings = JobSettings(memoryInBytes: nil, threads: 1, console: .silent(Warnings()))
    // Whatever it is given is finite.
    _ = try run(scratch, ContrastPredictor(), settings)
    let warnings = try RecordedSettings(in: scratch.file("out.zarr/.sheaf")).warnings
    #expect(warnings.contains { $0.contains("2 voxels that are not numbers (NaN)") }, "\(warnings)")
  }
}
