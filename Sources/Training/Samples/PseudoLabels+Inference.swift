import Files
import Inference
import Jobs
import MPI
import Networks
import Tiling
import Torch

extension PseudoLabels {
  /// Pseudo-labels of stores, as a fine-tuned network sees them: the probabilities that `sheaf infer` would write.
  /// Collective.
  ///
  /// - Parameters:
  ///   - path: the network, as `Model.load` takes it.
  ///   - memoryInBytes: what a rank may use.
  /// - Throws: `Fault.usage` when it has not been fine-tuned, so that nothing has been begun by then.
  package init(
    of stores: [String], model path: String, resources: TrainingResources, programVersion: String, memoryInBytes: Int,
    communicator: Communicator
  ) throws {
    guard !stores.isEmpty else {
      self.init(stores: [], predict: { _, _ in })
      return
    }
    let device = resources.device
    try communicator.everyRank {
      _ = try Model.load(path, device: device, segmenting: true)
    }
    self.init(stores: stores) { store, output in
      let begun = try communicator.rootOnly { BegunInference(at: output, overwrite: false) }
      var settings = InferenceSettings()
      settings.withLabels = false
      settings.margin = begun.margin
      var jobSettings = resources.settings
      // It is part of the plan of the run.
      jobSettings.printsPlan = false
      let (predictor, identity) = try communicator.everyRank {
        let console = resources.settings.console
        var predictor = try ModelPredictor(Model.load(path, device: device, segmenting: true))
        if let precision = begun.precision { predictor.resume(in: precision) }
        predictor.warn = { console.warn($0) }
        var identity = ResolvedSettings(
          command: "finetune --pseudo", programVersion: programVersion, warnings: jobSettings.console.warnings)
        identity.add("precision", predictor.precisions[0].rawValue)
        for (name, value) in predictor.settings { identity.add(name, value) }
        try identity.add(input: "model", path: predictor.members[0].path, files: predictor.members[0].files)
        try identity.add(input: "store", store: store)
        return (predictor, identity)
      }
      _ = try infer(
        store, to: output, readingAlso: nil, predictor: predictor, defaultTile: predictor.naturalTile(),
        settings: settings, objectsPath: nil, resolved: identity, communicator: communicator, jobSettings: jobSettings,
        memoryInBytes: memoryInBytes)
    }
  }
}
