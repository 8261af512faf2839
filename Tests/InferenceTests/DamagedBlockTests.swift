import Files
import Foundation
import Inference
import Jobs
import MPI
import Scratch
import Synchronization
import TestTraits
import Testing
import Tiling
import Voxels
import Zarr

/// Files that an inference keeps until it is done: a damaged one costs its block, and never gives other labels.
@Suite struct DamagedBlockTests {
  private func run(_ scratch: ScratchDirectory, _ output: String, _ predictor: ContrastPredictor) throws {
    var settings = InferenceSettings()
    settings.tile = Extent(8)
    settings.objects.leastVoxels = 2
    _ = try infer(
      scratch.file("in.zarr"), to: scratch.file(output), predictor: predictor, defaultTile: Extent(16),
      settings: settings, objectsPath: nil, resolved: ResolvedSettings(command: "infer", programVersion: "test"),
      communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: 1), memoryInBytes: 1)
  }

  private func verify(_ path: String) throws -> [VerificationReport.Damage] {
    try verifyOutput(
      path, repairingFrom: nil, settings: JobSettings(memoryInBytes: nil, threads: 1), memoryInBytes: 1 << 30,
      communicator: .single(), isStopRequested: { false }
    ).damage
  }

  @Test(.randomised) func aFlippedBitCostsItsBlock() throws {
    let scratch = try ScratchDirectory()
    var random = SeededNumbers.ofTest()
    let volume = randomVolume(Extent(20, 33, 41), seed: 5, bright: 0.06)
    try writeStore(volume, to: scratch.file("in.zarr"), chunk: Extent(16), shard: Extent(16, 32, 32))
    let all = Atomic<Int>(0)
    try run(
      scratch, "reference.zarr", ContrastPredictor(onTile: { all.wrappingAdd(1, ordering: .relaxed) }))
    let last = all.load(ordering: .relaxed)
    let reference = try contents(ofDirectory: scratch.file("reference.zarr"))
    let tiles = Atomic<Int>(0)
    let failing = ContrastPredictor(onTile: {
      if tiles.wrappingAdd(1, ordering: .relaxed).newValue >= last { throw Fault.stopped("interrupted") }
    })
    #expect(throws: Fault.self) { try run(scratch, "interrupted.zarr", failing) }
    let interrupted = scratch.file("interrupted.zarr")
    let files = try regularFiles(below: joinPath(interrupted, ".sheaf/blocks"))
    try #require(files.count >= 8, "\(files)")
    let sound = try verify(interrupted)
    #expect(sound.count >= 1 && sound.allSatisfy { $0.message.contains("never finished") }, "\(sound)")
    for (number, name) in files.enumerated() {
      let output = scratch.file("out\(number).zarr")
      try FileManager.default.copyItem(atPath: interrupted, toPath: output)
      let file = joinPath(output, ".sheaf/blocks", name)
      var bytes = try readWholeFile(file)
      let bit = Int.random(in: 0..<(bytes.count * 8), using: &random)
      bytes[bit / 8] ^= 1 << (bit % 8)
      try publish(bytes, to: file)
      #expect(try verify(output).contains { $0.path == file }, "bit \(bit) of \(name)")
      try run(scratch, "out\(number).zarr", ContrastPredictor())
      #expect(differences(try contents(ofDirectory: output), reference) == [], "bit \(bit) of \(name)")
    }
  }
}
