import Files
import Inference
import Jobs
import MPI
import Networks
import Scratch
import Synchronization
import Testing
import Voxels
import Zarr

/// Memory is measured on tiles of the volume, and none is evaluated twice for it.
@Suite struct FirstTilesTests {
  /// Asks for `2 · threads` tiles, as a network does.
  private struct Measuring: TilePredictor {
    let inner: ContrastPredictor
    let madeUp: @Sendable () -> Void
    var tileMultiple: Extent { inner.tileMultiple }
    var padding: Padding { inner.padding }

    func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) throws -> [Float] {
      try inner.predict(tile, extent: extent)
    }

    func memoryInBytes(tile: Extent, threads: Int) -> Int { preconditionFailure("nothing to measure on") }

    func memoryInBytes(tile: Extent, threads: Int, evaluating evaluate: @Sendable () throws -> Bool) throws -> Int {
      for _ in 0..<(2 * threads) { if try !evaluate() { madeUp() } }
      return 1 << 20
    }
  }

  private func run(
    _ scratch: ScratchDirectory, _ output: String, _ predictor: any TilePredictor, threads: Int, tile: Int
  ) throws -> InferenceSummary {
    var settings = InferenceSettings()
    settings.tile = Extent(tile)
    return try infer(
      scratch.file("in.zarr"), to: scratch.file(output), predictor: predictor, defaultTile: Extent(tile),
      settings: settings, objectsPath: nil, resolved: ResolvedSettings(command: "infer", programVersion: "test"),
      communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: threads), memoryInBytes: 1 << 30)
  }

  /// Few tiles, one alone, and so many that some are made up instead; with air to skip in front of them.
  @Test(arguments: [(16, 1), (16, 3), (48, 2), (4, 2)]) func noTileIsEvaluatedTwice(tile: Int, threads: Int) throws {
    let scratch = try ScratchDirectory()
    let volume = randomVolume(Extent(20, 33, 41), seed: 5, bright: 0.06)
    let voxels = volume.voxels(as: UInt16.self)
    for index in 0..<(6 * 33 * 41) { voxels[index] = 3 + UInt16(index % 2) }
    try writeStore(volume, to: scratch.file("in.zarr"), chunk: Extent(16), shard: Extent(16, 64, 64))
    let plain = try run(scratch, "plain.zarr", ContrastPredictor(), threads: threads, tile: tile)
    let calls = Mutex(0)
    let madeUp = Mutex(0)
    let measuring = Measuring(inner: ContrastPredictor { calls.withLock { $0 += 1 } }) { madeUp.withLock { $0 += 1 } }
    let summary = try run(scratch, "measured.zarr", measuring, threads: threads, tile: tile)
    #expect(summary.tilesEvaluated == plain.tilesEvaluated && summary.result == plain.result)
    #expect(calls.withLock { $0 } == summary.tilesEvaluated)
    #expect(madeUp.withLock { $0 } == (tile == 4 ? 2 * threads : 0))
    func probabilities(_ name: String) throws -> [UInt8] {
      let store = try Store.open(scratch.file(name))
      return try store.levels[0].read(Region(store.extent)).array(of: UInt8.self)
    }
    #expect(try probabilities("plain.zarr") == probabilities("measured.zarr"))
  }

  /// A tile that fails while memory is measured is named as it would be later.
  @Test func aTileThatFailsIsNamed() throws {
    let scratch = try ScratchDirectory()
    try writeStore(
      randomVolume(Extent(20, 33, 41), seed: 5), to: scratch.file("in.zarr"), chunk: Extent(16),
      shard: Extent(16, 64, 64))
    struct Failing: TilePredictor {
      var tileMultiple = Extent(1)
      func predict(_ tile: UnsafeBufferPointer<Float>, extent: Extent) -> [Float] {
        [Float](repeating: .nan, count: extent.count)
      }
      func memoryInBytes(tile: Extent, threads: Int) -> Int { 0 }
      func memoryInBytes(tile: Extent, threads: Int, evaluating evaluate: @Sendable () throws -> Bool) throws -> Int {
        _ = try evaluate()
        return 1 << 20
      }
    }
    let fault = fault { _ = try run(scratch, "out.zarr", Failing(), threads: 1, tile: 16) }
    #expect(fault?.message.contains("at (-1, -1, -1) of 16 × 16 × 16 voxels") == true, "\(fault?.message ?? "none")")
  }
}
