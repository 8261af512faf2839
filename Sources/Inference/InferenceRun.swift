import Components
import Files
import Foundation
import Jobs
import MPI
import Segmentation
import Voxels
import Zarr

/// One run of `infer`.
struct InferenceRun {
  let prediction: BlockPrediction
  let labelName: String
  /// Where the output is written.
  let outputPath: String
  let objectsPath: String?
  let resolved: ResolvedSettings
  let communicator: Communicator
  let jobSettings: JobSettings
  /// What a rank may use when `jobSettings` sets no limit.
  let memoryInBytes: Int

  var directory: String { Store.ownDirectory(of: outputPath) }
  private var limitInBytes: Int { jobSettings.memoryInBytes ?? memoryInBytes }
  private var summaryFile: SummaryFile<InferenceSummary.Result> { SummaryFile(in: directory) }

  /// Does what earlier runs have not done.
  func run() throws -> InferenceSummary {
    let division = InferenceDivision(
      prediction: prediction, threads: jobSettings.threads, limitInBytes: limitInBytes, communicator: communicator)
    let baseInBytes =
      try isFinished() ? 0 : division.measureBase(directory: directory, isOnlyPlanned: jobSettings.dryRun)
    let choice = try division.choose(baseInBytes: baseInBytes, directory: directory)
    let blocks = choice.blocks
    let context = JobContext(
      command: "infer", directory: directory, identity: resolved.identity, output: outputPath,
      communicator: communicator, settings: jobSettings, baseInBytes: baseInBytes)
    let labelling = ObjectLabelling(
      blocks: blocks, layout: prediction.layout, settings: prediction.settings.objects,
      intensity: prediction.input.intensity, context: context)
    let job = try Job(
      plan: division.plan(
        choice, baseInBytes: baseInBytes,
        laterPassesInBytes: labelling.laterPassesInBytes(withLabels: prediction.settings.withLabels)
      ).tolerating(context.memoryToleranceInBytes),
      directory: directory, identity: resolved.identity, output: outputPath, communicator: communicator,
      settings: jobSettings,
      recheck: OutputContents.isSealed(outputPath) ? { _ in nil } : ObjectLabelling.blockFiles(in: directory).damage)
    if let finished = try communicator.rootOnly({ try finishedResult() }) {
      try publishTable(labelling)
      try communicator.rootOnly { try removeLeftovers(labelling) }
      return try summary(finished, job.run { _ in preconditionFailure("a finished job has no units left") })
    }
    let image = try createOutput(labelling)
    let stopSignals = StopSignals(maxHours: jobSettings.maxHours)
    @Sendable func predict(_ index: Int, sharing communicator: Communicator?) throws -> Data {
      try prediction.predict(
        blocks, index, to: image.levels[0], labelling.blockFiles, threads: jobSettings.threads,
        limitInBytes: limitInBytes, stopSignals: stopSignals, sharing: communicator
      )?.encoded() ?? Data()
    }
    let failures = TileFailures()
    let outcome =
      choice.isShared
      ? try job.runTogether { try predict($0, sharing: communicator) }
      : try job.run { index in try failures.run(index) { try predict(index, sharing: nil) } }
    prediction.evaluatedBefore.removeAll()
    prediction.predictor.releaseMemory()
    let payloads = try outcome.payloads.map(BlockPayload.decode)
    let shards = try context.makeLevels(of: image, .image, name: "infer-level", payloads.map(\.written))
    let counts = try communicator.rootOnly { payloads.map(\.components) }
    let objects = try labelling.merge(counts)
    if prediction.settings.withLabels {
      try labelling.paint(
        counts, objects: objects, name: labelName, to: .image(outputPath, name: labelName), jobName: "infer-labels")
    }
    try publishTable(labelling)
    let result = try communicator.rootOnly {
      try resolved.requireUnchangedInputs()
      try resolved.write(to: directory)
      let result = InferenceSummary.Result(
        voxels: prediction.input.extent.count, tiles: prediction.geometry.tiles.count,
        foregroundVoxels: payloads.reduce(0) { $0 + $1.foregroundVoxels }, objects: objects,
        labelName: prediction.settings.withLabels ? labelName : nil)
      try summaryFile.write(result)
      try image.finish(shards)
      try removeLeftovers(labelling)
      return result
    }
    return try summary(result, outcome)
  }

  /// Whether an earlier run has finished the output. Collective.
  private func isFinished() throws -> Bool {
    try communicator.rootOnly { try finishedResult() != nil }
  }

  /// What an earlier run that finished the output has found; nil when there was none. On rank 0.
  private func finishedResult() throws -> InferenceSummary.Result? {
    OutputContents.isSealed(outputPath) ? try summaryFile.read() : nil
  }

  /// What is needed no more once the output is sealed.
  private func removeLeftovers(_ labelling: ObjectLabelling) throws {
    labelling.objectFiles.removeBlocks()
    try removePartialFiles(below: outputPath)
  }

  private func createOutput(_ labelling: ObjectLabelling) throws -> Store {
    try communicator.rootOnly {
      try createDirectory(labelling.blockFiles.directory)
      try resolved.write(to: directory)
      _ = try Store.create(outputPath, prediction.layout)
    }
    return try communicator.everyRank { try Store.create(outputPath, prediction.layout) }
  }

  /// Copies the table to the path given by the user.
  private func publishTable(_ labelling: ObjectLabelling) throws {
    guard let objectsPath else { return }
    try communicator.rootOnly { try labelling.objectFiles.publishTable(to: objectsPath) }
  }

  /// Adds what the blocks counted.
  private func summary(_ result: InferenceSummary.Result, _ outcome: JobOutcome) throws -> InferenceSummary {
    var summary = InferenceSummary(result: result)
    for payload in try outcome.payloads.map(BlockPayload.decode) {
      summary.tilesEvaluated += payload.tilesEvaluated
      summary.tilesSkipped += payload.tilesSkipped
    }
    summary.tilesEvaluated = try communicator.broadcast(summary.tilesEvaluated)
    summary.tilesSkipped = try communicator.broadcast(summary.tilesSkipped)
    return summary
  }
}
