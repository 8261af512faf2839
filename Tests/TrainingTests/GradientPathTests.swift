import Files
import Foundation
import Launching
import MPI
import Networks
import Scratch
import Testing
import Torch
import Training

/// The ways to sum gradients over ranks, those for GPUs included: on the CPU they must give the
/// bits that MPI alone gives.
@Suite(.serialized) struct GradientPathTests {
  private func train(
    _ run: String, _ path: [String] = [], steps: Int = 5, environment: [String: String] = [:]
  ) throws -> Ending {
    try Running(
      launch(ranks: 2, builtProgram("training-probe"), [run, "\(steps)", "3"] + path), environment: environment
    ).wait()
  }

  private func model(_ run: String) throws -> Data { try readWholeFile("\(run)/\(Model.weightsFileName)") }

  /// Builds the stand-in for NCCL.
  private func standIn(_ directory: String) throws -> String {
    let library = directory + "/libnccl.so.2"
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/nccl.c")
    let built = try Running(["mpicc", "-shared", "-fPIC", "-O1", "-o", library, source.path]).wait()
    try #require(built.code == 0, "\(built.errors)")
    return library
  }

  @Test func stagingAndNCCLGiveTheSameBitsAsDirectReduction() throws {
    try withTemporaryDirectory { directory in
      let library = try standIn(directory)
      #expect(try train("\(directory)/direct").code == 0)
      let staged = try train("\(directory)/staged", ["path", "staged", "-"])
      #expect(staged.code == 0, "\(staged.errors)")
      let nccl = try train(
        "\(directory)/nccl", ["path", "nccl", library], environment: ["STAND_IN_LOG": directory + "/log"])
      #expect(nccl.code == 0, "\(nccl.errors)")
      let expected = try model("\(directory)/direct")
      #expect(try model("\(directory)/staged") == expected)
      #expect(try model("\(directory)/nccl") == expected)
      // Each rank, each step, the same buckets in the same order.
      let calls = try [0, 1].map { try String(contentsOfFile: directory + "/log\($0)", encoding: .utf8) }
      #expect(calls[0] == calls[1])
      let counts = calls[0].split(separator: "\n")
      let buckets = counts.count / 5
      #expect(buckets > 2 && Array(counts[..<buckets]) == Array(counts.suffix(buckets)), "\(counts)")
    }
  }

  @Test func failuresOfNCCLEndTheRunInItsOwnWords() throws {
    try withTemporaryDirectory { directory in
      let library = try standIn(directory)
      let connecting = try train(
        "\(directory)/a", ["path", "nccl", library], environment: ["STAND_IN_FAILURE": "connect"])
      #expect(connecting.code == 74)
      #expect(connecting.errors.contains("fault: rank 1 on cpu of "), "\(connecting.errors)")
      #expect(connecting.errors.contains("ncclCommInitRank: unhandled system error"), "\(connecting.errors)")
      let reducing = try train(
        "\(directory)/b", ["path", "nccl", library], environment: ["STAND_IN_FAILURE": "reduce"])
      #expect(reducing.code == 74)
      #expect(reducing.errors.contains("rank 1 cannot sum gradients"), "\(reducing.errors)")
      #expect(reducing.errors.contains("ncclAllReduce: unhandled cuda error"), "\(reducing.errors)")
      let later = try train("\(directory)/d", ["path", "nccl", library], environment: ["STAND_IN_FAILURE": "later"])
      #expect(later.code == 74)
      #expect(later.errors.contains("rank 1 cannot sum gradients over the ranks: "), "\(later.errors)")
      #expect(later.errors.contains("ncclAllReduce in progress: remote process exited"), "\(later.errors)")
      let missing = try train("\(directory)/c", ["path", "nccl", directory + "/none.so"])
      #expect(missing.code == 74)
      #expect(missing.errors.contains("none.so"), "\(missing.errors)")
    }
  }

  @Test func aLibraryThatIsNotNCCLIsRefused() throws {
    try withTemporaryDirectory { directory in
      let built = try Running(["mpicc", "-shared", "-o", directory + "/empty.so", "-xc", "/dev/null"]).wait()
      try #require(built.code == 0, "\(built.errors)")
      let error = #expect(throws: TorchError.self) { try NCCL.load(library: directory + "/empty.so") }
      #expect(error?.kind == .device)
      #expect(error?.message.contains("ncclGetUniqueId") == true, "\(error?.message ?? "")")
    }
  }

  @Test func theReductionPathFollowsSettingAndDevice() throws {
    let card = Device("cuda:0")
    struct Missing: Error {}
    func chosen(_ setting: String, _ device: Device, canLoad: Bool = true) throws -> (GradientPath, warnings: Int) {
      var warnings = 0
      let path = try GradientPath.chosen(
        setting: setting, device: device, communicator: .single(), warn: { _ in warnings += 1 },
        load: { if !canLoad { throw Missing() } })
      return (path, warnings)
    }
    #expect(try chosen("auto", .cpu) == (.direct, 0))
    #expect(try chosen("mpi", .cpu) == (.direct, 0))
    #expect(throws: Fault.self) { try chosen("nccl", .cpu) }
    #expect(try chosen("auto", card) == (.nccl(library: nil), 0))
    #expect(try chosen("nccl", card) == (.nccl(library: nil), 0))
    #expect(try chosen("mpi", card) == (.staged, 0))
    #expect(try chosen("auto", card, canLoad: false) == (.staged, 1))
    let fault = #expect(throws: Fault.self) { try chosen("nccl", card, canLoad: false) }
    #expect(fault?.kind == .usage)
    #expect(fault?.isOnEveryRank == true)
  }
}

@Suite struct DeviceAssignmentTests {
  private typealias Rank = DeviceAssignment.Rank

  @Test func ranksOfANodeTakeItsCardsInTurn() throws {
    let ranks = [
      Rank(host: "a", node: 0, cards: ["x", "y"]), Rank(host: "b", node: 1, cards: ["x"]),
      Rank(host: "a", node: 0, cards: ["x", "y"]),
    ]
    #expect(try DeviceAssignment.assign("cuda", ranks) == [0, 0, 1])
    #expect(try DeviceAssignment.assign("auto", ranks) == [0, 0, 1])
  }

  /// As SLURM does with --gpus-per-task, or when ranks are shown overlapping sets of cards.
  @Test func aGPUVisibleToOneRankOnlyIsUsedByItWhateverItsIndex() throws {
    let alone = ["x", "y", "z"].map { Rank(host: "a", node: 0, cards: [$0]) }
    #expect(try DeviceAssignment.assign("cuda", alone) == [0, 0, 0])
    let overlapping = [Rank(host: "a", node: 0, cards: ["x", "y"]), Rank(host: "a", node: 0, cards: ["y", "z", "x"])]
    #expect(try DeviceAssignment.assign("cuda", overlapping) == [0, 0])
  }

  @Test func aRankWithoutAGPUIsNamedWithItsHostAndTheGPUsPresent() throws {
    let ranks = [
      Rank(host: "node7", node: 0, cards: ["x", "y"]), Rank(host: "node7", node: 0, cards: ["x", "y"]),
      Rank(host: "node7", node: 0, cards: ["x", "y"]),
    ]
    for option in ["auto", "cuda"] {
      let fault = #expect(throws: Fault.self) { try DeviceAssignment.assign(option, ranks) }
      #expect(fault?.kind == .usage)
      for words in ["rank 2 on node7", "2 GPUs", "3 ranks"] {
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
      }
    }
    // Half a job on cards and half on processors would only wait for the latter.
    let mixed = [Rank(host: "a", node: 0, cards: ["x"]), Rank(host: "b", node: 1, cards: [])]
    let fault = #expect(throws: Fault.self) { try DeviceAssignment.assign("auto", mixed) }
    #expect(fault?.message.contains("rank 1 on b") == true, "\(fault?.message ?? "")")
  }

  @Test func withoutAGPUAutoSelectsTheCPU() throws {
    let ranks = [Rank(host: "a", node: 0, cards: []), Rank(host: "b", node: 1, cards: [])]
    #expect(try DeviceAssignment.assign("auto", ranks) == nil)
    #expect(throws: Fault.self) { try DeviceAssignment.assign("cuda", ranks) }
    #expect(try DeviceAssignment.choose("auto", communicator: .single(), cards: { [] }) == .cpu)
    #expect(try DeviceAssignment.choose("cpu", communicator: .single(), cards: { ["x"] }) == .cpu)
    #expect(try DeviceAssignment.choose("auto", communicator: .single(), cards: { ["x"] }) == Device("cuda:0"))
  }
}
