import Commands
import Files
import Inference
import Jobs
import Networks
import Torch
import Training

extension RunContext {
  /// Pseudo-labels of stores, as a fine-tuned network sees them: what `sheaf infer` would write, without labels.
  ///
  /// - Parameter path: the network, as `Model.load` takes it.
  /// - Throws: `Fault.usage` when it has not been fine-tuned, so that nothing has been begun by then.
  func pseudoLabels(of stores: [String], model path: String, device: Device) throws -> PseudoLabels {
    guard !stores.isEmpty else { return PseudoLabels(stores: [], predict: { _, _ in }) }
    try communicator.everyRank {
      let model = try Model.load(path, device: device)
      guard model.description.task == .segmentation else {
        throw Fault.usage(
          "--pseudo needs a network that segments, but \(path) was trained to fill in hidden voxels; fine-tune it first, "
            + "then give that run to --from")
      }
    }
    return PseudoLabels(stores: stores) { store, output in
      var settings = InferenceSettings()
      settings.withLabels = false
      var jobSettings = self.settings
      // The run has made its directory its own already.
      jobSettings.overwrite = false
      let inference = try communicator.everyRank {
        let predictor = try ModelPredictor(Model.load(path, device: device))
        var identity = resolvedSettings(command: "finetune --pseudo")
        identity.add("precision", predictor.precision.rawValue)
        try identity.add(input: "model", path: predictor.model.path)
        try identity.add(input: "store", path: joinPath(store, ".sheaf", "statistics"))
        return try Inference(
          storePath: store, outputPath: output, predictor: predictor, defaultTile: predictor.naturalTile,
          settings: settings, objectsPath: nil, identity: identity, communicator: communicator,
          jobSettings: jobSettings, memoryInBytes: memoryInBytes)
      }
      _ = try inference.run()
    }
  }
}
