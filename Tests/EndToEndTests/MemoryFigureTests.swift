import Architectures
import Files
import Foundation
import Launching
import Networks
import Scratch
import Testing
import Torch

/// The memory that a plan shows is the memory that is asked for: `--memory` with that figure is accepted, by every command
/// that has a plan and by all its passes, and much less is refused before anything is written.
@Suite(.serialized) struct MemoryFigureTests {
  private func run(_ arguments: [String], ranks: Int = 0) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait(timeLimit: 200)
  }

  /// The figure in a plan, such as `168 MiB`.
  private func memory(of plan: String) -> String? {
    for pattern in [/memory ([0-9.]+ [KMGT]?i?B|[0-9]+ bytes) per rank/, /, ([0-9.]+ [KMG]iB) of memory \(/] {
      if let found = plan.firstMatch(of: pattern) { return String(found.1) }
    }
    return nil
  }

  @Test(arguments: [0, 2]) func theFigureOfThePlanIsAccepted(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
      try createDirectory(directory + "/model")
      try Model.save(
        ResidualEncoderUNet(architecture, seed: 11),
        ModelDescription(task: .segmentation, architecture: architecture, crop: [32, 32, 32]),
        inDirectory: directory + "/model")
      let planes = directory + "/phantom/nuclei/planes"
      let out = directory + "/out"
      for command in [
        ["phantom", out + "/organ", "--extent", "24,48,48", "--structures", "nuclei"],
        ["tile", planes, out + "/s.zarr", "--voxel-size", "4,2,2"],
        ["export", fixture.store, "-o", out + "/s.nii.gz"],
        [
          "corpus", fixture.store, "-o", out + "/corpus", "--patch-size", "24", "--contrast", "3", "--packed",
          "--export-nifti",
          out + "/n",
        ],
        [
          "evaluate", fixture.store, fixture.store, "--prediction-is", "instances", "--reference-is", "instances",
          "--instances", "components",
        ],
        [
          "infer", fixture.store, out + "/i.zarr", "--model", directory + "/model", "--device", "cpu", "--threads", "1",
        ],
        ["label", out + "/i.zarr", out + "/l.zarr"],
        ["pretrain", fixture.corpus, "-o", out + "/p", "--steps", "2"] + TrainingFixture.small,
        ["finetune", fixture.pairs, "-o", out + "/f", "--from-scratch", "--steps", "2"] + TrainingFixture.small,
      ] {
        try createDirectory(out)
        let plan = try run(command + ["--dry-run"], ranks: ranks)
        let figure = try #require(memory(of: plan.errors), "\(command): \(plan.errors)")
        #expect(plan.errors.contains("allowed"), "\(plan.errors)")
        let ending = try run(command + ["--memory", figure], ranks: ranks)
        #expect(ending.code == 0, "\(command) --memory \(figure): \(ending.errors)")
        let before = try contents(ofDirectory: out)
        let refused = try run(command + ["--memory", "1MiB", "--dry-run"], ranks: ranks)
        // What is finished already needs nothing more.
        if refused.code != 0 {
          #expect(refused.code == 64 && refused.errors.contains("memory"), "\(command): \(refused.errors)")
        }
        #expect(try differences(before, contents(ofDirectory: out)) == [])
      }
    }
  }

  @Test func aTrainingThatIsTooLargeIsRefusedWithWhatToLower() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let ending = try Running(
        [
          builtProgram("sheaf"), "pretrain", fixture.corpus, "-o", directory + "/p", "--tier", "XS", "--crop", "16",
          "--batch", "65536", "--device", "cpu",
        ], environment: ["SLURM_MEM_PER_NODE": "600"]
      ).wait(timeLimit: 100)
      #expect(ending.code == 64, "\(ending.errors)")
      for words in ["are allowed by default", "--memory ", "lower --crop, --batch"] {
        #expect(ending.errors.contains(words), "\(words) in \(ending.errors)")
      }
      #expect(!fileExists(directory + "/p"))
    }
  }
}
