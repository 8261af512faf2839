import Architectures

/// The network that weights were trained in, which a run that starts from them has unless its recipe asks for another.
public struct InheritedNetwork: Sendable, Equatable {
  public var architecture: ArchitectureDescription
  /// The crops it was trained on; nil where that is not known.
  public var crop: CropEdges?
  /// Whether it tells foreground from background already, so that a run goes on from its output layers too.
  public var segments: Bool

  public init(architecture: ArchitectureDescription, crop: CropEdges?, segments: Bool = false) {
    self.architecture = architecture
    self.crop = crop
    self.segments = segments
  }

  /// The tier whose network this is, or else the largest one that is not wider: its settings fit best.
  var tier: Tier {
    let lists = StageLists(architecture)
    let widest = architecture.featuresPerStage.max() ?? 0
    return Tier.allCases.first { StageLists($0) == lists }
      ?? Tier.allCases.last { ($0.features.max() ?? 0) <= widest } ?? .extraSmall
  }

  /// Makes the network of a recipe for `tier` this one.
  func adopt(into recipe: inout TrainingRecipe) {
    guard StageLists(architecture) != StageLists(tier) else { return }
    recipe.stageLists = StageLists(architecture)
    // The tier's may be none that this network halves as often as it has to.
    if let crop { recipe.crop = crop }
  }
}
