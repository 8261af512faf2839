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
}
