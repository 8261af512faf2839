import Files
import Foundation
import Voxels

/// The finished statistics of a volume, with what is derived from them: noise floor, noise model, the limit between air and
/// tissue, normalisation, and the brightness and tail contrast of every cell, from which any region is judged.
public final class StoreStatistics: Sendable {
  package let grid: StatisticsGrid
  package let model: BackgroundModel
  package let normalisation: Normalisation
  /// Voxels that are NaN, which normalisation takes for background.
  package let notANumberCount: Int
  private let signals: [CellSignal]
  /// Of `grid.statistics.values`.
  private let percentiles: [CellPercentiles]
  /// What the air in and around each cell explains; empty where nobody asked for it.
  package let airLimits: [AirLimit]

  package var floor: NoiseFloor { model.floor }

  /// - Throws: `Fault.badData` when the volume has no voxel that is a number.
  /// - Parameters:
  ///   - name: names the volume in messages.
  ///   - findsAirLimits: whether `airLimits` are wanted, which only inference asks for.
  package init(_ grid: StatisticsGrid, name: String, findsAirLimits: Bool = true) throws {
    let binning = grid.binning
    notANumberCount = binning.notANumberBin.map { Int(grid.histogram[$0]) } ?? 0
    guard grid.voxelCount > notANumberCount else {
      throw Fault.badData("\(name) holds no voxel that is a number: there is nothing to take statistics of")
    }
    self.grid = grid
    let floor = NoiseFloor.find(in: grid.histogram, binning)
    let fill = FillValue.find(in: grid.histogram, binning)
    let (edge, planeCount) = (grid.cells.cell.z, grid.cells.counts.y * grid.cells.counts.x)
    var expected = ExpectedTop()
    var profiles = [CellProfile?](repeating: nil, count: grid.cells.count)
    let (numbers, values) = (grid.statistics.numbers, grid.statistics.values)
    var percentiles: [CellPercentiles] = []
    percentiles.reserveCapacity(values.count)
    values.withUnsafeBufferPointer { values in
      for place in 0..<values.count {
        let depth = min(edge, grid.volume.z - numbers[place] / planeCount * edge)
        var own: CellPercentiles?
        profiles[numbers[place]] = CellProfile(values[place], binning, fill: fill, depth: depth, &expected, &own)
        percentiles.append(own ?? CellPercentiles(values[place], binning))
      }
    }
    self.percentiles = percentiles
    let (noise, surround) = Self.background(profiles, floor: floor)
    let found = CellSignal.all(
      profiles, counts: grid.cells.counts, noise: noise, surround: surround,
      padding: min(fill.map { binning.lowest($0.bin) } ?? floor.mean, surround.limit.nextDown))
    let sample = Self.tissueSample(profiles, surround)
    let contrast = ContrastLimit.find(
      in: zip(profiles, found).compactMap { $0 == nil || $1.level < surround.limit ? nil : $1.tailContrast },
      step: Self.contrastStep(sample, noise, binning),
      texture: quantile(sample.map { $0.lowerWidth / noise.deviation(at: $0.level) }, 0.5) ?? .infinity)
    // What a volume's own limit is found from says nothing about air, where the usual one stays.
    signals = found.map { $0.level < surround.limit ? $0.asked(ContrastLimit.usual, insteadOf: contrast) : $0 }
    model = BackgroundModel(floor: floor, noise: noise, surround: surround, contrast: contrast)
    airLimits =
      findsAirLimits
      ? AirLimit.all(profiles, counts: grid.cells.counts, noise: model.noise, surround: model.surround) : []
    normalisation = Normalisation(
      grid.histogram, tissue: Self.brightCells(grid, floor: floor), binning, floor: floor,
      saturation: Self.saturation(grid.histogram, binning))
  }

  /// Cells that padding has cut have the brightness of its border; they are left out where there are others.
  private static func background(_ profiles: [CellProfile?], floor: NoiseFloor) -> (NoiseModel, Surround) {
    let (count, wholeCount) = profiles.reduce(into: (0, 0)) { counts, profile in
      guard let profile else { return }
      counts.0 += 1
      if profile.fillShare <= 0.01 { counts.1 += 1 }
    }
    let isWhole = wholeCount >= min(20, count)
    var shown: [CellProfile] = []
    shown.reserveCapacity(isWhole ? wholeCount : count)
    for case let profile? in profiles where !isWhole || profile.fillShare <= 0.01 { shown.append(profile) }
    // Nothing but padding: one value everywhere.
    if shown.isEmpty {
      return (
        NoiseModel(level: floor.mean, deviation: floor.deviation, gain: 0),
        Surround(kind: .everything, limit: floor.mean.nextUp, overlap: nil)
      )
    }
    let noise = NoiseModel.find(in: shown)
    return (noise, Surround.find(in: shown, noise))
  }

  /// Cells of tissue from all over the volume: a thousand tell what most are like as well as all do.
  private static func tissueSample(_ profiles: [CellProfile?], _ surround: Surround) -> [CellProfile] {
    stride(from: 0, to: profiles.count, by: profiles.count / 1000 + 1).compactMap { index in
      guard let profile = profiles[index], profile.level >= surround.limit else { return nil }
      return profile
    }
  }

  /// The tail contrast between neighbouring coarse bins, where the brightest voxels of most cells of tissue lie.
  private static func contrastStep(_ tissue: [CellProfile], _ noise: NoiseModel, _ binning: Binning) -> Double {
    let steps = tissue.map { profile -> Double in
      let bin = Int(binning.coarseBins[binning.bin(of: profile.top)])
      let width = binning.coarseBounds[bin].highest - binning.coarseBounds[bin].lowest + binning.resolution
      return width / max(profile.lowerWidth, noise.deviation(at: profile.level))
    }
    return quantile(steps, 0.5) ?? 0
  }

  /// The sum of the cells that stand out of the noise floor, or of all when none does.
  ///
  /// - Returns: voxels in each coarse bin.
  private static func brightCells(_ grid: StatisticsGrid, floor: NoiseFloor) -> [UInt64] {
    let outside = floor.mean + 5 * floor.upperDeviation
    let binning = grid.binning
    var bright = [UInt64](repeating: 0, count: binning.coarseBinCount)
    var brightCount = 0
    for statistics in grid.statistics.values {
      let count = statistics.numberCount(binning)
      if count == 0 { continue }
      let brightest = max(0, min(count - 1, count - max(10, count / 1000)))
      if statistics.value(atRank: brightest, binning) >= outside {
        statistics.add(to: &bright)
        brightCount += 1
      }
    }
    if brightCount == 0 {
      for statistics in grid.statistics.values where statistics.numberCount(binning) > 0 { statistics.add(to: &bright) }
    }
    return bright
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

  /// The bins of the smallest and of the largest value that is a number.
  package var extremes: (smallest: ClosedRange<Double>, largest: ClosedRange<Double>) {
    let binning = grid.binning
    let bins = grid.histogram[...binning.lastBin]
    // A volume without numbers has no statistics.
    let (first, last) = (bins.firstIndex { $0 > 0 }!, bins.lastIndex { $0 > 0 }!)
    return (binning.lowest(first)...binning.highest(first), binning.lowest(last)...binning.highest(last))
  }

  /// Where a store keeps its statistics.
  package static func path(inStore store: String) -> String { joinPath(PrivateDirectory.path(in: store), "statistics") }

  /// - Throws: `Fault.noInput` when the store has no statistics (`sheaf tile` has not finished it), `Fault.badData`
  ///   when they are damaged or incomplete.
  package static func load(_ store: String, findsAirLimits: Bool = true) throws -> StoreStatistics {
    let path = path(inStore: store)
    guard fileExists(path) else {
      throw Fault.noInput(
        "\(store) has no statistics (\(path)): it is not a finished Sheaf store; finish it with `sheaf tile`")
    }
    let grid = try StatisticsGrid.read(path)
    guard grid.isComplete else {
      throw Fault.badData(
        "\(path) is incomplete: expected \(grid.volume.count) voxels, found \(grid.voxelCount); finish the store "
          + "with `sheaf tile`")
    }
    return try StoreStatistics(grid, name: store, findsAirLimits: findsAirLimits)
  }

  /// Publishes the statistics of a finished store. The directory `<store>/.sheaf` must exist.
  package static func save(_ grid: StatisticsGrid, store: String) throws {
    try publish(grid.encoded(), to: path(inStore: store))
  }

  /// Which share of the volume's tissue is brighter than what surrounds it: voxels that stand out of the dark tenth of their
  /// cell by more than the threshold of contrast (the usual one, where none is given, so that volumes compare), over all voxels of cells that are not outside. Nil without such cells.
  package func signalDensity(_ thresholds: SignalThresholds) -> Double? {
    let binning = grid.binning
    let outside = model.outsideBrightness(thresholds)
    let values = grid.statistics.values
    let contrast = thresholds.contrast ?? ContrastLimit.usual
    var tissue = 0
    var bright = 0
    for place in values.indices {
      let own = percentiles[place]
      guard own.hasNumbers, own.median >= outside else { continue }
      tissue += values[place].numberCount(binning)
      let limit = own.low + contrast * max(floor.deviation, (own.low - own.least) / 1.294)
      let first = values[place].firstCoarseBin
      // From the brightest bin down.
      values[place].counts.withUnsafeBufferPointer { counts in
        for index in counts.indices.reversed() {
          if !(binning.coarseBounds[first + index].lowest > limit) { break }
          bright += Int(counts[index])
        }
      }
    }
    return tissue > 0 ? Double(bright) / Double(tissue) : nil
  }

  /// How far the brightest structure in a cell of the grid stands out of it, in widths of noise.
  package func tailContrast(ofCell cell: Int) -> Double { signals[cell].tailContrast }

  /// Judges a region by its own voxels: by the cells whose centres lie in it. What a cell across the border holds may lie on
  /// either side; regions that took every cell they touch would have their neighbours' structures. This way each cell
  /// counts for one patch of a lattice, and none is lost. A region without the centre of a cell is judged by those it
  /// shares most voxels with.
  ///
  /// - Precondition: the region shares a voxel with the volume.
  package func signal(of region: Region, thresholds: SignalThresholds = SignalThresholds()) -> RegionSignal {
    let cells = grid.cells
    let positions = cells.positions(intersecting: region)
    precondition(!positions.isEmpty, "\(region) is outside the volume \(grid.volume)")
    let (z, y, x) = (centres(0, region, positions), centres(1, region, positions), centres(2, region, positions))
    var own: [(signal: CellSignal, voxels: Int)] = []
    own.reserveCapacity(z.count * y.count * x.count)
    for z in z {
      for y in y {
        for x in x {
          let number = (z.position * cells.counts.y + y.position) * cells.counts.x + x.position
          own.append((signals[number], z.voxels * y.voxels * x.voxels))
        }
      }
    }
    if own.isEmpty { own = mostShared(region, positions) }
    return RegionSignal(
      brightness: brightness(&own), tailContrast: own.reduce(-.infinity) { max($0, $1.signal.tailContrast) },
      thresholds: thresholds, model: model)
  }

  /// The cells that share most voxels with a region.
  private func mostShared(_ region: Region, _ positions: Region) -> [(signal: CellSignal, voxels: Int)] {
    var largest: [(signal: CellSignal, voxels: Int)] = []
    positions.forEachPosition { position in
      let shared = grid.cells.region(at: position).intersection(region).count
      if shared < largest.first?.voxels ?? 0 { return }
      if shared > largest.first?.voxels ?? 0 { largest = [] }
      largest.append((signals[grid.cells.index(of: position)], shared))
    }
    return largest
  }

  /// The level of the brightest cell once the brightest twentieth of the voxels is left aside.
  private func brightness(_ cells: inout [(signal: CellSignal, voxels: Int)]) -> Double {
    var left = cells.reduce(0) { $0 + $1.voxels } / 20
    let size = cells[0].voxels
    if cells.allSatisfy({ $0.voxels == size }) {
      var levels = cells.map { -$0.signal.level }
      return -select(rank: min(cells.count - 1, left / size), from: &levels)
    }
    cells.sort { $0.signal.level > $1.signal.level }
    let brightness = cells.first { cell in
      left -= cell.voxels
      return left < 0
    }
    return (brightness ?? cells[0]).signal.level
  }

  /// The cells along an axis whose centres lie in a region, with their size.
  private func centres(_ axis: Int, _ region: Region, _ positions: Region) -> [(position: Int, voxels: Int)] {
    let (edge, end) = (grid.cells.cell[axis], grid.cells.extent[axis])
    return positions.range(axis).compactMap { position in
      let cell = (position * edge)..<min((position + 1) * edge, end)
      return isCentre(of: cell, in: region.range(axis)) ? (position, cell.count) : nil
    }
  }

  private func isCentre(of cell: Range<Int>, in range: Range<Int>) -> Bool {
    let twice = cell.lowerBound + cell.upperBound
    return 2 * range.lowerBound <= twice && twice < 2 * range.upperBound
  }
}
