import Components
import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Segmentation
import Threads
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// Segments volumes one after another with a network that is loaded once, and writes files for other programs.
///
/// What is written has the values that `infer` gives for the volume as a store. A small case is held in memory, by one
/// rank; a large one is inferred block by block, by all ranks, into a hidden store beside its output, which a later run
/// continues, and exported from there.
public struct CaseInference: Sendable {
  package let predictor: any TilePredictor
  package let defaultTile: Extent
  package var settings: InferenceSettings

  /// Voxels of a case up to which it is held in memory.
  package static let mostVoxelsInMemory = 1 << 24

  /// - Parameter defaultTile: the tile in voxels (z, y, x) when the settings give none.
  public init(predictor: any TilePredictor, defaultTile: Extent, settings: InferenceSettings) {
    self.predictor = predictor
    self.defaultTile = defaultTile
    self.settings = settings
  }

  /// What was found in a case.
  public struct Result: Sendable, Codable, Equatable {
    package var voxels = 0
    package var objects = 0
    package var foregroundVoxels = 0
    package var tiles = 0
    package var tilesEvaluated = 0
    package var tilesSkipped = 0
    /// What is doubtful about it, in sentences.
    package var doubts: [String] = []

    package init() {}

    package init(_ summary: InferenceSummary) {
      voxels = summary.result.voxels
      objects = summary.result.objects
      foregroundVoxels = summary.result.foregroundVoxels
      tiles = summary.result.tiles
      (tilesEvaluated, tilesSkipped) = (summary.tilesEvaluated, summary.tilesSkipped)
    }
  }

  /// Memory of a case that is held in memory, in bytes, beside what the network takes.
  package func memoryInBytes(_ image: InferenceImage, threads: Int) -> Int {
    let voxels = image.extent.count
    // The volume, its probabilities, its labels and what is written at a time.
    let whole = voxels * (image.voxelType.byteCount + 1 + 4 + 4)
    let tile = settings.tile ?? defaultTile
    return whole
      + VolumePrediction.memoryInBytes(image.extent, image.voxelType, tile: tile, threads: threads)
      + (64 << 20)
  }

  // MARK: In memory

  /// Segments a case that fits in memory, in this rank alone.
  ///
  /// - Parameters:
  ///   - threads: tiles that are evaluated at a time.
  ///   - objectsPath: where the table of objects goes; nil for none.
  ///   - replacesFiles: whether files of the same format are replaced.
  ///   - checkStop: asked before each tile; throws to abandon the case.
  /// - Throws: `Fault.badData` for a damaged volume or one that the network does not take, `Fault.cannotCreate` when an
  ///   output must not be written.
  public func run(
    _ image: InferenceImage, to outputs: [CaseOutput], objectsPath: String? = nil, replacesFiles: Bool, threads: Int,
    checkStop: @escaping @Sendable () throws -> Void = {}
  ) throws -> Result {
    try chosen(for: image).segment(
      image, to: outputs, objectsPath: objectsPath, replacesFiles: replacesFiles, threads: threads, checkStop: checkStop
    )
  }

  /// With what holds for the structure that a case shows.
  private func chosen(for image: InferenceImage) -> CaseInference {
    var cases = self
    cases.settings = settings.chosen(for: image)
    return cases
  }

  private func segment(
    _ image: InferenceImage, to outputs: [CaseOutput], objectsPath: String?, replacesFiles: Bool, threads: Int,
    checkStop: @escaping @Sendable () throws -> Void
  ) throws -> Result {
    try settings.validate()
    var result = Result()
    result.voxels = image.extent.count
    var doubts = image.doubts
    let input = try loaded(image, threads: threads)
    doubts += input.doubts
    let resampled = try ResampledVolume(input, for: predictor.requirements, isAllowed: settings.resamples) {
      doubts.append($0)
    }
    let settings = settings.fitted(to: resampled)
    let geometry = try InferenceGeometry(
      of: input, resampled: resampled, settings, defaultTile: defaultTile, predictor: predictor)
    result.tiles = geometry.tiles.count
    let whole = Region(image.extent)
    let prediction = BlockPrediction(
      input: input, resampled: resampled, geometry: geometry, predictor: predictor, settings: settings,
      layout: image.probabilityLayout(structure: settings.structure))
    let scratch = try TemporaryDirectory()
    let files = BlockFiles(directory: scratch.path)
    let table = ObjectFiles(files, tableIn: scratch.path)
    var labeller = try BlockLabeller(
      files, index: 0, block: whole, volume: image.extent, connectivity: settings.objects.connectivity,
      scale: input.intensity, leastVoxels: settings.objects.leastVoxels)
    let probabilities = VoxelBuffer(.uint8, image.extent)
    let tiles = try prediction.run(whole, threads: threads, checkStop) { slab in
      probabilities.copy(Region(slab.region.extent), of: slab.probabilities, to: slab.region.origin)
      try labeller.append(slab.region, mask: slab.mask, intensities: slab.intensities)
    }
    (result.tilesEvaluated, result.tilesSkipped) = (tiles.evaluated, tiles.skipped)
    let (counts, foregroundVoxels) = try labeller.finish()
    result.foregroundVoxels = foregroundVoxels
    let blocks = Lattice(extent: image.extent, cell: image.extent)
    result.objects = try table.merge(
      blocks, counts: [counts], connectivity: settings.objects.connectivity,
      leastVoxels: settings.objects.leastVoxels, voxelSizeInMicrometres: image.voxelSizeInMicrometres,
      intensity: input.intensity)
    result.doubts = doubts
    var labels: VoxelBuffer?
    if outputs.contains(where: needsLabels) {
      let painted = VoxelBuffer(.uint32, image.extent)
      try BlockPainter(
        files, table, counts: [counts], objects: result.objects, type: .uint32, slabDepth: prediction.layout.chunk.z
      ).paint(0, whole) { region, buffer, isEmpty in
        if !isEmpty { painted.copy(Region(region.extent), of: buffer, to: region.origin) }
      }
      labels = painted
    }
    for output in outputs {
      let voxels = needsLabels(output) ? labels! : probabilities
      try write(
        MemoryVolume(voxels, image.description), output, inputs: image.places, replacesFiles: replacesFiles,
        threads: threads)
    }
    if let objectsPath { try table.publishTable(to: objectsPath) }
    return result
  }

  /// The volume in memory with its statistics.
  private func loaded(_ image: InferenceImage, threads: Int) throws -> VolumeInput {
    switch image.content {
    case .store(let store):
      return try VolumeInput(
        image, store, skipsBackground: !settings.keepsBackgroundTiles, for: predictor.requirements)
    case .volume(let source):
      let voxels = try source.readAll(threads: threads)
      let survey = try TilingSettings().layout(
        name: "survey", extent: image.extent, type: image.voxelType,
        voxelSizeInMicrometres: image.voxelSizeInMicrometres)
      let grid = StatisticsGrid(volume: image.extent, type: image.voxelType, run: survey.chunk.x)
      grid.add(voxels, at: .zero)
      return try VolumeInput(
        image, MemoryVolume(voxels, source.description), StoreStatistics(grid, name: image.path),
        skipsBackground: !settings.keepsBackgroundTiles, for: predictor.requirements)
    }
  }

  // MARK: By blocks

  /// Whether an output is made from the labels of objects.
  private func needsLabels(_ output: CaseOutput) -> Bool {
    switch output.kind {
    case .labels: true
    // Where no object is dropped, the threshold gives the same.
    case .mask: settings.objects.leastVoxels > 1
    case .probabilities: false
    }
  }

  /// Segments a case of any size with all ranks. Collective.
  ///
  /// - Parameters:
  ///   - workPath: of the store that is continued by a later run, and removed when all outputs are written.
  ///   - resolved: the command with everything but the case.
  ///   - memoryInBytes: what a rank may use when `jobSettings` sets no limit.
  /// - Throws: as `infer`; `Fault.cannotCreate` when an output must not be written.
  package func runByBlocks(
    _ image: InferenceImage, to outputs: [CaseOutput], objectsPath: String? = nil, replacesFiles: Bool,
    workPath: String, resolved: ResolvedSettings, communicator: Communicator, jobSettings: JobSettings,
    memoryInBytes: Int
  ) throws -> Result {
    try chosen(for: image).segmentByBlocks(
      image, to: outputs, objectsPath: objectsPath, replacesFiles: replacesFiles, workPath: workPath,
      resolved: resolved, communicator: communicator, jobSettings: jobSettings, memoryInBytes: memoryInBytes)
  }

  private func segmentByBlocks(
    _ image: InferenceImage, to outputs: [CaseOutput], objectsPath: String?, replacesFiles: Bool, workPath: String,
    resolved: ResolvedSettings, communicator: Communicator, jobSettings: JobSettings, memoryInBytes: Int
  ) throws -> Result {
    var settings = settings
    settings.withLabels = outputs.contains(where: needsLabels)
    var jobSettings = jobSettings
    jobSettings.overwrite = false
    let preparation = try communicator.everyRank {
      try InferencePreparation(
        image, predictor: predictor, defaultTile: defaultTile, settings: settings, objectsPath: nil,
        resolved: resolved, communicator: communicator, console: jobSettings.console, memoryInBytes: memoryInBytes)
    }
    try communicator.rootOnly {
      // What other settings have left is of no use.
      if fileExists(workPath), !jobSettings.dryRun, (try? OutputOwner(recordedIn: workPath)) != preparation.owner {
        try removeTree(workPath)
      }
    }
    let summary = try preparation.run(workPath, jobSettings)
    let result = Result(summary)
    try communicator.rootOnly {
      let store = try Store.open(workPath)
      for output in outputs {
        let source =
          needsLabels(output)
          ? try openVolume(store.label(summary.result.labelName ?? ""), level: 0) : try openVolume(store, level: 0)
        try write(
          PlacedVolume(source, image.description), output, inputs: image.places, replacesFiles: replacesFiles,
          threads: jobSettings.threads, memoryInBytes: jobSettings.memoryInBytes ?? memoryInBytes)
      }
      if let objectsPath {
        let directory = Store.ownDirectory(of: workPath)
        try ObjectFiles(ObjectLabelling.blockFiles(in: directory), tableIn: directory).publishTable(to: objectsPath)
      }
      try removeTree(workPath)
    }
    return result
  }

  // MARK: Writing

  private func write(
    _ source: any VolumeSource, _ output: CaseOutput, inputs: [String], replacesFiles: Bool, threads: Int,
    memoryInBytes: Int = 1 << 40
  ) throws {
    let meaning: VoxelConversion.Meaning =
      switch output.kind {
      case .mask where needsLabels(output): .atLeast(1)
      case .mask: .atLeast(Double(ProbabilityThreshold(settings.objects.threshold).leastStoredValue))
      case .labels: .values
      case .probabilities: .probabilities(one: 255)
      }
    let export = try Export(
      source, region: nil, to: output.path, isCompressed: output.isCompressed,
      conversion: VoxelConversion(meaning, as: output.type), threads: threads, memoryInBytes: memoryInBytes)
    var settings = JobSettings(threads: threads)
    settings.overwrite = replacesFiles
    _ = try export.write(readingAlso: inputs, settings: settings)
  }
}

/// A directory that is removed with everything in it.
private final class TemporaryDirectory {
  let path: String

  init() throws {
    path = joinPath(NSTemporaryDirectory(), "sheaf-\(getpid())-\(UUID().uuidString)")
    try createDirectory(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

private func removeTree(_ path: String) throws {
  guard fileExists(path) else { return }
  do { try FileManager.default.removeItem(atPath: path) } catch {
    throw Fault.io("cannot remove \(path): \(plainText(of: error))")
  }
}
