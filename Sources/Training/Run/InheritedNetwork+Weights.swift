import Networks
import Recipes

extension InheritedNetwork {
  /// What the description of weights says: a run directory, a safetensors file or a `.pth`.
  ///
  /// - Returns: nil when there is none that can be read. Weights that cannot be read either are reported when they are
  ///   loaded.
  package init?(of path: String) {
    guard let weights = try? openWeights(Model.weightsFile(path)),
      let description = try? Model.readDescription(of: weights),
      let architecture = description.architecture
    else { return nil }
    self.init(
      architecture: architecture, crop: CropEdges(description.crop),
      // Those of others may mean something else by their two outputs.
      segments: weights.describedBySheaf != nil && description.task == .segmentation && architecture.classes == 2)
  }
}
