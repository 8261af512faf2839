import Files
import Foundation
import Launching
import Scratch
import Testing

/// `sheaf evaluate` behaves as the other commands do: plan, checks, signals, limits, ranks.
@Suite(.serialized) struct EvaluateCommandTests {
  private func evaluate(_ arguments: [String], ranks: Int = 0) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), ["evaluate"] + arguments)).wait()
  }

  /// A volume of bytes as `.npy`, format version 1.0.
  private func write(_ shape: [Int], to path: String, value: (Int) -> UInt8) throws {
    let edges = shape.map(String.init).joined(separator: ", ")
    let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(edges)), }"
    let padding = String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64)
    let header = Data(text.utf8) + Data(padding.utf8) + Data("\n".utf8)
    let voxels = (0..<shape.reduce(1, *)).map(value)
    try publish(
      Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, UInt8(header.count & 255), UInt8(header.count >> 8)]) + header
        + Data(voxels), to: path)
  }

  @Test func ranksThreadsAndMemoryChangeNothing() throws {
    try withTemporaryDirectory { directory in
      var numbers = SeededNumbers(seed: 1)
      let (prediction, reference) = (directory + "/p.npy", directory + "/r.npy")
      // Enough voxels for several slabs, and noise for many objects.
      let truth = (0..<(40 * 180 * 190)).map { _ in UInt8(numbers.uniform() < 0.03 ? 1 : 0) }
      try write([40, 180, 190], to: reference) { truth[$0] }
      try write([40, 180, 190], to: prediction) { numbers.uniform() < 0.01 ? 1 - truth[$0] : truth[$0] }
      let expected = try evaluate([prediction, reference, "--json", "--threads", "1"])
      #expect(expected.code == 0 && expected.output.contains("\"clDice\""), "\(expected.errors)")
      for (ranks, threads, memory) in [(0, 3, "64MiB"), (2, 1, "10MiB"), (3, 2, "12MiB")] {
        let ending = try evaluate(
          [prediction, reference, "--json", "--threads", "\(threads)", "--memory", memory], ranks: ranks)
        #expect(ending.code == 0 && ending.output == expected.output, "\(ranks) ranks: \(ending.errors)")
      }
    }
  }

  @Test(arguments: [0, 2]) func impossibleEvaluationsAreRefusedAlsoInADryRun(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let (small, large, labels) = (directory + "/s.npy", directory + "/l.npy", directory + "/labels.npy")
      try write([20, 30, 30], to: small) { UInt8($0 % 2) }
      try write([20, 30, 31], to: large) { UInt8($0 % 2) }
      try write([20, 30, 30], to: labels) { _ in 4 }
      for extra in [[], ["--dry-run"]] {
        let extents = try evaluate([small, large] + extra, ranks: ranks)
        #expect(extents.code == 65 && extents.errors.contains("volumes of one extent"), "\(extents.errors)")
        let memory = try evaluate([small, small, "--memory", "60KiB", "--threads", "1"] + extra, ranks: ranks)
        #expect(memory.code == 64 && memory.errors.contains("clDice of 20 × 30 × 30 voxels needs"), "\(memory.errors)")
        let unknown = try evaluate([small, labels, "--label-map", "0=0,1=1"] + extra, ranks: ranks)
        #expect(unknown.code == 65 && unknown.errors.contains("the label 4"), "\(unknown.errors)")
      }
      let plan = try evaluate([small, small, "--dry-run", "--label-map", "0=0,300=1,*=1"], ranks: ranks)
      #expect(plan.code == 0 && plan.output.isEmpty, "\(plan.errors)")
      #expect(plan.errors.contains("prediction \(small): uint8"), "\(plan.errors)")
      #expect(plan.errors.contains("which are never 300"), "\(plan.errors)")
    }
  }

  @Test(arguments: [0, 2]) func limitsAndSignalsEndItWithCode75(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let volume = directory + "/v.npy"
      try write([120, 200, 200], to: volume) { UInt8(($0 / 7) % 2) }
      let limited = try evaluate([volume, volume, "--max-hours", "0"], ranks: ranks)
      #expect(limited.code == 75 && limited.errors.contains("time limit"), "\(limited.errors)")
      // The plan is printed before the pass begins, and a solid block takes long to thin.
      let block = directory + "/block.npy"
      try write([120, 200, 200], to: block) { _ in 1 }
      let running = try Running(
        launch(ranks: ranks, builtProgram("sheaf"), ["evaluate", block, block, "--category", "contiguous"]))
      usleep(1_500_000)
      running.send(SIGUSR1)
      let ending = running.wait()
      #expect(ending.code == 75 && ending.errors.contains("stopped by SIGUSR1"), "\(ending.code): \(ending.errors)")
      #expect(ending.output.isEmpty)
    }
  }
}
