import Architectures
import Files
import Foundation
import Jobs
import MPI
import Networks
import Recipes
import Threads
import Torch

/// What a run is given besides its recipe: where it runs, not what it learns.
public struct TrainingResources: Sendable {
  package var device: Device
  package var settings: JobSettings
  package var stopSignals: StopSignals

  package init(device: Device, settings: JobSettings, stopSignals: StopSignals) {
    self.device = device
    self.settings = settings
    self.stopSignals = stopSignals
  }
}

/// The sequence that every training command follows, in the place that `OutputPlace` gives it: examine the directory, plan, begin or resume, train, save.
struct TrainingRun<SomeRecipe: Recipe> {
  let directory: RunDirectory
  let recipe: SomeRecipe
  var resolved: ResolvedSettings
  let resources: TrainingResources
  let communicator: Communicator

  /// Runs `body` with the run in its place, and `resources` for that place. Collective.
  static func inPlace(
    _ output: String, resolved: ResolvedSettings, inputs: [String], resources: TrainingResources,
    communicator: Communicator, _ body: (RunDirectory, TrainingResources) throws -> TrainingSummary
  ) throws -> TrainingSummary {
    let owner = OutputOwner(command: SomeRecipe.command.rawValue, identity: resolved.identity)
    var summary = try OutputPlace.write(
      OutputPlace.Request(output, owner: owner, inputs: inputs), settings: resources.settings,
      communicator: communicator
    ) { workPath, settings in
      var resources = resources
      resources.settings = settings
      return try body(RunDirectory(workPath), resources)
    }
    summary.run = output
    return summary
  }

  private var record: RunRecord {
    RunRecord(
      command: SomeRecipe.command.rawValue, programVersion: resolved.programVersion, identity: resolved.identity)
  }

  /// Prints the plan. Collective.
  ///
  /// - Parameters:
  ///   - description: lines about the data.
  ///   - dataMemoryInBytes: memory of a rank for the data, beside network and samples.
  /// - Returns: the state of the directory, which has not been touched yet: input is read first.
  /// - Throws: `Fault.cannotCreate` when the directory holds something else, `Fault.usage` when memory is too small,
  ///   `DryRunEnd` when only the plan was asked for.
  func plan(description: [String], dataMemoryInBytes: Int, architecture: ArchitectureDescription) throws
    -> RunDirectory.State
  {
    let training = recipe.training
    let memory = TrainingMemory(
      architecture: architecture, recipe: training, lossBytesPerVoxel: recipe.lossBytesPerVoxel,
      isOnGPU: !resources.device.isCPU)
    let ranks = try RankResources.gather(resources.settings, communicator)
    try RankAgreement.require(
      [
        RankAgreement.Fact(
          "other settings or inputs", resolved.identity.text, remedy: RankAgreement.sameInputs)
      ], communicator)
    try resources.settings.console.gatherWarnings(communicator)
    let state = try communicator.rootOnly {
      let state = try directory.state(for: record)
      let done = state == .finished ? training.steps : state == .begun ? try stepsDone() : 0
      var plan = JobPlan(
        command: SomeRecipe.command.rawValue, unitCount: training.steps, unitName: "steps",
        bytesWritten: memory.diskInBytes, memoryPerRankInBytes: memory.inBytes + dataMemoryInBytes,
        description: description + [
          "\(training.networkText), \(memory.parameterCount) parameters, crops of \(training.crop.product), "
            + "global batch of \(training.batch), \(training.precision) on \(resources.device)"
        ] + (memory.onDeviceInBytes.map { ["about \(ByteSize(bytes: $0)) of GPU memory"] } ?? []))
      plan.memoryAdvice = "lower --crop, --batch or the setting samples-per-pass, or choose a smaller --tier"
      let report = PlanReport(
        plan: plan, settings: resources.settings, ranks: ranks ?? [], unitsDone: min(done, training.steps),
        disk: freeDiskInBytes(at: directory.path).map { (OutputPlace.shown(directory.path), $0) })
      report.print(on: resources.settings.console)
      if state != .finished { try report.refuseIfImpossible() }
      try resources.settings.console.warnings.refuseIfStrict()
      return state
    }
    if resources.settings.dryRun { throw DryRunEnd() }
    try RankAgreement.requireSharedPlace(directory.path, communicator)
    return state
  }

  /// Gives the directory to this run, unless it is already its own, and removes partial files of a killed run.
  /// Collective; after all input has been read.
  func begin(from state: RunDirectory.State) throws {
    try communicator.rootOnly {
      if state == .new {
        try directory.begin(record, recipe: recipe.yaml())
        try resolved.write(to: directory.path)
      }
      try directory.removePartialFiles()
    }
  }

  /// Trains and saves. Collective.
  func train(_ task: some TrainingTask) throws -> TrainingSummary {
    LibTorch.keepFreedMemory()
    try LibTorch.setThreads(resources.settings.threads)
    let console = resources.settings.console
    var settings = TrainerSettings(
      device: resources.device, precision: recipe.training.computePrecision,
      // On the CPU, samples must not take cores from the network; with a GPU the cores are free.
      sampleThreads: max(1, resources.device.isCPU ? resources.settings.threads / 8 : resources.settings.threads - 1),
      stopSignals: resources.stopSignals, warn: { console.warn($0, about: .run) }, console: console,
      command: SomeRecipe.command)
    if communicator.size > 1 || recipe.training.reduction == "nccl" {
      settings.gradientPath = try GradientPath.chosen(
        setting: recipe.training.reduction, device: resources.device, communicator: communicator, warn: settings.warn)
    }
    let trainer = try Trainer(
      task: task, recipe: recipe.training, directory: directory, settings: settings, communicator: communicator)
    let outcome = try StopSignals.whilePolled { try trainer.run() }
    try communicator.rootOnly {
      do {
        try resolved.requireUnchangedInputs()
      } catch let fault as Fault {
        // Days of training are not thrown away for it.
        settings.warn(fault.message)
      }
      try task.save(to: directory)
      try resolved.write(to: directory.path)
      try directory.finish(record)
      try directory.removePartialFiles()
      try directory.seal()
    }
    return TrainingSummary(
      run: directory.path, steps: outcome.steps, loss: outcome.loss, validation: outcome.validation,
      patchesPerSecond: outcome.speed?.patchesPerSecond, dataWaitShare: outcome.speed?.dataWait,
      communicationWaitShare: outcome.speed?.communicationWait)
  }

  /// The summary of a run that was finished before. Collective.
  func finishedSummary() throws -> TrainingSummary {
    try communicator.rootOnly {
      try directory.sealIfInterrupted()
      var scores: ValidationScores?
      if fileExists(directory.validation) {
        scores = try? ValidationResult(json: readWholeFile(directory.validation)).scores
      }
      return TrainingSummary(run: directory.path, steps: recipe.training.steps, loss: nil, validation: scores)
    }
  }

  /// Steps of the last checkpoint.
  ///
  /// - Throws: `Fault.noInput` when there was one and it is gone.
  private func stepsDone() throws -> Int {
    let step = try CheckpointStore(directory.checkpoints).lastStep()
    _ = try SavedSteps(directory, checkpointInterval: recipe.training.checkpointInterval).loss(resumingAt: step)
    return step ?? 0
  }
}
