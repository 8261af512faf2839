import Files
import IntensityStatistics
import MPI
import Networks
import Recipes
import Scratch
import Testing
import Torch
import Training
import TrainingFixtures
import Voxels

/// A network whose weights went wrong is told by the next validation and preview, not scored as one that finds nothing.
@Suite(.serialized) struct FailingNetworkTests {
  private let extent = Extent(20)

  private func volume(_ name: String) -> AnnotatedVolume {
    let classes = (0..<extent.count).map { UInt8($0 % 5 == 0 ? 1 : 0) }
    return AnnotatedVolume(
      pair: AnnotatedPair(name: name, imagePath: name, labelPath: "l", structure: "s", category: "isolated"),
      image: VoxelBuffer(extent, classes.indices.map { Float($0 % 7) * 0.1 }),
      normalisation: Normalisation(
        lowerClip: -9, upperClip: 9, mean: 0, deviation: 1, background: -0.5, saturation: nil),
      labels: AnnotatedLabels(extent: extent, classes: classes))
  }

  @Test(arguments: [Float.nan, .infinity]) func fineTuningNamesVolumeAndTile(value: Float) throws {
    try LibTorch.setThreads(1)
    var recipe = try #require(FinetuningRecipe.standard(tier: "XS"))
    recipe.training.crop = 16
    recipe.training.batch = 2
    let network = try ResidualEncoderUNet(
      recipe.training.architecture(deepSupervision: recipe.deepSupervision, classes: 2), seed: 1)
    let task = FinetuningTask(
      network: network, recipe: recipe, training: [volume("a.tif")], validation: [volume("b.tif")],
      communicator: .single())
    let sample = try task.sampler.sample(step: 0, index: 0)
    #expect(throws: Never.self) { _ = try task.preview(of: sample) }
    #expect(throws: Never.self) { _ = try task.validate(afterStep: 1) }
    try #require(network.parameters.first { $0.name.hasPrefix("decoder.stages") }).tensor.fill(Double(value))
    for (place, body) in [
      ("(-1, -1, -1)", { _ = try task.validate(afterStep: 2) }), ("a.tif", { _ = try task.preview(of: sample) }),
    ] as [(String, () throws -> Void)] {
      let found = fault(of: body)
      #expect(found?.kind == .badData)
      for words in ["the network in training returned NaN", "weights are not finite", place] {
        #expect(found?.message.contains(words) == true, "\(found?.message ?? "nothing")")
      }
    }
    #expect(fault { _ = try task.validate(afterStep: 2) }?.message.contains("of b.tif") == true)
    // What is saved nevertheless is refused when it is loaded.
    let scratch = try ScratchDirectory()
    try Model.save(
      network, ModelDescription(task: .segmentation, architecture: network.architecture, crop: [16, 16, 16]),
      inDirectory: scratch.path)
    #expect(fault { _ = try Model.load(scratch.path) }?.message.contains("not finite") == true)
  }

  @Test func pretrainingNamesTheSample() throws {
    try LibTorch.setThreads(1)
    let recipe = tinyRecipe(steps: 1)
    let network = try ResidualEncoderUNet(
      recipe.training.architecture(deepSupervision: false, classes: 1), seed: 1)
    let task = PretrainingTask(
      network: network, recipe: recipe, crops: WaveCrops(crop: recipe.training.crop), trainedOn: [])
    let sample = try task.sampler.sample(step: 0, index: 0)
    #expect(throws: Never.self) { _ = try task.preview(of: sample) }
    try network.parameters[0].tensor.fill(.nan)
    let message = fault { _ = try task.preview(of: sample) }?.message ?? "nothing"
    #expect(message.contains(sample.name) && message.contains("returned NaN"), "\(message)")
  }
}
