import Evaluation
import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Networks
import Recipes
import Tiling
import Torch
import VolumeFormats
import Voxels

/// Fine-tunes a network on annotated volumes: the entry point of `sheaf finetune`.
public enum Finetuning {
  /// Where the network starts.
  public enum Start: Sendable {
    /// Pre-trained weights: a file or a run directory.
    case weights(String)
    /// Random weights from the recipe's seed; the data come in the same order.
    case scratch
  }

  /// Collective.
  ///
  /// - Parameters:
  ///   - pairs: a directory or list as `AnnotatedPairs.init` takes it.
  ///   - isScheduled: whether how much is annotated decides the number of steps (`FinetuningSchedule`), not the recipe.
  ///   - pseudoLabels: stores that are trained on beside the pairs, with a network's predictions as labels.
  ///   - resolved: the command's name and program version; settings and inputs are added to it.
  /// - Throws: `Fault` for bad input or settings, `Fault.stopped` when stopped early, `DryRunEnd`.
  package static func run(
    pairs path: String, annotation: AnnotationOptions = AnnotationOptions(), pseudoLabels: PseudoLabels, start: Start,
    recipe: FinetuningRecipe, isScheduled: Bool = false, output: String,
    resolved: ResolvedSettings, resources: TrainingResources, communicator: Communicator
  ) throws -> TrainingSummary {
    let data = try communicator.everyRank {
      try Data(path, annotation, recipe, isScheduled: isScheduled, threads: resources.settings.threads)
    }
    let recipe = data.recipe
    var resolved = resolved
    try communicator.everyRank {
      for (key, value) in try recipe.settings() { resolved.add(key, value) }
      for (name, value) in annotation.settings(of: data.pairs) { resolved.add(name, value) }
      for pair in data.pairs {
        for (name, member) in [("image", pair.image), ("label", pair.label)] {
          try resolved.add(input: name, volume: member.path, options: annotation.volumeOptions(of: member))
        }
      }
      for store in pseudoLabels.stores {
        try resolved.add(input: "pseudo", store: store)
      }
      switch start {
      case .scratch: resolved.add("from", "scratch")
      case .weights(let weights): try resolved.add(input: "from", path: Model.weightsFile(weights))
      }
    }
    let architecture = try recipe.training.architecture(deepSupervision: recipe.deepSupervision, classes: 2)
    let startingWeights = try communicator.everyRank { () throws -> StartingWeights? in
      guard case .weights(let path) = start else { return nil }
      return try StartingWeights(path, for: architecture, recipe)
    }
    var inputs = [path] + data.pairs.flatMap { [$0.imagePath, $0.labelPath] } + pseudoLabels.stores
    if case .weights(let weights) = start { inputs += [weights, Model.weightsFile(weights)] }
    return try TrainingRun<FinetuningRecipe>.inPlace(
      output, resolved: resolved, inputs: inputs, resources: resources, communicator: communicator
    ) { [resolved] directory, resources in
      var run = TrainingRun(
        directory: directory, recipe: recipe, resolved: resolved, resources: resources,
        communicator: communicator)
      for doubt in data.doubts + (startingWeights?.doubts ?? []) { resources.settings.console.warn(doubt) }
      let pseudoStores = pseudoLabels.stores.joined(separator: ", ")
      let state = try run.plan(
        description: data.description + [startingWeights?.experience].compactMap { $0 }
          + (pseudoStores.isEmpty ? [] : ["pseudo-labels for \(pseudoStores)"]),
        dataMemoryInBytes: data.memoryInBytes, architecture: architecture)
      if state == .finished { return try run.finishedSummary() }
      let (training, validation, labels) = try communicator.everyRank { try data.read() }
      for line in labels.lines { resources.settings.console.line("finetune: \(line)") }
      for doubt in labels.doubts + ValidationSplit.foregroundDoubts(training, validation) {
        resources.settings.console.warn(doubt)
      }
      try resources.settings.console.settleWarnings(communicator)
      for (path, text) in labels.meanings { run.resolved.add(meaning: text, of: path) }
      let network = try communicator.everyRank {
        let network = try ResidualEncoderUNet(architecture, seed: recipe.training.seed, device: resources.device)
        if case .weights(let path) = start {
          try startingWeights?.load(into: network) { resources.settings.console.line("finetune: \(path): \($0)") }
        }
        return network
      }
      let report: @Sendable (String) -> Void = { [console = resources.settings.console] in
        console.line("finetune: \($0)")
      }
      try run.begin(from: state)
      let pseudoLabelled = try pseudoLabels.volumes(
        in: run.directory.pseudoLabels, recipe: recipe, communicator: communicator, report: report)
      let inherited: WeightSelection? = if case .weights = start { recipe.transferredWeights } else { nil }
      let task = FinetuningTask(
        network: network, recipe: recipe, inherited: inherited, training: training, pseudoLabelled: pseudoLabelled,
        validation: validation,
        voxelSizes: data.voxels.sizes,
        threads: resources.settings.threads, communicator: communicator, report: report)
      return try run.train(task)
    }
  }

  /// The annotated volumes of a run, split.
  private struct Data {
    let pairs: [AnnotatedPair]
    let options: AnnotationOptions
    /// With the label map that came with the pairs, where that ignores values and the recipe has no map of its own, and with
    /// the steps of the schedule.
    let recipe: FinetuningRecipe
    /// Which class each value of a label volume means.
    let labelMap: LabelMap
    let split: ValidationSplit
    let planesHeldBack: Set<Int>
    /// By path.
    let sources: [String: SourceNormalisation]
    let memoryInBytes: Int
    let description: [String]
    /// Of all images, whichever side of the split they are on: folds of one list then know the same.
    let voxels: VoxelSizesFound
    /// What is doubtful about the volumes.
    let doubts: [String]

    /// Opens every volume and compares extents, reading no voxels but labels to count those that are not ignored, where
    /// the schedule goes by them.
    init(
      _ path: String, _ options: AnnotationOptions, _ recipe: FinetuningRecipe, isScheduled: Bool, threads: Int
    ) throws {
      let found = try AnnotatedPairs(path, channel: options.channels.channel)
      pairs = try found.pairs(folds: recipe.folds)
      self.options = options
      sources = try SourceNormalisation.all(of: pairs)
      let hasOwnMap = recipe.labelMap != LabelMap.standard.text
      let map = hasOwnMap ? recipe.labelMap : found.dataset?.labelMap ?? recipe.labelMap
      labelMap = try LabelMap(parsing: map)
      var adopted = recipe
      if found.dataset?.dataset.ignoredValue != nil { adopted.labelMap = map }
      split = try ValidationSplit(pairs, recipe: recipe)
      planesHeldBack = try Set(recipe.planesHeldBack())
      var bytes = 0
      var trainingVoxels = 0
      var doubts = found.dataset?.doubts ?? []
      var sizes: [VoxelSize?] = []
      var validated: [(extent: Extent, type: VoxelType)] = []
      for (index, pair) in pairs.enumerated() {
        let opened = try AnnotatedVolume.open(pair, options)
        let extent = opened.image.description
        doubts += AnnotatedVolume.doubts(extent, opened.labels.description)
        // A placeholder is no size.
        sizes.append(extent.voxelSizeDoubt == nil ? extent.voxelSizeInMicrometres : nil)
        let (sum, overflow) = bytes.addingReportingOverflow(AnnotatedVolume.memoryInBytes(extent))
        // The limit leaves room for later arithmetic on the sum.
        guard !overflow, sum < 1 << 56 else {
          throw Fault.badData("\(pair.imagePath) is too large: \(extent.extent) voxels")
        }
        bytes = sum
        if isScheduled && split.training.contains(index) {
          trainingVoxels += try AnnotatedVolume.annotatedVoxels(
            of: opened.labels, map: labelMap, holdingBack: planesHeldBack)
        }
        if split.validation.contains(index) || !planesHeldBack.isEmpty {
          validated.append((extent.extent, extent.voxelType))
        }
        if let plane = planesHeldBack.max(), plane >= extent.extent.z {
          throw Fault.usage(
            "the setting hold-back-planes has plane \(plane), but \(pair.imagePath) has \(extent.extent.z) planes")
        }
      }
      self.doubts = doubts + split.doubts(pairs)
      voxels = VoxelSizesFound(sizes)
      // Splitting by planes makes two more copies of the labels.
      memoryInBytes =
        (planesHeldBack.isEmpty ? bytes : bytes * 2)
        + Validator.memoryInBytes(
          validated, crop: Extent(recipe.training.crop), threads: FinetuningTask.validationThreads(threads, recipe))
      guard recipe.centrelineWeight == 0 || split.training.contains(where: { [pairs] in pairs[$0].isContiguous }) else {
        throw Fault.usage(
          "the setting centreline-weight is \(recipe.centrelineWeight), but no volume to train on is of a contiguous "
            + "structure; give a YAML list with a category or structure for each, or leave it at 0")
      }
      if isScheduled {
        adopted.training.steps = FinetuningSchedule.steps(voxels: trainingVoxels, standard: recipe.training.steps)
      }
      self.recipe = adopted
      let structures = Set(pairs.map(\.structure)).filter { !$0.isEmpty }.sorted()
      var lines = [
        "\(pairs.count) annotated \(pairs.count == 1 ? "volume" : "volumes")"
          + (structures.isEmpty ? "" : " of \(structures.joined(separator: ", "))")
      ]
      if let dataset = found.dataset, !hasOwnMap {
        let names = dataset.dataset.structures.map(\.name).joined(separator: ", ")
        lines.append("labels as dataset.json says: \(names) (\(dataset.labelMap))")
      }
      if let splits = found.dataset?.splits {
        lines.append(
          recipe.folds > 1
            ? "folds as in \(splits.path)"
            : "\(splits.path) lists \(splits.count) folds, of which --folds \(splits.count) --fold 0 would take one")
      }
      if !split.validation.isEmpty {
        let names = split.validation.map { [pairs] in pairs[$0].name }
        lines.append("validation on \(names.joined(separator: ", "))")
      }
      if !planesHeldBack.isEmpty { lines.append("validation on the annotation of planes \(recipe.holdBackPlanes)") }
      if isScheduled {
        let crops = Double(trainingVoxels) / Double(FinetuningSchedule.cropVoxels)
        lines.append(
          "\(adopted.training.steps) steps suit \(String(format: "%.1f", crops)) crops of 64³ to train on; "
            + "--steps says otherwise")
      }
      lines.append(voxels.planLine)
      description = lines + found.notes
    }

    /// - Throws: `Fault.badData` when nothing annotated is left on one side of the split.
    func read() throws -> (training: [AnnotatedVolume], validation: [AnnotatedVolume], labels: TakenLabels) {
      let map = labelMap
      let read = try pairs.map {
        // The standard map is the default: nobody has said what the values mean.
        try AnnotatedVolume.read(
          $0, map: map == .standard ? nil : map, options: options, source: $0.sourceStore.flatMap { sources[$0] })
      }
      let labels = TakenLabels(zip(pairs, read).map { ($0.labelPath, $1.labels) })
      let volumes = read.map(\.volume)
      var training = split.training.map { volumes[$0] }
      var validation = split.validation.map { volumes[$0] }
      if !planesHeldBack.isEmpty {
        let parts = training.map { ($0, $0.labels.split(holdingBack: planesHeldBack)) }
        validation += parts.filter { $1.heldBack.annotatedCount > 0 }.map { $0.relabelled($1.heldBack) }
        training = parts.filter { $1.training.annotatedCount > 0 }.map { $0.relabelled($1.training) }
        guard !validation.isEmpty else {
          throw Fault.badData("no plane of hold-back-planes \(recipe.holdBackPlanes) is annotated")
        }
        guard !training.isEmpty else {
          throw Fault.badData("hold-back-planes \(recipe.holdBackPlanes) holds back all annotation")
        }
      }
      guard training.contains(where: { $0.labels.foregroundCount > 0 }) else {
        throw Fault.badData(
          "no training volume has a foreground voxel with the label map '\(map.text)'; "
            + "check the values of the label volumes")
      }
      return (training, validation, labels)
    }
  }
}
