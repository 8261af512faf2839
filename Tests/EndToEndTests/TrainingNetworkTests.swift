import Files
import Launching
import Networks
import Scratch
import Testing

/// Networks that are given stage by stage, from pre-training to a segmented volume.
@Suite struct TrainingNetworkTests {
  @Test func aNetworkWhoseAxesDifferGoesAllTheWay() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let recipe = directory + "/network.yaml"
      try publish(
        """
        features-per-stage: [4, 8, 12]
        n-blocks-per-stage: [1, 2, 1]
        n-conv-per-stage-decoder: [2, 1]
        kernel-sizes: [[1, 3, 3], 3, 3]
        strides: [1, [1, 2, 2], 2]
        """, to: recipe)
      let (pretrained, model) = (directory + "/pretrained", directory + "/model")
      let tier = ["--tier", "XS"]
      #expect(TrainingFixture.small.starts(with: tier))
      let short = ["--steps", "2"] + TrainingFixture.small.dropFirst(tier.count)
      try fixture.sheaf(["pretrain", fixture.corpus, "-o", pretrained, "--recipe", recipe] + short, ranks: 2)
      // The weights say what network they are for.
      let tuned = try fixture.sheaf(["finetune", fixture.pairs, "-o", model, "--from", pretrained] + short, ranks: 2)
      #expect(tuned.errors.contains("stages of 4,8,12 channels, 1,2,1 blocks"), "\(tuned.errors)")
      let architecture = try #require(Model.load(model).description.architecture)
      #expect(architecture.strides == [[1, 1, 1], [1, 2, 2], [2, 2, 2]])
      #expect(architecture.kernels == [[1, 3, 3], [3, 3, 3], [3, 3, 3]])
      #expect(architecture.blocksPerStage == [1, 2, 1] && architecture.convolutionsPerDecoderStage == [2, 1])
      try fixture.sheaf(["infer", fixture.store, directory + "/found.zarr", "--model", model, "--device", "cpu"])

      // A tier is another network.
      let other = try Running(
        launch(
          ranks: 0, builtProgram("sheaf"),
          ["finetune", fixture.pairs, "-o", directory + "/other", "--from", pretrained] + tier + short)
      ).wait()
      #expect(other.code == 65, "\(other.errors)")
      #expect(!fileExists(directory + "/other"))
    }
  }

  /// Weights that segment bring their output layers, and few crops are trained on briefly; the same command then finds its run.
  @Test func aNetworkThatSegmentsGoesOnAsLongAsSuitsTheCrops() throws {
    try withTemporaryDirectory { directory in
      let fixture = try TrainingFixture(in: directory)
      let (first, second) = (directory + "/first", directory + "/second")
      try fixture.sheaf(
        ["finetune", fixture.pairs, "--from-scratch", "-o", first, "--steps", "2"] + TrainingFixture.small)
      let command = ["finetune", fixture.pairs, "--from", first, "-o", second] + TrainingFixture.small
      let ending = try fixture.sheaf(command)
      #expect(ending.errors.contains("60 steps suit 0.2 crops of 64³"), "\(ending.errors)")
      #expect(ending.output.contains("60 steps"), "\(ending.output)")
      #expect(ending.errors.contains("compare with --from-scratch"), "\(ending.errors)")
      let recipe = String(decoding: try readWholeFile(second + "/recipe.yaml"), as: UTF8.self)
      #expect(recipe.contains("\nsteps: 60\n") && recipe.contains("\ntransfer: all\n"), "\(recipe)")
      let again = try fixture.sheaf(command)
      #expect(again.output.contains("60 steps"))
      #expect(again.errors.contains("the run was begun with steps 60 and keeps that"), "\(again.errors)")
      // What nobody names is as the run has it; what somebody names differently is another run.
      try fixture.sheaf(command + ["--steps", "60", "--transfer", "all"])
      let other = try Running(launch(ranks: 0, builtProgram("sheaf"), command + ["--steps", "61"])).wait()
      #expect(other.code == 73 && other.errors.contains("steps: 61"), "\(other.code) \(other.errors)")
      // Of the three pairs of 24³, a half without the planes that are held back.
      let part = try fixture.sheaf(
        ["finetune", fixture.pairs, "--from", first, "-o", directory + "/part", "--dry-run"] + TrainingFixture.small
          + ["--set", "hold-back-planes=0,1,2,3,4,5,6,7,8,9,10,11"])
      #expect((part.output + part.errors).contains("60 steps suit 0.1 crops of 64³"), "\(part)")
    }
  }
}
