import Components
import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Segmentation
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// What is known of an inference before a voxel is read: what it will write, and to whom that belongs.
struct InferencePreparation {
  let image: InferenceImage
  /// Without statistics where they have to be taken first.
  private let planned: VolumeInput
  let predictor: any TilePredictor
  let settings: InferenceSettings
  let geometry: InferenceGeometry
  /// Of the probabilities.
  let layout: StoreLayout
  let labelName: String
  let objectsPath: String?
  let resolved: ResolvedSettings
  let communicator: Communicator
  /// What a rank may use when the settings of the job set no limit.
  let memoryInBytes: Int

  init(
    _ image: InferenceImage, predictor: any TilePredictor, defaultTile: Extent, settings: InferenceSettings,
    objectsPath: String?, resolved: ResolvedSettings, communicator: Communicator, console: Console, memoryInBytes: Int
  ) throws {
    try settings.validate()
    if let content = image.declaredContent {
      console.warn(
        "\(image.path) says that it holds \(content.kind.rawValue), not what a microscope measured; check that it is the image to segment"
      )
    }
    for doubt in image.doubts { console.warn(doubt) }
    switch image.content {
    case .store(let store):
      planned = try VolumeInput(
        image, store, skipsBackground: !settings.keepsBackgroundTiles, for: predictor.requirements)
    case .volume(let source):
      planned = VolumeInput(unread: source, image, skipsBackground: !settings.keepsBackgroundTiles)
    }
    for doubt in planned.doubts { console.warn(doubt) }
    // Refuses before hours of reading.
    let resampled = try ResampledVolume(planned, for: predictor.requirements, isAllowed: settings.resamples) {
      console.warn($0)
    }
    let settings = settings.chosen(for: image).fitted(to: resampled)
    geometry = try InferenceGeometry(
      of: planned, resampled: resampled, settings, defaultTile: defaultTile, predictor: predictor)
    layout = image.probabilityLayout(structure: settings.structure)
    labelName = settings.objects.labelName(structure: settings.structure(of: image))
    var resolved = resolved
    resolved.add("tile", geometry.tiles.tile.text)
    resolved.add("stride", geometry.tiles.stride.text)
    if settings.margin > 0 { resolved.add("margin", settings.margin) }
    if let structure = settings.structure { resolved.add("structure", structure) }
    resolved.add("threshold", settings.objects.threshold)
    resolved.add("keep-background-tiles", settings.keepsBackgroundTiles)
    resolved.add("labels", settings.withLabels)
    resolved.add("label-name", labelName)
    resolved.add("connectivity", settings.objects.connectivity.rawValue)
    resolved.add("min-voxels", settings.objects.leastVoxels)
    if let resampled { resolved.add("resampled", resampled.settingText) }
    self.image = image
    self.predictor = predictor
    self.settings = settings
    self.objectsPath = objectsPath
    self.resolved = resolved
    self.communicator = communicator
    self.memoryInBytes = memoryInBytes
  }

  var owner: OutputOwner { OutputOwner(command: "infer", identity: resolved.identity) }

  /// Takes the statistics of the volume, where it has none, and does what earlier runs have not done.
  ///
  /// - Parameters:
  ///   - outputPath: where to write.
  ///   - old: a finished output that this one is going to replace, whose statistics may be those of the volume.
  func run(_ outputPath: String, replacing old: String? = nil, _ jobSettings: JobSettings) throws -> InferenceSummary {
    let input = try input(outputPath, replacing: old, jobSettings)
    let resampled = try ResampledVolume(input, for: predictor.requirements, isAllowed: settings.resamples) { _ in }
    let prediction = BlockPrediction(
      input: input, resampled: resampled, geometry: geometry, predictor: predictor, settings: settings, layout: layout)
    return try InferenceRun(
      prediction: prediction, labelName: labelName, outputPath: outputPath, objectsPath: objectsPath,
      resolved: resolved, communicator: communicator, jobSettings: jobSettings, memoryInBytes: memoryInBytes
    ).run()
  }

  private func input(_ outputPath: String, replacing old: String?, _ jobSettings: JobSettings) throws -> VolumeInput {
    guard case .volume(let source) = image.content else { return planned }
    if jobSettings.dryRun {
      jobSettings.console.line("infer: a pass over \(image.path) takes its statistics first")
      return planned
    }
    let statistics = try takeStatistics(of: source, outputPath, replacing: old, jobSettings)
    let input = try communicator.everyRank {
      try VolumeInput(
        image, source, statistics.load(), skipsBackground: !settings.keepsBackgroundTiles, for: predictor.requirements)
    }
    for doubt in input.doubts { jobSettings.console.warn(doubt) }
    return input
  }

  /// Collective.
  private func takeStatistics(
    of source: any VolumeSource, _ outputPath: String, replacing old: String?, _ jobSettings: JobSettings
  ) throws -> InPlaceStatistics {
    let stopSignals = StopSignals(maxHours: jobSettings.maxHours)
    var surveySettings = jobSettings
    surveySettings.memoryInBytes = jobSettings.memoryInBytes ?? memoryInBytes
    func statistics(_ output: String) throws -> InPlaceStatistics {
      try InPlaceStatistics(
        of: source, options: image.options, path: joinPath(Store.ownDirectory(of: output), "input", "statistics"),
        command: "infer", settings: surveySettings, isStopRequested: { stopSignals.isStopRequested })
    }
    let own = try communicator.everyRank { try statistics(outputPath) }
    let directory = Store.ownDirectory(of: outputPath)
    // Blocks of other voxels must not become part of the same output.
    let hasBegun = try communicator.rootOnly { Job.unitCount(of: "infer", in: directory) != nil }
    if hasBegun, let what = try own.change(settings: surveySettings, communicator) {
      throw Fault.cannotCreate(
        "\(OutputPlace.shown(outputPath)) was begun with other voxels than \(image.path) holds now (\(what)); give another "
          + "output, or --overwrite to replace it"
      ).onEveryRank
    }
    _ = try own.take(
      in: .init(
        jobName: "infer-statistics", ownDirectory: directory, partialName: "partial-statistics", output: outputPath),
      old: old.map { try statistics($0) }, resolved: resolved, settings: surveySettings, communicator)
    return own
  }
}
