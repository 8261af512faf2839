import Files
import Foundation
import Voxels

/// The finished statistics of a volume, with what is derived from them: noise floor, normalisation, and the brightness
/// and tail contrast of every cell, from which any region is judged.
public final class StoreStatistics: Sendable {
  package let grid: StatisticsGrid
  package let floor: NoiseFloor
  package let normalisation: Normalisation
  /// Voxels that are NaN, which normalisation takes for background.
  package let notANumberCount: Int
  private let cells: [CellSignal?]

  /// - Throws: `Fault.badData` when the volume has no voxel that is a number.
  /// - Parameter name: names the volume in messages.
  package init(_ grid: StatisticsGrid, name: String) throws {
    let binning = grid.binning
    notANumberCount = binning.notANumberBin.map { Int(grid.histogram[$0]) } ?? 0
    guard grid.voxelCount > notANumberCount else {
      throw Fault.badData("\(name) holds no voxel that is a number: there is nothing to take statistics of")
    }
    self.grid = grid
    let floor = NoiseFloor.find(in: grid.histogram, binning)
    self.floor = floor
    cells = (0..<grid.cells.count).map { index in
      grid.statistics[index].flatMap { CellSignal($0, binning, floor: floor) }
    }
    // The tissue's constants do not move with thresholds a user tries out: they are of the default ones.
    let outside = SignalThresholds().outsideBrightness(floor)
    var tissue = CellStatistics()
    var everything = CellStatistics()
    for (index, cell) in cells.enumerated() {
      guard let cell, let statistics = grid.statistics[index] else { continue }
      everything.add(statistics)
      if cell.brightness >= outside { tissue.add(statistics) }
    }
    normalisation = Normalisation(
      grid.histogram, tissue: tissue.counts.isEmpty ? everything : tissue, binning, floor: floor,
      saturation: Self.saturation(grid.histogram, binning))
  }

  /// The value from which on voxels are saturated: the largest of the type where it occurs, else the largest value
  /// there is where voxels pile up (a 12-bit camera in 16-bit files): at least 50 of them, four times the mean of the
  /// 16 values below, most of which occur. Nil when the range was not met.
  static func saturation(_ histogram: [UInt64], _ binning: Binning) -> Double? {
    guard let end = binning.saturatedBin else { return nil }
    if histogram[end] > 0 { return binning.lowest(end) }
    guard let top = histogram.lastIndex(where: { $0 > 0 }), top >= 16, histogram[top] >= 50 else { return nil }
    let below = histogram[(top - 16)..<top]
    guard below.count(where: { $0 > 0 }) >= 8, histogram[top] >= below.reduce(0, &+) / 4 else { return nil }
    return binning.lowest(top)
  }

  /// Where a store keeps its statistics.
  package static func path(inStore store: String) -> String { joinPath(PrivateDirectory.path(in: store), "statistics") }

  /// - Throws: `Fault.noInput` when the store has no statistics (`sheaf tile` has not finished it), `Fault.badData`
  ///   when they are damaged or incomplete.
  package static func load(_ store: String) throws -> StoreStatistics {
    let path = path(inStore: store)
    guard fileExists(path) else {
      throw Fault.noInput(
        "\(store) has no statistics (\(path)): it is not a finished Sheaf store; finish it with `sheaf tile`")
    }
    let grid = try StatisticsGrid.decode(readWholeFile(path, limit: 8 << 30), name: path)
    guard grid.isComplete else {
      throw Fault.badData(
        "\(path) is incomplete: expected \(grid.volume.count) voxels, found \(grid.voxelCount); finish the store "
          + "with `sheaf tile`")
    }
    return try StoreStatistics(grid, name: store)
  }

  /// Publishes the statistics of a finished store. The directory `<store>/.sheaf` must exist.
  package static func save(_ grid: StatisticsGrid, store: String) throws {
    try publish(grid.encoded(), to: path(inStore: store))
  }

  /// The brightness and tail contrast of a region: the largest of all cells that share a voxel with it, so that one
  /// labelled cell in a patch of 300³ is enough.
  ///
  /// - Precondition: the region shares a voxel with the volume.
  package func signal(of region: Region, thresholds: SignalThresholds = SignalThresholds()) -> RegionSignal {
    let positions = grid.cells.positions(intersecting: region)
    precondition(!positions.isEmpty, "\(region) is outside the volume \(grid.volume)")
    // A region without a single number is as dark as the floor.
    var brightness: Double?
    var contrast = 0.0
    positions.forEachPosition { position in
      guard let cell = cells[grid.cells.index(of: position)] else { return }
      brightness = max(brightness ?? cell.brightness, cell.brightness)
      // A cell in the dark has no tissue to contrast with: its contrast is that of a few hot pixels.
      if cell.brightness >= thresholds.outsideBrightness(floor) { contrast = max(contrast, cell.tailContrast) }
    }
    return RegionSignal(
      brightness: brightness ?? floor.mean, tailContrast: contrast, thresholds: thresholds, floor: floor)
  }
}

/// A region judged.
package struct RegionSignal: Equatable, Sendable {
  package let brightness: Double
  package let tailContrast: Double
  package let signalClass: SignalClass
  /// Whether a slightly different threshold would have made it outside, or kept it from being so.
  package let isNearOutside: Bool
  /// Whether a slightly different threshold would have changed it between low-signal and signal.
  package let isNearContrast: Bool

  package init(brightness: Double, tailContrast: Double, thresholds: SignalThresholds, floor: NoiseFloor) {
    self.brightness = brightness
    self.tailContrast = tailContrast
    signalClass = thresholds.signalClass(brightness: brightness, contrast: tailContrast, floor: floor)
    let margin = thresholds.nearShare * thresholds.outsideSigmas * floor.upperDeviation
    isNearOutside = abs(brightness - thresholds.outsideBrightness(floor)) <= margin
    isNearContrast =
      signalClass != .outside && abs(tailContrast - thresholds.contrast) <= thresholds.nearShare * thresholds.contrast
  }
}
