import Files
import IntensityStatistics
import Tiling
import Voxels

extension CorpusInput {
  /// Judges every patch; reads statistics, and no voxel.
  ///
  /// - Parameter survey: of a source that is not a store.
  func judge(_ options: CorpusOptions, survey: InPlaceStatistics?) throws -> JudgedSource {
    let statistics = try survey?.load() ?? load()
    let thresholds = options.thresholds(forStructure: structure)
    var regions = regions(options)
    var files: [Int]?
    var digests: [UInt64]?
    if case .patches = content, let record = try survey?.record() {
      let usable = regions.indices.filter { record.units[$0].fault == nil }
      regions = usable.map { regions[$0] }
      files = usable
      digests = usable.map { record.units[$0].digest }
    }
    let cells = CellSignatures(statistics.grid)
    let signals = regions.map { statistics.signal(of: $0, thresholds: thresholds) }
    return JudgedSource(
      volume: volumeIdentity(of: statistics.grid), structure: structure, channel: channel, extent: extent,
      model: statistics.model, normalisation: statistics.normalisation, brightness: signals.map(\.brightness),
      tailContrast: signals.map(\.tailContrast), voxelType: statistics.grid.type, files: files, digests: digests,
      // Only patches with signal are compared: most of the others are alike.
      signatures: zip(regions, signals).map { region, signal in
        signal.signalClass == .signal ? cells.signature(of: region) : nil
      }, sketch: cells.sketch,
      density: statistics.signalDensity(thresholds))
  }

  /// The statistics of a store.
  private func load() throws -> StoreStatistics {
    let statistics = try StoreStatistics.load(path, findsAirLimits: false)
    guard statistics.grid.volume == extent, statistics.grid.type == voxelType else {
      throw Fault.badData(
        "\(StoreStatistics.path(inStore: path)) belongs to another volume: expected \(voxelType) "
          + "\(extent), found \(statistics.grid.type) \(statistics.grid.volume); make the store again")
    }
    return statistics
  }
}
