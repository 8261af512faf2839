import Architectures
import Files
import Networks
import Recipes

/// Pre-trained weights that a fine-tuning starts from.
struct StartingWeights {
  private let path: String
  private let recipe: FinetuningRecipe
  private let weights: any StoredWeights
  /// Nil where the file does not say what it is.
  private let description: ModelDescription?

  /// Reads no tensors.
  ///
  /// - Parameters:
  ///   - path: a file or a run directory.
  ///   - architecture: the network of the run.
  /// - Throws: `Fault` of kind `noInput` or `badData` when it cannot be opened, of kind `badData` when it says that it is of
  ///   another network.
  init(_ path: String, for architecture: ArchitectureDescription, _ recipe: FinetuningRecipe) throws {
    self.path = path
    self.recipe = recipe
    weights = try openWeights(Model.weightsFile(path))
    description = try? Model.readDescription(of: weights)
    guard let found = description?.architecture, !Self.sharesEncoder(found, architecture) else { return }
    throw Fault.badData(
      "\(weights.path) is of another network than this run: \(Self.text(found)), where this run has "
        + "\(Self.text(architecture)); leave out --tier and the stage lists to take that of the weights, or give weights of "
        + "the same stages")
  }

  /// Whether the tensors of one encoder fit the other: the least that is taken from the weights.
  private static func sharesEncoder(_ one: ArchitectureDescription, _ other: ArchitectureDescription) -> Bool {
    one.encoder == other.encoder && one.featuresPerStage == other.featuresPerStage
      && one.blocksPerStage == other.blocksPerStage && one.kernels == other.kernels
  }

  private static func text(_ network: ArchitectureDescription) -> String {
    let tier = Tier.allCases.first { $0.features == network.featuresPerStage && $0.blocks == network.blocksPerStage }
    let channels = network.featuresPerStage.map(String.init).joined(separator: ", ")
    let stages = "\(network.stageCount) stages of \(channels) channels"
    return tier.map { "tier \($0.rawValue) (\(stages))" } ?? stages
  }

  /// What was found about starts of their kind, for the plan; nil where nothing was measured.
  var experience: String? {
    guard recipe.training.tier == Tier.extraSmall.rawValue, let description, weights.describedBySheaf != nil else {
      return nil
    }
    let gain =
      description.task == .segmentation
      ? "on one crop of c-Fos nuclei, weights that segment synthetic structures saved most steps but gained no Dice over random ones"
      : "on one crop of c-Fos nuclei, sheaf-xs had a Dice of 0.27 after 30 steps, random weights 0.14, and after 150 both had "
        + "0.46; in longer runs, with one crop to all, it was nowhere ahead by more than chance, and with all 13 crops of one "
        + "brain 0.01 behind; on two crops, weights pretrained on that stain itself had 0.54, random ones 0.52"
    return "\(gain) (benchmarks/TRANSFER.md); compare with --from-scratch"
  }

  /// What is doubtful about starting from them.
  var doubts: [String] {
    guard let seen = description?.normalisation, seen.text != NormalisationRecipe().text else { return [] }
    return [
      "\(weights.path) was trained on intensities \(seen.text), but this run sees them \(NormalisationRecipe().text): the "
        + "weights have to get used to that, and may help less"
    ]
  }

  /// - Parameter report: receives a line each for loaded, missing, mismatched and unused tensors.
  /// - Throws: `Fault.badData` when any wanted tensor is missing, of another shape, left over or not finite.
  func load(into network: ResidualEncoderUNet, report: (String) -> Void) throws {
    let result = try network.load(weights, recipe.transferredWeights)
    for line in result.lines { report(line) }
    if let misfit = result.misfit(
      of: weights.path, with: "the network of this run, \(recipe.training.networkText),",
      remedy: result.lacksDecoderAlone
        ? "--set transfer=encoder takes the encoder alone" : "give the tier or the stage lists it was trained with")
    {
      throw misfit
    }
  }
}
