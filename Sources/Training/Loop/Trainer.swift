import Files
import Foundation
import Jobs
import MPI
import Recipes
import Threads
import Torch

/// The loop that pre-training and fine-tuning share: samples, gradients over all ranks, optimiser, checkpoints, metrics.
///
/// The samples of a step are a function of (seed, step) alone and ranks take slices of them. The gradient is the mean
/// over the global batch: every sample's loss is weighted by one over its size, whatever slice it is in, and the sums
/// of the ranks are added. All ranks then take the same optimiser step, so that weights are never sent.
package final class Trainer<Task: TrainingTask> {
  private let task: Task
  private let recipe: TrainingRecipe
  private let settings: TrainerSettings
  private let communicator: Communicator
  private let directory: RunDirectory
  private let parameters: FlatParameters
  private let state: TrainingState
  private let reducer: GradientReducer
  private let checkpoints: CheckpointStore
  private let slice: BatchSlice
  private var waits: WaitWatch

  /// Collective.
  package init(
    task: Task, recipe: TrainingRecipe, directory: RunDirectory, settings: TrainerSettings, communicator: Communicator
  ) throws {
    self.task = task
    self.recipe = recipe
    self.settings = settings
    self.communicator = communicator
    parameters = try FlatParameters(task.parameters, device: settings.device)
    state = try TrainingState(parameters, recipe: recipe)
    reducer = try GradientReducer(
      parameters, bucketByteCount: Int(recipe.bucketMegabytes * 1e6), path: settings.gradientPath,
      communicator: communicator)
    checkpoints = CheckpointStore(directory.checkpoints)
    slice = BatchSlice(globalBatch: recipe.batch, rank: communicator.rank, ranks: communicator.size)
    self.directory = directory
    waits = WaitWatch(batch: recipe.batch)
  }

  /// Trains to the end, from the last checkpoint if there is one. Collective. Afterwards the task's parameters are
  /// the model: the running average of the weights where the recipe asks for one.
  ///
  /// - Throws: `Fault.stopped` after a checkpoint when a stop was requested; `Fault.badData` naming the samples when a
  ///   loss or gradient is not finite, which leaves the last checkpoint as it is.
  package func run() throws -> TrainingOutcome {
    let firstStep = try resume()
    let log = try communicator.rootOnlyObject {
      try TrainingLog(directory, keepingSteps: firstStep, warn: settings.warn)
    }
    let previews =
      communicator.isRoot
      ? SamplePreviews(task: task, directory: directory, batch: recipe.batch, settings: settings) : nil
    let indices = slice.indices
    let prefetcher = Prefetcher(
      count: (recipe.steps - firstStep) * indices.count, threads: settings.sampleThreads, ahead: 2 * indices.count
    ) { [sampler = task.sampler] number in
      let (step, index) = number.quotientAndRemainder(dividingBy: indices.count)
      return try sampler.sample(step: firstStep + step, index: indices.lowerBound + index)
    }
    defer { prefetcher.stop() }
    let progress = Progress(
      label: settings.command.rawValue, total: recipe.steps, unitName: "steps", done: firstStep,
      console: settings.console)
    var outcome = TrainingOutcome(steps: firstStep, loss: nil, validation: nil, speed: nil)
    for step in firstStep..<recipe.steps {
      let row = try train(step: step, from: prefetcher, log)
      outcome.steps = step + 1
      outcome.loss = row.loss
      outcome.validation = row.validation ?? outcome.validation
      progress.update(step + 1, note: "loss \(NumberText.decimals(row.loss))")
      settings.stepDone(step + 1)
      // Before the checkpoint: a run that is killed in between draws it again.
      if drawsPreview(after: step + 1) {
        try communicator.rootOnly {
          guard let previews, let log else { return }
          let (picture, png) = try state.withModelWeights { try previews.draw(stepsDone: step + 1) }
          try log.append(step: step, picture, png: png)
        }
      }
      if (step + 1) % recipe.checksumInterval == 0 {
        try ParameterAgreement.check(parameters, step: step + 1, over: communicator)
      }
      if (step + 1) % recipe.checkpointInterval == 0 || step + 1 == recipe.steps { try saveCheckpoint(step + 1) }
    }
    progress.finish()
    outcome.speed = waits.speed
    try state.takeAverage()
    // A run that was killed after its last checkpoint has lost what its last validation found.
    if firstStep == recipe.steps { outcome.validation = try task.validate(afterStep: firstStep) }
    return outcome
  }

  private func drawsPreview(after steps: Int) -> Bool {
    guard recipe.pictureInterval > 0 else { return false }
    return steps % recipe.pictureInterval == 0 || steps == recipe.steps
  }

  /// One optimiser step.
  private func train(step: Int, from prefetcher: Prefetcher<Task.Sample>, _ log: TrainingLog?) throws
    -> TrainingMetrics
  {
    let start = ContinuousClock.now
    let made = Result { try slice.indices.map { _ in try prefetcher.next() } }
    let ownWait = start.duration(to: .now).inSeconds
    let (samples, dataWait) = try agreeToGoOn(step: step, made, ownWait)
    try parameters.zeroGradients()
    let local = try backpropagate(samples)
    let ownCommunicationWait = try reducer.finish()
    let sums = try communicator.allReduce([local.weightedLoss, ownCommunicationWait], .sum)
    let communicationWait = sums[1] / Double(communicator.size)
    let norm = try parameters.clipGradients(toNorm: recipe.clipNorm)
    guard sums[0].isFinite && norm.isFinite else {
      throw try notFinite(step: step, loss: sums[0], norm: norm, local.suspects)
    }
    let rate = recipe.schedule.rate(at: step)
    try state.step(rate: rate, factors: parameters.parameters.map { task.rateFactor(of: $0, step: step) })
    let seconds = start.duration(to: .now).inSeconds
    for warning in waits.add(seconds: seconds, dataWait: dataWait, communicationWait: communicationWait) {
      settings.warn(warning)
    }
    let isLast = step + 1 == recipe.steps
    let interval = task.validationInterval
    let isDue = isLast || (step + 1) % interval == 0 || step + 1 == max(1, interval / 10)
    let validation = isDue ? try state.withModelWeights { try task.validate(afterStep: step + 1) } : nil
    let row = TrainingMetrics(
      loss: sums[0], learningRate: rate, gradientNorm: norm, patchesPerSecond: Double(recipe.batch) / seconds,
      dataWait: dataWait, communicationWait: communicationWait, validation: validation)
    try communicator.everyRankUnlessAlone { try log?.append(step: step, row) }
    return row
  }

  /// Agrees over all ranks that all samples are there and that no stop was requested; one small all-reduce, so that no
  /// rank is left waiting in the next collective call.
  ///
  /// - Parameter wait: seconds that this rank waited for its samples.
  /// - Returns: the samples, and the longest wait of any rank.
  private func agreeToGoOn(step: Int, _ made: Result<[Task.Sample], any Error>, _ wait: Double) throws
    -> (samples: [Task.Sample], longestWait: Double)
  {
    var hasFailed = 0.0
    if case .failure = made { hasFailed = 1 }
    let state = try communicator.allReduce([hasFailed, settings.stopSignals.isStopRequested ? 1 : 0, wait], .max)
    if state[0] != 0 { return (try communicator.everyRank { try made.get() }, state[2]) }
    if state[1] != 0 {
      try saveCheckpoint(step)
      let reason = settings.stopSignals.reason ?? "stopped on another rank"
      throw Fault.stopped(
        "\(reason) after \(step) of \(recipe.steps) steps; run the same command again to resume from the checkpoint"
      ).onEveryRank
    }
    return (try made.get(), state[2])
  }

  /// Adds the gradients of this rank's samples, each weighted by one over the global batch.
  private func backpropagate(_ samples: [Task.Sample]) throws -> (weightedLoss: Double, suspects: [String]) {
    let pieces = stride(from: 0, to: samples.count, by: recipe.samplesPerPass).map {
      samples[$0..<min($0 + recipe.samplesPerPass, samples.count)]
    }
    var losses: [(loss: Tensor, samples: ArraySlice<Task.Sample>)] = []
    if pieces.isEmpty { try reducer.begin() }
    for (number, piece) in pieces.enumerated() {
      let loss = try withAutocast(settings.precision, on: settings.device) { try task.loss(of: Array(piece)) }
      let weighted = try loss.scaled(by: Double(piece.count) / Double(recipe.batch))
      if number == pieces.count - 1 { try reducer.begin() }
      try weighted.backward()
      losses.append((try weighted.detached(), piece))
    }
    // Read after all passes: reading waits for the device.
    var sum = 0.0
    var suspects: [String] = []
    for (loss, piece) in losses {
      let value = try loss.item()
      sum += value
      if !value.isFinite { suspects += piece.map(\.name) }
    }
    return (sum, suspects.isEmpty && !sum.isFinite ? samples.map(\.name) : suspects)
  }

  private func notFinite(step: Int, loss: Double, norm: Double, _ suspects: [String]) throws -> Fault {
    let all = try communicator.gather(coding: suspects)?.flatMap { $0 } ?? []
    let names = try communicator.broadcast(coding: all)
    let cause =
      names.isEmpty ? "the gradient norm is \(norm)" : "the loss is not finite for \(names.joined(separator: "; "))"
    return Fault.badData(
      "step \(step): \(cause); the last checkpoint is kept; inspect these samples, or start over with a lower learning-rate"
    ).onEveryRank
  }

  /// Restores the last checkpoint; all ranks start from rank 0's bits.
  ///
  /// - Returns: steps already done.
  private func resume() throws -> Int {
    let step = try communicator.rootOnly { () -> Int in
      let (step, notes) = try checkpoints.restoreLatest(into: state.tensors)
      for note in notes { settings.warn(note) }
      let saved = SavedSteps(directory, checkpointInterval: recipe.checkpointInterval)
      // Damaged checkpoints have been told already.
      if let loss = try saved.loss(resumingAt: step), notes.isEmpty { settings.warn(loss) }
      return step ?? 0
    }
    state.stepCount = step
    try ParameterAgreement.broadcast(state.tensors.map(\.tensor), over: communicator)
    return step
  }

  private func saveCheckpoint(_ step: Int) throws {
    try communicator.rootOnly {
      // A step may overflow though loss and gradient were finite; the next loss would show it, but too late.
      guard try parameters.areFinite() else {
        throw Fault.badData(
          "the weights are not finite after step \(step - 1); the last checkpoint is kept; start over with a lower learning-rate"
        )
      }
      try checkpoints.save(step: step, state.tensors)
      try SavedSteps.record(step, in: directory)
    }
  }
}

extension Communicator {
  /// As `everyRank`, without the cost of a collective call for one rank: for what happens each step.
  func everyRankUnlessAlone(_ body: () throws -> Void) throws {
    if size == 1 { try body() } else { try everyRank(body) }
  }
}
