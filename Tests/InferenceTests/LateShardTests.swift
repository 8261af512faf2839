import Files
import Foundation
import Inference
import Jobs
import MPI
import Scratch
import Testing
import Voxels
import Zarr

/// A shard of the level below that is not to be seen, as on a network file system that shows files late, is refused and
/// never read as zeros.
@Suite struct LateShardTests {
  private func run(
    _ scratch: ScratchDirectory, _ predictor: any TilePredictor = ContrastPredictor(), objectsPath: String? = nil
  ) throws {
    var settings = InferenceSettings()
    settings.tile = Extent(8)
    settings.objects.labelName = "objects"
    _ = try infer(
      scratch.file("in.zarr"), to: scratch.file("out.zarr"), predictor: predictor, defaultTile: Extent(8),
      settings: settings, objectsPath: objectsPath,
      resolved: ResolvedSettings(command: "infer", programVersion: "test"),
      communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: 2), memoryInBytes: 1 << 30)
  }

  @Test(arguments: [("", "infer-level"), ("labels/objects", "infer-labels-level")])
  func levelsOfProbabilitiesAndLabelsRefuseAShardOfTheLevelBelow(image: String, job: String) throws {
    let scratch = try ScratchDirectory()
    try writeStore(
      randomVolume(Extent(20, 33, 41), seed: 5, bright: 0.06), to: scratch.file("in.zarr"), chunk: Extent(16),
      shard: Extent(16, 32, 32))
    // All passes are done, but the output is not finished, since the table cannot be written.
    #expect(fault { try run(scratch, objectsPath: scratch.file("missing/objects.csv")) }?.kind == .cannotCreate)
    try FileManager.default.copyItem(atPath: scratch.file("out.zarr"), toPath: scratch.file("unfinished.zarr"))
    try run(scratch)
    let whole = try contents(ofDirectory: scratch.file("out.zarr"))
    let store = joinPath(scratch.file("out.zarr"), image)
    let never = ContrastPredictor(onTile: { throw Fault(.bug, "evaluated again") })
    let levelCount = try Store.open(store).levels.count
    try #require(levelCount > 2)
    for level in 1..<levelCount {
      // As a run that was cut off before this level leaves it.
      try FileManager.default.removeItem(atPath: scratch.file("out.zarr"))
      try FileManager.default.copyItem(atPath: scratch.file("unfinished.zarr"), toPath: scratch.file("out.zarr"))
      try FileManager.default.removeItem(atPath: scratch.file("out.zarr/.sheaf/\(job)-\(level).journal"))
      if !image.isEmpty { try FileManager.default.removeItem(atPath: joinPath(store, ".sheaf/contents.json")) }
      guard let late = try firstFile(below: joinPath(store, "\(level - 1)/c")) else {
        try run(scratch, never)
        continue
      }
      try FileManager.default.moveItem(atPath: late, toPath: scratch.file("late"))
      do {
        try run(scratch, never)
        Issue.record("level \(level) was made without a shard of the level below")
      } catch let fault as Fault {
        #expect(fault.kind == .badData && fault.message.contains(late), "\(fault.message)")
      }
      try FileManager.default.moveItem(atPath: scratch.file("late"), toPath: late)
      try run(scratch, never)
      #expect(try contents(ofDirectory: scratch.file("out.zarr")) == whole)
    }
  }
}
