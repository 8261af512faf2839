import Architectures
import Files
import Foundation
import Launching
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

/// `sheaf serve-challenge` as a container starts it, called as grand-challenge.org calls it.
@Suite struct ServeChallengeCommandTests {
  private func saveModel(_ directory: String) throws {
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    try createDirectory(directory)
    try Model.save(
      try ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(
        task: .segmentation, architecture: architecture, crop: [16, 16, 16], voxelSizes: TrainedVoxelSizes([[4, 2, 2]])),
      inDirectory: directory)
  }

  @Test(.needsPeers) func segmentsCasesByHTTPUntilItIsStopped() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    try saveModel(scratch.file("model"))
    let server = try Running([
      builtProgram("sheaf"), "serve-challenge", "--model", scratch.file("model"), "--input", scratch.file("case"),
      "--output", scratch.file("result"), "--host", "127.0.0.1", "--port", "0", "--device", "cpu", "--threads", "2",
    ])
    var port = ""
    let isServing = server.wait {
      let words = server.errorsSoFar.split(separator: " ")
      if let index = words.firstIndex(of: "port") { port = words[index + 1].filter(\.isNumber) }
      return !port.isEmpty
    }
    try #require(isServing, "\(server.wait().errors)")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/check_challenge.py"
    let failures = try peers.run(
      file: script,
      arguments: [port, scratch.file("case"), scratch.file("result"), "\(server.identifier)"])
    #expect(failures.isEmpty, "\(failures)")
    let ending = server.wait(timeLimit: 60)
    #expect(!ending.timedOut && ending.code == 0, "\(ending.code): \(ending.errors)")
    #expect(ending.errors.contains("invoke failed"))
  }

  @Test func whatCannotStartIsASentence() throws {
    let scratch = try ScratchDirectory()
    let ending = try Running([
      builtProgram("sheaf"), "serve-challenge", "--model", scratch.file("missing"), "--port", "0",
    ]).wait()
    #expect(ending.code == 66 && ending.errors.contains("missing"), "\(ending.errors)")
  }
}
