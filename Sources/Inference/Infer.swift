import Files
import Foundation
import Jobs
import MPI
import Networks
import Signal
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
    let blocks = try chooseBlocks()
    let job = try Job(
      plan: plan(blocks), directory: directory, identity: identity.identity, output: outputPath,
      communicator: communicator, settings: jobSettings)
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
    let payloads = try outcome.payloads.map(BlockPayload.decode)
    let levels = try LevelPass(
      store: image, content: .image, name: "infer-level", directory: directory, identity: identity.identity,
      communicator: communicator, settings: jobSettings
    ).run()
    let counts = try communicator.broadcast(payloads.map(\.components))
    let objects = try mergeAndPaint(blocks, counts: counts)
    let result = try communicator.rootOnly {
      var empty = EmptyShards(count: image.levels[0].shards.count)
      for shard in payloads.flatMap(\.emptyShards) { empty.insert(shard) }
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

  // MARK: Division

  /// The division of the run that began this output, else the one that ends first.
  private func chooseBlocks() throws -> Lattice {
    let count = try communicator.rootOnly { Job.unitCount(of: "infer", in: directory) }
    let divisions = geometry.divisions(shard: layout.shard)
    if let count, let begun = divisions.first(where: { $0.count == count }) { return begun }
    let limit = jobSettings.memoryInBytes ?? memoryInBytes
    // Threads may differ between ranks; all must come to the same division.
    let threads = try communicator.allReduce(jobSettings.threads, .max)
    return geometry.division(shard: layout.shard, ranks: communicator.size) {
      memoryInBytes(block: $0, threads: threads) <= limit
    } ?? divisions.last!
  }

  private func memoryInBytes(block: Extent, threads: Int) -> Int {
    BlockStream.memoryInBytes(
      input: input, tiles: geometry.tiles, predictor: predictor, block: block, slabDepth: slabDepth, threads: threads)
  }

  private func plan(_ blocks: Lattice) throws -> JobPlan {
    let voxels = store.extent.count
    let evaluations = geometry.evaluationsPerTile(blocks)
    let background = input.background.map {
      "skips tiles with fewer than \($0.leastVoxels) voxels above \(Int($0.brightness.rounded()))"
    }
    return JobPlan(
      command: "infer", unitCount: blocks.count, unitName: "blocks", bytesRead: voxels * store.voxelType.byteCount,
      // Probabilities and their levels, and labels with theirs; both compress well, which is not counted on.
      bytesWritten: voxels * 8 / 7 * (settings.withLabels ? 5 : 1),
      memoryPerRankInBytes: memoryInBytes(block: blocks.cell.clamped(to: store.extent), threads: jobSettings.threads),
      diskNeededInBytes: voxels / 4,
      description: [
        "\(store.path): \(store.extent) voxels of \(store.voxelType.rawValue)",
        "\(geometry.tiles.count) tiles of \(geometry.tiles.tile), stride \(geometry.tiles.stride), "
          + (background ?? "evaluates every tile"),
        "blocks of \(blocks.cell.clamped(to: store.extent)), \(fixed(evaluations)) evaluations a tile",
      ])
  }

  private func fixed(_ value: Double) -> String { String(format: "%.2f", value) }

  // MARK: Passes

  private func predict(_ blocks: Lattice, _ index: Int, _ array: ZarrArray) throws -> BlockPayload {
    let block = blocks.region(index)
    let stopSignals = StopSignals(maxHours: jobSettings.maxHours)
    let stream = BlockStream(
      input: input, tiles: geometry.tiles, predictor: predictor,
      block: block, slabDepth: slabDepth, threshold: settings.threshold, threads: jobSettings.threads
    ) { if let reason = stopSignals.reason { throw Fault.stopped(reason) } }
    var writer = BlockWriter(array, block: block, threads: jobSettings.threads)
    var builder = BlockComponentsBuilder(
      block: block, volume: store.extent, connectivity: settings.connectivity, scale: input.intensity)
    let runs = try RunsWriter(blockFiles, index: index)
    let tiles = try stream.run { slab in
      try writer.write(slab.region, from: slab.probabilities, isEmpty: slab.isEmpty)
      let (labelling, firstNumber) = builder.append(
        slab.region, mask: slab.mask, intensities: slab.intensities)
      try runs.append(labelling, firstNumber: firstNumber)
    }
    try runs.publish()
    let components = builder.finish()
    try blockFiles.write(components, index: index)
    return BlockPayload(
      tilesEvaluated: tiles.evaluated, tilesSkipped: tiles.skipped,
      foregroundVoxels: components.statistics.reduce(0) { $0 + $1.voxels }, components: components.statistics.count,
      emptyShards: writer.emptyShards)
  }

  /// Joins the components and writes table and labels; how many objects there are.
  private func mergeAndPaint(_ blocks: Lattice, counts: [Int]) throws -> Int {
    let files = InferenceFiles(self)
    let objects = try communicator.rootOnly { try files.merge(blocks, counts: counts) }
    guard settings.withLabels else { return objects }
    var labelLayout = layout
    labelLayout.name = labelName
    labelLayout.voxelType = objects > Int(UInt32.max) ? .uint64 : .uint32
    labelLayout.content = .labels
    labelLayout.attributes["content"] = "labels"
    labelLayout.attributes["maximum"] = .integer(objects)
    let path = joinPath(outputPath, "labels", labelName)
    try communicator.rootOnly { _ = try Store.open(outputPath).createLabel(labelLayout) }
    let labels = try Store.create(path, labelLayout)
    let array = labels.levels[0]
    let depth = slabDepth * blocks.cell.clamped(to: store.extent).y * blocks.cell.clamped(to: store.extent).x
    let job = try Job(
      plan: JobPlan(
        command: "infer", name: "infer-labels", unitCount: blocks.count, unitName: "blocks",
        bytesWritten: store.extent.count * labelLayout.voxelType.byteCount,
        memoryPerRankInBytes: depth * labelLayout.voxelType.byteCount, diskNeededInBytes: 0),
      directory: directory, identity: identity.identity, communicator: communicator, settings: jobSettings)
    let outcome = try job.run { index in
      try Data(JSONEncoder().encode(paint(blocks, index, array, counts: counts)))
    }
    var empty = EmptyShards(count: array.shards.count)
    for payload in outcome.payloads {
      for shard in try JSONDecoder().decode([Int].self, from: payload) { empty.insert(shard) }
    }
    let levels = try LevelPass(
      store: labels, content: .labels, name: "infer-labels-level", directory: directory, identity: identity.identity,
      communicator: communicator, settings: jobSettings
    ).run()
    try communicator.rootOnly { try labels.finish(emptyShards: [empty] + levels) }
    return objects
  }

  /// Paints the labels of one block; the shards that stayed empty.
  private func paint(_ blocks: Lattice, _ index: Int, _ array: ZarrArray, counts: [Int]) throws -> [Int] {
    let block = blocks.region(index)
    let components = try blockFiles.readComponents(index, block: block).components
    let ids = try InferenceFiles(self).readIDs(first: counts[..<index].reduce(0, +), count: counts[index])
    var reader = try RunsReader(blockFiles, index: index, block: block)
    var writer = BlockWriter(array, block: block, threads: jobSettings.threads)
    while let (region, rows) = try reader.next(numberCount: components.count) {
      let buffer = VoxelBuffer(array.voxelType, region.extent)
      if array.voxelType == .uint64 {
        rows.paint(into: buffer.voxels(as: UInt64.self)) { ids[components[$0]] }
      } else {
        rows.paint(into: buffer.voxels(as: UInt32.self)) { UInt32(ids[components[$0]]) }
      }
      try writer.write(region, from: buffer, isEmpty: rows.runs.isEmpty)
    }
    return writer.emptyShards
  }
}

extension ComponentPlane {
  /// Writes `label(component)` into the foreground of a plane of voxels, C order.
  func paint<Label>(into voxels: UnsafeMutableBufferPointer<Label>, label: (Int) -> Label) {
    for row in 0..<rowCount {
      for run in runs[rowStarts[row]..<rowStarts[row + 1]] {
        let value = label(run.component)
        for column in Int(run.start)..<Int(run.end) { voxels[row * columnCount + column] = value }
      }
    }
  }
}

extension IntensityScale {
  /// For the voxels of a volume.
  init(of grid: StatisticsGrid) {
    if grid.type.byteCount <= 2 {
      self = .identity
      return
    }
    let binning = grid.binning
    let bins = grid.histogram.indices.filter { grid.histogram[$0] > 0 && $0 != binning.notANumberBin }
    self.init(lowest: binning.lowest(bins.first ?? 0), highest: binning.highest(bins.last ?? 0))
  }
}
