import Files
import Foundation
import Inference
import Jobs
import MPI
import Scratch
import Synchronization
import Testing
import Voxels
import Zarr

@Suite struct InferenceTests {
  @discardableResult
  private func run(
    _ scratch: ScratchDirectory, output: String = "out.zarr", predictor: any TilePredictor = ContrastPredictor(),
    threads: Int = 1, memory: Int = 1 << 30, objects: String? = nil,
    change: (inout InferenceSettings) -> Void = { _ in }
  ) throws -> InferenceSummary {
    var settings = InferenceSettings()
    settings.tile = Extent(8)
    settings.objects.leastVoxels = 2
    change(&settings)
    return try infer(
      scratch.file("in.zarr"), to: scratch.file(output), predictor: predictor, defaultTile: Extent(16),
      settings: settings, objectsPath: objects.map { scratch.file($0) },
      resolved: ResolvedSettings(command: "infer", programVersion: "test"), communicator: .single(),
      jobSettings: JobSettings(memoryInBytes: nil, threads: threads), memoryInBytes: memory)
  }

  private func volume() -> VoxelBuffer { randomVolume(Extent(20, 33, 41), seed: 5, bright: 0.06) }

  private func scratchWithStore(structure: String? = nil) throws -> ScratchDirectory {
    let scratch = try ScratchDirectory()
    try writeStore(
      volume(), to: scratch.file("in.zarr"), chunk: Extent(16), shard: Extent(16, 32, 32), structure: structure)
    return scratch
  }

  @Test func labelsAndTableFitTheProbabilities() throws {
    let scratch = try scratchWithStore(structure: "c-Fos cells")
    let summary = try run(scratch, objects: "objects.csv")
    let output = try Store.open(scratch.file("out.zarr"))
    #expect(output.isFinished)
    #expect(output.extent == volume().extent)
    #expect(output.voxelSizeInMicrometres == VoxelSize(2, 1, 0.5))
    #expect(try output.labelNames() == ["c-fos-cells"])
    #expect(summary.result.labelName == "c-fos-cells")
    #expect(summary.tilesEvaluated + summary.tilesSkipped >= summary.result.tiles)
    let labels = try output.label("c-fos-cells")
    let ids = try labels.levels[0].read(Region(labels.extent)).array(of: UInt32.self)
    let probabilities = try output.levels[0].read(Region(output.extent)).array(of: UInt8.self)
    // 128 is the lowest 255th that reaches the threshold.
    #expect(zip(ids, probabilities).allSatisfy { $0 == 0 || $1 >= 128 })
    #expect(Int(ids.max()!) == summary.result.objects)
    #expect(summary.result.objects > 3)
    let table = String(decoding: try readWholeFile(scratch.file("objects.csv")), as: UTF8.self)
    let lines = table.split(separator: "\n")
    #expect(lines.count == summary.result.objects + 1)
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      #expect(fields.count == 21)
      #expect(Int(fields[1]) == ids.count { $0 == UInt32(fields[0]) })
    }
    // Levels by mean and by mode, whatever the shards.
    var image = try output.levels[0].read(Region(output.extent))
    var painted = try labels.levels[0].read(Region(labels.extent))
    for level in 1..<output.levels.count {
      image = image.downsampled(.mean)
      painted = painted.downsampled(.mode)
      #expect(try output.levels[level].read(Region(image.extent)).array(of: UInt8.self) == image.array(of: UInt8.self))
      #expect(
        try labels.levels[level].read(Region(painted.extent)).array(of: UInt32.self) == painted.array(of: UInt32.self))
    }
  }

  @Test func everyDivisionAndThreadCountGivesTheSameBytes() throws {
    let scratch = try scratchWithStore()
    _ = try run(scratch, output: "reference.zarr")
    let reference = try contents(ofDirectory: scratch.file("reference.zarr"))
    #expect(reference.count > 10)
    for (memory, threads) in [(1 << 30, 3), (120_000, 1), (1, 2)] {
      let output = "memory\(memory).zarr"
      _ = try run(scratch, output: output, threads: threads, memory: memory)
      let result = try contents(ofDirectory: scratch.file(output))
      #expect(result.keys.sorted() == reference.keys.sorted())
      for (name, data) in reference { #expect(result[name] == data, "\(name) with \(memory) bytes") }
    }
  }

  @Test func anInterruptedInferenceResumesToTheSameBytes() throws {
    let scratch = try scratchWithStore()
    _ = try run(scratch, output: "reference.zarr", memory: 1)
    let reference = try contents(ofDirectory: scratch.file("reference.zarr"))
    // Fails at ever later tiles, so that runs end in every block.
    for failure in [1, 30, 90, 200] {
      let output = "interrupted\(failure).zarr"
      let count = Atomic<Int>(0)
      let failing = ContrastPredictor(onTile: {
        if count.wrappingAdd(1, ordering: .relaxed).newValue >= failure { throw Fault.stopped("interrupted") }
      })
      #expect(throws: Fault.self) {
        _ = try run(scratch, output: output, predictor: failing, memory: 1)
      }
      #expect(!(try Store.open(scratch.file(output))).isFinished)
      // Resumed with other resources, which must keep to the blocks that were begun.
      _ = try run(scratch, output: output, threads: 2, memory: 1 << 30)
      #expect(try contents(ofDirectory: scratch.file(output)) == reference)
    }
  }

  @Test func aFinishedInferenceIsNotRepeatedAndOtherSettingsAreRefused() throws {
    let scratch = try scratchWithStore()
    let first = try run(scratch)
    let never = ContrastPredictor(onTile: { throw Fault(.bug, "evaluated again") })
    #expect(try run(scratch, predictor: never, objects: "late.csv") == first)
    #expect(fileExists(scratch.file("late.csv")))
    do {
      _ = try run(scratch, change: { $0.objects.threshold = 0.7 })
      Issue.record("other settings were accepted")
    } catch let fault as Fault {
      #expect(fault.kind == .cannotCreate)
      #expect(fault.message.contains("threshold"))
    }
  }

  @Test func withoutLabelsThereAreNone() throws {
    let scratch = try scratchWithStore()
    let summary = try run(scratch, objects: "o.csv", change: { $0.withLabels = false })
    #expect(try Store.open(scratch.file("out.zarr")).labelNames() == [])
    #expect(summary.result.labelName == nil)
    #expect(fileExists(scratch.file("o.csv")))
  }

  @Test func invalidSettingsAreRefused() throws {
    let scratch = try scratchWithStore()
    for change: (inout InferenceSettings) -> Void in [
      { $0.objects.threshold = 0 }, { $0.objects.threshold = .nan }, { $0.overlap = 1 }, { $0.objects.leastVoxels = 0 },
      { $0.objects.labelName = "../up" }, { $0.objects.labelName = "" }, { $0.tile = Extent(1 << 20) },
    ] {
      do {
        _ = try run(scratch, change: change)
        Issue.record("an impossible setting was accepted")
      } catch let fault as Fault {
        #expect(fault.kind == .usage)
      }
    }
    #expect(!fileExists(scratch.file("out.zarr")))
    try FileManager.default.removeItem(atPath: scratch.file("in.zarr/.sheaf/statistics"))
    #expect(throws: Fault.self) { _ = try run(scratch) }
  }
}
