import Corpus
import Files
import Jobs
import MPI
import Networks
import Recipes
import Torch
import Voxels

/// Pre-trains a network on the unannotated patches of a corpus: the entry point of `sheaf pretrain`.
public enum Pretraining {
  /// Collective.
  ///
  /// - Parameter resolved: the command's name and program version; settings and inputs are added to it.
  /// - Throws: `Fault` for bad input or settings, `Fault.stopped` when stopped early, `DryRunEnd`.
  public static func run(
    corpus path: String, recipe: PretrainingRecipe, output: String, resolved: ResolvedSettings,
    resources: TrainingResources, communicator: Communicator
  ) throws -> TrainingSummary {
    let loader = try communicator.everyRank {
      try CropLoader(
        PatchCorpus.open(path), crop: Extent(recipe.training.crop), choice: recipe.cropChoice,
        seed: recipe.training.seed)
    }
    try loader.corpus.requireUnchangedSources(resources.settings, communicator)
    let sources = loader.corpus.manifest.sources.filter { $0.takenCount > 0 }
    let wanted = recipe.cropChoice.voxelSizeInMicrometres
    let voxels = VoxelSizesFound(sources.map { wanted ?? $0.voxelSizeInMicrometres })
    var resolved = resolved
    try communicator.everyRank {
      for (key, value) in try recipe.settings() { resolved.add(key, value) }
      try resolved.add(input: "corpus", path: path, files: loader.corpus.files)
    }
    let architecture = try recipe.training.architecture(
      deepSupervision: false, classes: recipe.reconstructionTarget.channelCount)
    return try TrainingRun<PretrainingRecipe>.inPlace(
      output, resolved: resolved, inputs: [path] + loader.corpus.manifest.sources.map(loader.corpus.storePath),
      resources: resources, communicator: communicator
    ) { [resolved] directory, resources in
      let run = TrainingRun(
        directory: directory, recipe: recipe, resolved: resolved, resources: resources,
        communicator: communicator)
      let patches = sources.map(\.takenCount).reduce(0, +)
      let names = Set(sources.map(\.structure)).sorted()
      let structures = (names.count == 1 ? "all of one structure, " : "") + names.joined(separator: ", ")
      let state = try run.plan(
        description: [
          "\(patches) patches of \(sources.count) sources: \(structures)", voxels.planLine, recipe.viewsText,
        ],
        dataMemoryInBytes: loader.cacheInBytes, architecture: architecture)
      if state == .finished { return try run.finishedSummary() }
      let network = try communicator.everyRank {
        try ResidualEncoderUNet(architecture, seed: recipe.training.seed, device: resources.device)
      }
      let task = PretrainingTask(
        network: network, recipe: recipe, crops: loader, trainedOn: sources.map(\.name),
        voxelSizes: voxels.sizes)
      try run.begin(from: state)
      return try run.train(task)
    }
  }
}
