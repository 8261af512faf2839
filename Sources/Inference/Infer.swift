import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Networks
import Tiling
import Voxels
import Zarr

/// What an inference came to.
package struct InferenceSummary: Sendable, Equatable {
  /// A function of volume, network and settings alone, like the output itself.
  package struct Result: Sendable, Equatable, Codable {
    package var voxels: Int
    /// Tiles of the volume.
    package var tiles: Int
    package var foregroundVoxels: Int
    package var objects: Int
    /// Nil without labels.
    package var labelName: String?
  }

  package var result: Result
  /// Evaluations and skips over all blocks; a tile that reaches into several blocks counts in each.
  package var tilesEvaluated = 0
  package var tilesSkipped = 0
}

/// Segments a store: probabilities, labels and objects.
///
/// 1. `infer`: blocks are predicted (`BlockStream`), their probabilities written, their components noted down.
/// 2. `infer-level-N`: the coarser levels of the probabilities.
/// 3. Rank 0 merges the components of all blocks (`BlockMerging`) and publishes ids and table.
/// 4. `infer-labels`: each block's components are painted with their ids.
/// 5. `infer-labels-level-N`: the coarser levels of the labels.
///
/// Each is a job with a journal of its own, so that an inference carries on wherever it was stopped. The bytes of image,
/// labels and table depend on the volume, the network and the settings alone. How the volume is divided into blocks is
/// chosen when the inference begins, for its ranks and memory, and kept to when it carries on.
package struct Inference {
  let store: Store
  let statistics: StoreStatistics
  let predictor: any TilePredictor
  let settings: InferenceSettings
  let outputPath: String
  /// Where the table of objects goes; nil for none beside the one kept in the output.
  let objectsPath: String?
  let identity: ResolvedSettings
  let communicator: Communicator
  let jobSettings: JobSettings
  /// What a rank may use when `jobSettings` sets no limit.
  let memoryInBytes: Int

  let geometry: InferenceGeometry
  let input: VolumeInput
  let layout: StoreLayout

  /// - Parameters:
  ///   - defaultTile: the tile when the settings give none.
  ///   - identity: the command's settings and inputs so far; those of `settings` are added here.
  /// - Throws: `Fault.usage` for impossible settings, `Fault.badData` or `Fault.noInput` when the store is damaged or
  ///   not finished.
  package init(
    storePath: String, outputPath: String, predictor: any TilePredictor, defaultTile: Extent,
    settings: InferenceSettings, objectsPath: String?, identity: ResolvedSettings, communicator: Communicator,
    jobSettings: JobSettings, memoryInBytes: Int
  ) throws {
    try settings.validate()
    let store = try Store.open(storePath)
    let statistics = try StoreStatistics.load(storePath)
    guard statistics.grid.volume == store.extent else {
      throw Fault.badData(
        "the statistics of \(storePath) are of \(statistics.grid.volume) voxels, but the store has \(store.extent); make the store again with `sheaf tile`"
      )
    }
    let geometry = InferenceGeometry(
      volume: store.extent, tile: settings.tile ?? defaultTile, multiple: predictor.tileMultiple,
      overlap: settings.overlap)
    let array = store.levels[0]
    let brightness = SignalThresholds().outsideBrightness(statistics.floor)
    input = VolumeInput(
      name: storePath, extent: store.extent, voxelType: store.voxelType,
      chunk: array.chunks.cell.clamped(to: store.extent),
      normalisation: statistics.normalisation,
      background: settings.keepsBackgroundTiles ? nil : BackgroundRule(brightness: brightness),
      intensity: IntensityScale(of: statistics.grid)
    ) { try array.read($0, into: $1, at: $2) }
    let chunk = OutputLayout.chunk(of: array.chunks.cell, extent: store.extent)
    layout = StoreLayout(
      name: "probability", extent: store.extent, voxelType: .uint8,
      voxelSizeInMicrometres: store.voxelSizeInMicrometres, chunk: chunk,
      shard: OutputLayout.shard(of: store.extent, chunk: chunk), compression: .zstd(level: 3),
      attributes: store.sheafAttributes.filter { ["structure", "category"].contains($0.key) }
        .merging(["content": "probability", "maximum": 255]) { $1 })
    var identity = identity
    identity.add("tile", geometry.tiles.tile.text)
    identity.add("stride", geometry.tiles.stride.text)
    identity.add("threshold", settings.threshold)
    identity.add("keep-background-tiles", settings.keepsBackgroundTiles)
    identity.add("labels", settings.withLabels)
    identity.add("label-name", settings.labelName(structure: store.sheafAttributes["structure"]?.asString))
    identity.add("connectivity", settings.connectivity.rawValue)
    identity.add("min-voxels", settings.leastVoxels)
    self.store = store
    self.statistics = statistics
    self.predictor = predictor
    self.settings = settings
    self.outputPath = outputPath
    self.objectsPath = objectsPath
    self.identity = identity
    self.communicator = communicator
    self.jobSettings = jobSettings
    self.memoryInBytes = memoryInBytes
    self.geometry = geometry
  }

  var directory: String { Store.ownDirectory(of: outputPath) }
  var blockFiles: BlockFiles { BlockFiles(directory: joinPath(directory, "blocks")) }
  var labelName: String { settings.labelName(structure: store.sheafAttributes["structure"]?.asString) }
  /// Planes a block hands on at a time.
  var slabDepth: Int { layout.chunk.z }

  /// Runs what is left to do. Collective.
  ///
  /// - Returns: on every rank.
  package func run() throws -> InferenceSummary {
    let baseInBytes = try isFinished() ? 0 : measureBase()
    let blocks = try chooseBlocks(baseInBytes: baseInBytes)
    let job = try Job(
      plan: plan(blocks, baseInBytes: baseInBytes), directory: directory, identity: identity.identity,
      output: outputPath, communicator: communicator, settings: jobSettings)
    let files = InferenceFiles(self)
    if let finished = try communicator.rootOnly({ try files.readResult() }) {
      try communicator.rootOnly { try files.publishTable() }
      return try summary(finished, job.run { _ in preconditionFailure("a finished job has no units left") })
    }
    try communicator.rootOnly {
      try createDirectory(blockFiles.directory)
      try identity.write(to: directory)
      _ = try Store.create(outputPath, layout)
    }
    let image = try Store.create(outputPath, layout)
    let outcome = try job.run { index in try predict(blocks, index, image.levels[0]).encoded() }
    predictor.releaseMemory()
    let payloads = try outcome.payloads.map(BlockPayload.decode)
    let empty = try emptyShards(of: image.levels[0], payloads.map(\.emptyShards))
    let levels = try makeLevels(of: image, .image, name: "infer-level", below: empty, baseInBytes: baseInBytes)
    let counts = try communicator.rootOnly { payloads.map(\.components) }
    let objects = try mergeAndPaint(blocks, counts: counts, baseInBytes: baseInBytes)
    let result = try communicator.rootOnly {
      try image.finish(emptyShards: [empty] + levels)
      let result = InferenceSummary.Result(
        voxels: store.extent.count, tiles: geometry.tiles.count,
        foregroundVoxels: payloads.reduce(0) { $0 + $1.foregroundVoxels }, objects: objects,
        labelName: settings.withLabels ? labelName : nil)
      try files.finish(result)
      return result
    }
    return try summary(result, outcome)
  }

  /// The empty shards of an array, on every rank. Collective.
  ///
  /// - Parameter found: those of each block, on rank 0.
  func emptyShards(of array: ZarrArray, _ found: [[Int]]) throws -> EmptyShards {
    var empty = EmptyShards(count: array.shards.count)
    for shard in try communicator.rootOnly({ found.flatMap { $0 } }) { empty.insert(shard) }
    return empty
  }

  /// Makes the coarser levels of an output. Collective.
  ///
  /// - Parameter below: the empty shards of level 0, on every rank.
  func makeLevels(
    of store: Store, _ content: StoreLayout.Content, name: String, below empty: EmptyShards, baseInBytes: Int
  ) throws -> [EmptyShards] {
    let jobs = LevelJobs(
      command: "infer", name: name, directory: directory, identity: identity.identity, output: outputPath,
      settings: jobSettings, baseInBytes: baseInBytes, joinsSmallLevels: false)
    return try PyramidLevels(store, content: content, jobs: jobs, communicator: communicator).make(below: empty)
  }

  /// Whether an earlier run has done all of it, and this one will not begin anew. Collective.
  private func isFinished() throws -> Bool {
    try communicator.rootOnly { try !jobSettings.overwrite && InferenceFiles(self).readResult() != nil }
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
