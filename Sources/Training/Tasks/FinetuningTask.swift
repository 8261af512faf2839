import Evaluation
import Files
import Inference
import MPI
import Networks
import Recipes
import Torch
import Voxels

/// Learns a binary mask from annotated crops: Dice and cross-entropy, at several resolutions, over annotated voxels, and
/// where the recipe asks for it soft clDice of contiguous structures.
package final class FinetuningTask: TrainingTask {
  package let network: ResidualEncoderUNet
  package let parameters: [Parameter]
  package let sampler: AnnotatedSampler
  package var validationInterval: Int { recipe.validationInterval }
  /// The last validation, volume by volume.
  package private(set) var lastValidation: ValidationResult?

  private let recipe: FinetuningRecipe
  private let validator: Validator?
  /// What the network took over from other weights; nil when it started from random ones.
  private let inherited: WeightSelection?
  private let trainedOn: [String]
  private let voxelSizes: TrainedVoxelSizes?
  /// Of the network's description: what it has mostly seen beyond the faces of volumes.
  private let padding: Padding
  private let report: @Sendable (String) -> Void

  /// What was trained on, for people: each image, or how many of each structure where they are too many to read.
  private static func names(of pairs: [AnnotatedPair]) -> [String] {
    guard pairs.count > 24 else { return pairs.map(\.imagePath) }
    return Dictionary(grouping: pairs) { $0.structure }.sorted { $0.key < $1.key }
      .map { "\($1.count) volumes" + ($0.isEmpty ? "" : " of \($0)") }
  }

  /// - Parameters:
  ///   - inherited: what the network took over from other weights; nil when it started from random ones.
  ///   - validation: what is validated on; empty for no validation.
  ///   - threads: of this rank.
  ///   - report: receives lines about validations.
  package init(
    network: ResidualEncoderUNet, recipe: FinetuningRecipe, inherited: WeightSelection? = nil,
    training: [AnnotatedVolume], pseudoLabelled: [any SampledVolume] = [], validation: [AnnotatedVolume],
    voxelSizes: TrainedVoxelSizes? = nil,
    threads: Int = 1, communicator: Communicator, report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.network = network
    self.recipe = recipe
    self.inherited = inherited
    self.report = report
    self.voxelSizes = voxelSizes
    sampler = AnnotatedSampler(training, pseudoLabelled: pseudoLabelled, recipe: recipe, device: network.device)
    trainedOn = FinetuningTask.names(of: training.map(\.pair)) + pseudoLabelled.map(\.pair.imagePath)
    let crop = Extent(recipe.training.crop)
    let smaller = training.count { volume in (0..<3).contains { volume.extent[$0] < crop[$0] } }
    padding = 2 * smaller >= training.count ? .background : .mirror
    // The coarsest output has no weight in the loss, so its layer would never be trained.
    let untrained = "decoder.seg_layers.0."
    parameters = network.trainedParameters(deepSupervision: recipe.deepSupervision)
      .filter { !$0.name.hasPrefix(untrained) || network.architecture.stageCount == 2 }
    validator =
      validation.isEmpty
      ? nil
      : Validator(
        validation, crop: crop,
        threads: network.device.isCPU ? FinetuningTask.validationThreads(threads, recipe) : 1,
        communicator: communicator)
  }

  /// Tiles that a validation evaluates at a time: no more than fit where a pass of the training does, which keeps all maps
  /// of its samples for the gradients.
  static func validationThreads(_ threads: Int, _ recipe: FinetuningRecipe) -> Int {
    max(1, min(threads, 4 * min(recipe.training.samplesPerPass, recipe.training.batch)))
  }

  package func rateFactor(of parameter: Parameter, step: Int) -> Double {
    guard let inherited, inherited.includes(parameter.name) else { return 1 }
    let isFrozen = Double(step) < recipe.frozenFraction * Double(recipe.training.steps)
    return isFrozen ? 0 : recipe.pretrainedRate
  }

  package func loss(of samples: [AnnotatedSample]) throws -> Tensor {
    let crop = recipe.training.crop.edges
    let images = try Tensor.concatenated(samples.map(\.image), axis: 0)
    let classes = try Tensor.concatenated(samples.map(\.classes), axis: 0)
    let labels = try classes.equals(Double(VoxelClasses.foreground))
    let mask = try classes.equals(Double(VoxelClasses.ignored)).scaled(by: -1, adding: 1)
    let outputs = recipe.deepSupervision ? try network.forwardAtAllResolutions(images) : [try network.forward(images)]
    let weights = DeepSupervision.weights(outputs.count)
    var total: Tensor?
    for (output, weight) in zip(outputs, weights) where weight > 0 {
      let size = Array(output.shape[2...])
      let isFull = size == crop
      let (crossEntropy, dice) = try Losses.segmentation(
        logits: output, labels: isFull ? labels : labels.resized(to: size, .nearest),
        mask: isFull ? mask : mask.resized(to: size, .nearest))
      let loss = try crossEntropy.adding(dice).scaled(by: weight)
      total = try total.map { try $0.adding(loss) } ?? loss
    }
    guard let total else { preconditionFailure("the full resolution always has weight") }
    guard let centrelines = try centrelineLoss(of: samples, outputs[0], labels, mask) else { return total }
    return try total.adding(centrelines)
  }

  /// The weighted soft-clDice loss of the samples that show contiguous structures, as a part of the mean over all
  /// samples; nil when it has no weight or nothing to judge.
  private func centrelineLoss(of samples: [AnnotatedSample], _ logits: Tensor, _ labels: Tensor, _ mask: Tensor) throws
    -> Tensor?
  {
    guard recipe.centrelineWeight > 0 else { return nil }
    var total: Tensor?
    for index in samples.indices where samples[index].isContiguous {
      func own(_ tensor: Tensor) throws -> Tensor { try tensor.narrowed(0, index..<(index + 1)) }
      let loss = try Losses.softCentrelineDice(
        logits: own(logits), labels: own(labels), mask: own(mask), iterations: recipe.centrelineIterations
      ).scaled(by: recipe.centrelineWeight / Double(samples.count))
      total = try total.map { try $0.adding(loss) } ?? loss
    }
    return total
  }

  package func validate(afterStep step: Int) throws -> ValidationScores? {
    guard let validator else { return nil }
    let isLast = step == recipe.training.steps
    let result = try validator.validate(NetworkInTraining(network, description), choosing: isLast)
    lastValidation = result
    report("validation after step \(step): \(result.scores.text)")
    for line in result.table?.split(separator: "\n") ?? [] { report("  \(line)") }
    if let chosen = result.chosen {
      report(
        "chosen for infer on these volumes: \(chosen.text), which gives \(chosen.scores.text); on others expect less")
      for line in chosen.table?.split(separator: "\n") ?? [] { report("  \(line)") }
    } else if isLast {
      report("the threshold stays 0.5: no validation volume has annotated foreground to choose it by")
    }
    return result.scores
  }

  package func interest(of sample: AnnotatedSample) throws -> Double {
    let classes: [UInt8] = try sample.classes.array()
    return Double(foreground(in: classes[plane(of: classes).range]))
  }

  /// The image, its annotation, the predicted structure, and its probability.
  package func preview(of sample: AnnotatedSample) throws -> SamplePreview {
    let (voxels, classes): ([Float], [UInt8]) = try (sample.image.array(), sample.classes.array())
    let plane = plane(of: classes)
    let edges = recipe.training.crop
    let probabilities = try voxels.withUnsafeBufferPointer { crop in
      do {
        return try Model(network, description).predict(crop, extent: edges.edges)
      } catch let failure as OutputNotFinite {
        throw failure.fault(tile: "of \(edges.product) voxels", of: "the preview, \(sample.name)", input: crop)
      }
    }
    let image = plane.cut(voxels)
    let annotated = plane.cut(classes).map { voxel -> SamplePreview.Mark in
      voxel == VoxelClasses.foreground ? .foreground : voxel == VoxelClasses.ignored ? .ignored : .none
    }
    let probable = plane.cut(probabilities)
    return SamplePreview(
      height: edges.y, width: edges.x,
      panels: [
        SamplePreview.Panel("image", image),
        SamplePreview.Panel("annotation", image, marks: annotated),
        SamplePreview.Panel("prediction", image, marks: probable.map { $0 >= 0.5 ? .foreground : .none }),
        SamplePreview.Panel("probability", probable, range: 0...1),
      ])
  }

  /// The z-plane with most annotated foreground.
  private func plane(of classes: [UInt8]) -> CropPlane {
    CropPlane(crop: Extent(recipe.training.crop)) { Double(foreground(in: classes[$0])) }
  }

  private func foreground(in classes: ArraySlice<UInt8>) -> Int { classes.count { $0 == VoxelClasses.foreground } }

  private var description: ModelDescription {
    let chosen = lastValidation?.chosen
    return ModelDescription(
      task: .segmentation, architecture: network.architecture,
      crop: recipe.training.crop.edges, precision: recipe.training.computePrecision,
      padding: padding, mirrorAxes: recipe.training.mirror ? [0, 1, 2] : [], voxelSizes: voxelSizes,
      threshold: chosen?.general.threshold, minimumObjectSize: chosen?.general.minimumObjectSize,
      structureChoices: chosen?.ofStructures ?? [:], trainedOn: trainedOn)
  }

  package func save(to directory: RunDirectory) throws {
    try Model.save(network, description, inDirectory: directory.path)
    if let lastValidation { try publish(lastValidation.json(), to: directory.validation) }
  }
}
