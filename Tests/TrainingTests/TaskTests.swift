import Corpus
import Foundation
import IntensityStatistics
import Networks
import Recipes
import Testing
import Torch
import Training
import TrainingFixtures
import Voxels

@Suite(.serialized) struct PretrainingTaskTests {
  /// The loss looks at hidden voxels alone, and of these at none that is padding or saturated.
  @Test func paddingAndSaturatedVoxelsDoNotCount() throws {
    try LibTorch.setThreads(1)
    var recipe = tinyRecipe(steps: 1)
    recipe.training.spatialProbability = 0
    let crop = Extent(recipe.training.crop)
    let valid = (0..<crop.count).map { UInt8($0 % 5 == 0 ? 0 : 1) }
    let task = try PretrainingTask(
      network: ResidualEncoderUNet(recipe.training.architecture(deepSupervision: false, classes: 1), seed: 1),
      recipe: recipe, crops: MarkedCrops(extent: crop, valid: valid), trainedOn: [])
    let sample = try task.sampler.sample(step: 0, index: 0)
    let (image, hidden) = try (sample.image.floats(), sample.hidden.array(of: UInt8.self))
    let kept = try sample.valid.array(of: UInt8.self)
    #expect(kept.count { $0 == 0 } == valid.count { $0 == 0 })
    let loss = try task.loss(of: [sample]).item()
    for (isValid, mustChange) in [(UInt8(0), false), (1, true)] {
      let changed = image.indices.map { image[$0] + (hidden[$0] == 1 && kept[$0] == isValid ? 3 : 0) }
      let other = MaskedSample(
        name: "", image: try .copying(changed, shape: sample.image.shape), valid: sample.valid, hidden: sample.hidden)
      #expect((try task.loss(of: [other]).item() != loss) == mustChange)
    }
  }

  @Test func noiseHasItsDeviationAndDependsOnTheSampleAlone() throws {
    var recipe = tinyRecipe(steps: 1)
    recipe.inputNoise = 0.5
    let task = try PretrainingTask(
      network: ResidualEncoderUNet(recipe.training.architecture(deepSupervision: false, classes: 1), seed: 1),
      recipe: recipe, crops: WaveCrops(crop: recipe.training.crop), trainedOn: [])
    func noise(_ index: Int) throws -> [Float] {
      try #require(try task.sampler.sample(step: 3, index: index).noise).floats()
    }
    let numbers = try noise(1)
    #expect(numbers.count == Extent(recipe.training.crop).count)
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / Float(numbers.count)
    #expect(abs(variance.squareRoot() - 0.5) < 0.03)
    #expect(try noise(1) == numbers)
    #expect(try noise(0) != numbers)
  }

  private struct MarkedCrops: CropSource {
    let extent: Extent
    let valid: [UInt8]

    func crop(step: Int, index: Int, margin: Extent) throws -> Crop {
      Crop(name: "", extent: extent, voxels: valid.indices.map { Float($0 % 11) / 5 - 1 }, valid: valid)
    }
  }
}

@Suite(.serialized) struct FinetuningTaskTests {
  private let extent = Extent(20)

  /// Bars that the labels tell of, on a texture.
  private func volume(_ name: String, category: String) -> AnnotatedVolume {
    let classes = (0..<extent.count).map { index -> UInt8 in
      let p = extent.position(of: index)
      return abs(p.y - p.x) < 2 && p.z > 3 ? 1 : p.z == 0 ? 255 : 0
    }
    return AnnotatedVolume(
      pair: AnnotatedPair(name: name, imagePath: name, labelPath: "l", structure: name, category: category),
      image: VoxelBuffer(extent, classes.indices.map { Float($0 % 7) * 0.1 + (classes[$0] == 1 ? 2 : 0) }),
      normalisation: Normalisation(
        lowerClip: -9, upperClip: 9, mean: 0, deviation: 1, background: -0.5, saturation: nil),
      labels: AnnotatedLabels(extent: extent, classes: classes))
  }

  private func recipe(_ change: (inout FinetuningRecipe) -> Void = { _ in }) -> FinetuningRecipe {
    var recipe = FinetuningRecipe.standard(tier: "XS")!
    recipe.training.crop = 16
    recipe.training.batch = 4
    recipe.centrelineIterations = 2
    change(&recipe)
    return recipe
  }

  private func task(_ recipe: FinetuningRecipe, networkSeed: UInt64 = 1, _ volumes: [AnnotatedVolume]) throws
    -> FinetuningTask
  {
    try LibTorch.setThreads(1)
    return FinetuningTask(
      network: try ResidualEncoderUNet(
        recipe.training.architecture(deepSupervision: recipe.deepSupervision, classes: 2), seed: networkSeed),
      recipe: recipe, training: volumes, validation: [], communicator: .single())
  }

  private func voxels(of task: FinetuningTask, _ step: Int, _ index: Int) throws -> SampleVoxels {
    try SampleVoxels(task.sampler.sample(step: step, index: index))
  }

  /// Only what came from other weights is slowed, and only it is frozen, in the first steps alone.
  @Test func whatIsTakenOverLearnsAtItsOwnRate() throws {
    try LibTorch.setThreads(1)
    let recipe = recipe {
      $0.training.steps = 10
      $0.pretrainedRate = 0.2
      $0.frozenFraction = 0.3
    }
    func factors(_ inherited: WeightSelection?, step: Int) throws -> [String: Double] {
      let task = FinetuningTask(
        network: try ResidualEncoderUNet(
          recipe.training.architecture(deepSupervision: recipe.deepSupervision, classes: 2), seed: 1),
        recipe: recipe, inherited: inherited, training: [volume("a", category: "")], validation: [],
        communicator: .single())
      return Dictionary(uniqueKeysWithValues: task.parameters.map { ($0.name, task.rateFactor(of: $0, step: step)) })
    }
    #expect(try factors(nil, step: 0).values.allSatisfy { $0 == 1 })
    for (step, expected) in [(0, 0.0), (2, 0), (3, 0.2), (9, 0.2)] {
      let found = try factors(.encoder, step: step)
      #expect(Set(found.filter { $0.key.hasPrefix("encoder.") }.values) == [expected], "step \(step)")
      #expect(Set(found.filter { $0.key.hasPrefix("decoder.") }.values) == [1], "step \(step)")
      let both = try factors(.encoderAndDecoder, step: step)
      #expect(Set(both.filter { !$0.key.contains("seg_layers") }.values) == [expected], "step \(step)")
      #expect(Set(both.filter { $0.key.contains("seg_layers") }.values) == [1], "step \(step)")
    }
  }

  @Test func softCentrelineDiceCountsForContiguousStructuresAlone() throws {
    let volumes = [volume("axons", category: "contiguous-sparse"), volume("nuclei", category: "isolated-dense")]
    let weighted = try task(recipe { $0.centrelineWeight = 0.5 }, volumes)
    let plain = try task(recipe(), volumes)
    let samples = try (0..<8).map { try weighted.sampler.sample(step: 0, index: $0) }
    let contiguous = samples.filter(\.isContiguous)
    let isolated = samples.filter { !$0.isContiguous }
    try #require(!contiguous.isEmpty && !isolated.isEmpty)
    #expect(contiguous.allSatisfy { $0.name.hasPrefix("axons") })
    #expect(try weighted.loss(of: isolated).item() == plain.loss(of: isolated).item())
    let extra = try weighted.loss(of: contiguous).item() - plain.loss(of: contiguous).item()
    #expect(extra > 0.01 && extra <= 0.5)
    // In a mixed pass it is a part of the mean over all samples.
    let mixed = try weighted.loss(of: samples).item() - plain.loss(of: samples).item()
    #expect(abs(mixed - extra * Double(contiguous.count) / Double(samples.count)) < 1e-4)
  }

  /// What `--from` changes is the network and nothing else.
  @Test func theFromScratchBaselineSeesTheSameSamplesInTheSameOrder() throws {
    let volumes = [volume("a", category: ""), volume("b", category: ""), volume("c", category: "")]
    let pretrained = try task(recipe { $0.transfer = "encoder+decoder" }, networkSeed: 1, volumes)
    let scratch = try task(recipe(), networkSeed: 2, volumes)
    for step in 0..<5 {
      for index in 0..<4 { #expect(try voxels(of: pretrained, step, index) == voxels(of: scratch, step, index)) }
    }
    let other = try task(recipe { $0.training.seed = 1 }, volumes)
    #expect(try voxels(of: scratch, 0, 0) != voxels(of: other, 0, 0))
  }

  /// How many samples go through the network at once changes the gradient by rounding only.
  @Test func accumulatedGradientsAreThoseOfTheWholeBatch() throws {
    let recipe = recipe { $0.centrelineWeight = 0.3 }
    let task = try task(recipe, [volume("axons", category: "contiguous"), volume("b", category: "")])
    let parameters = try FlatParameters(task.parameters)
    let samples = try (0..<4).map { try task.sampler.sample(step: 3, index: $0) }
    func gradient(perPass: Int) throws -> [Float] {
      try parameters.zeroGradients()
      for start in stride(from: 0, to: 4, by: perPass) {
        let piece = Array(samples[start..<min(start + perPass, 4)])
        try task.loss(of: piece).scaled(by: Double(piece.count) / 4).backward()
      }
      return try parameters.gradients.floats()
    }
    let whole = try gradient(perPass: 4)
    let norm = whole.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    for perPass in 1...3 {
      let found = try gradient(perPass: perPass)
      let difference = zip(found, whole).reduce(0) { $0 + pow(Double($1.0 - $1.1), 2) }.squareRoot()
      #expect(difference < 1e-4 * norm, "\(perPass) at once: \(difference) of \(norm)")
    }
  }
}
