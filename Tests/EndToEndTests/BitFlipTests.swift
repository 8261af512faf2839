import Architectures
import Files
import Foundation
import Jobs
import Launching
import MPI
import Networks
import Scratch
import TestTraits
import Testing
import Tiling
import Torch

/// One bit is flipped in every file of every kind of output, found by walking the directory so that a new file cannot be
/// forgotten, and `verify` names the file.
@Suite struct BitFlipTests {
  /// Files in which nothing can be damaged: locks, which are empty.
  private static func isHarmless(_ name: String, _ data: Data) -> Bool { name.hasSuffix("lock") && data.isEmpty }

  /// Whether two documents of metadata differ in nothing but how viewers show the image, which they may change.
  private static func differInDisplayAlone(_ one: Data, _ other: Data) -> Bool {
    func withoutDisplay(_ document: Data) -> NSDictionary? {
      guard var root = try? JSONSerialization.jsonObject(with: document) as? [String: Any],
        var attributes = root["attributes"] as? [String: Any], var ome = attributes["ome"] as? [String: Any],
        ome.removeValue(forKey: "omero") != nil
      else { return nil }
      attributes["ome"] = ome
      root["attributes"] = attributes
      return root as NSDictionary
    }
    guard let one = withoutDisplay(one), let other = withoutDisplay(other) else { return false }
    return one == other
  }

  private func sheaf(_ arguments: String...) throws {
    let ending = try Running(launch(ranks: 0, builtProgram("sheaf"), arguments)).wait()
    try #require(ending.code == 0, "\(arguments): \(ending.errors)")
  }

  private func verify(_ path: String) throws -> VerificationReport {
    try verifyOutput(
      path, repairingFrom: nil, settings: JobSettings(memoryInBytes: nil, threads: 1), memoryInBytes: 1 << 30,
      communicator: .single(), isStopRequested: { false })
  }

  /// All files below a directory, hidden ones and journals too.
  private func files(_ directory: String) throws -> [String] {
    try directoryEntries(directory).flatMap { name -> [String] in
      let path = joinPath(directory, name)
      return isDirectory(path) ? try files(path) : [path]
    }
  }

  private func flipEveryFile(of output: String) throws {
    var random = SeededNumbers.ofTest()
    let sound = try verify(output)
    #expect(sound.damage.isEmpty && sound.isFinished && sound.notes.isEmpty, "\(sound)")
    let all = try files(output)
    #expect(all.count > 2, "\(output) has no files")
    for path in all {
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      if Self.isHarmless(path, whole) { continue }
      try #require(!whole.isEmpty, "\(path) is empty")
      for _ in 0..<(whole.count > 256 ? 3 : 1) {
        var damaged = whole
        let bit = Int.random(in: 0..<(whole.count * 8), using: &random)
        damaged[bit / 8] ^= 1 << (bit % 8)
        if Self.differInDisplayAlone(whole, damaged) { continue }
        try damaged.write(to: URL(fileURLWithPath: path))
        let damage = try verify(output).damage
        #expect(
          damage.contains { $0.path == path || $0.message.contains(path) }, "bit \(bit) of \(path): \(damage)")
      }
      try whole.write(to: URL(fileURLWithPath: path))
      // A file that is gone is found too.
      try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
      let damage = try verify(output).damage
      #expect(!damage.isEmpty || path.hasSuffix(".journal"), "\(path) is missing")
      try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
    }
    #expect(try verify(output).damage.isEmpty)
  }

  /// Kinds whose programs need no network.
  @Test(.randomised) func stores() throws {
    let scratch = try ScratchDirectory()
    let (organ, store) = (scratch.file("organ"), scratch.file("organ.zarr"))
    try sheaf("phantom", organ, "--extent", "20,24,40", "--structures", "nuclei", "--pairs", "1", "--pair-extent", "16")
    try sheaf(
      "tile", joinPath(organ, "nuclei/planes"), store, "--chunk", "16", "--shard", "16,16,32", "--structure", "nuclei",
      "--voxel-size", "4,2,2")
    try flipEveryFile(of: organ)
    try flipEveryFile(of: store)
    try sheaf("export", store, scratch.file("planes/"))
    try flipEveryFile(of: scratch.file("planes"))
    try sheaf(
      "corpus", store, "-o", scratch.file("corpus"), "--patch-size", "16", "--contrast", "3", "--of", "corpus",
      "--export-nifti",
      scratch.file("patches"))
    try flipEveryFile(of: scratch.file("patches"))
  }

  @Test(.randomised) func corporaAndTrainingRuns() throws {
    let scratch = try ScratchDirectory()
    let fixture = try TrainingFixture(in: scratch.path)
    try flipEveryFile(of: fixture.corpus)
    let (packed, run) = (scratch.file("packed"), scratch.file("run"))
    try fixture.sheaf(["corpus", fixture.store, "-o", packed, "--patch-size", "24", "--contrast", "3", "--packed"])
    try flipEveryFile(of: packed)
    try fixture.sheaf(["pretrain", fixture.corpus, "-o", run, "--steps", "4"] + TrainingFixture.small)
    try flipEveryFile(of: run)
  }

  /// The output of `infer` with its labels, labels added to it, and labels of their own.
  @Test(.randomised) func inferences() throws {
    let scratch = try ScratchDirectory()
    let (organ, store, output) = (scratch.file("organ"), scratch.file("in.zarr"), scratch.file("out.zarr"))
    try sheaf("phantom", organ, "--extent", "20,24,40", "--structures", "nuclei")
    try sheaf("tile", joinPath(organ, "nuclei/planes"), store, "--chunk", "16", "--structure", "nuclei")
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    try createDirectory(scratch.file("model"))
    try Model.save(
      try ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [32, 32, 32]),
      inDirectory: scratch.file("model"))
    try sheaf("infer", store, output, "--model", scratch.file("model"), "--threads", "1", "--device", "cpu")
    try sheaf("label", output, "--labels", "more", "--threshold", "0.4")
    try sheaf("label", output, scratch.file("labels.zarr"), "--threshold", "0.6")
    try flipEveryFile(of: output)
    try flipEveryFile(of: scratch.file("labels.zarr"))
  }
}
