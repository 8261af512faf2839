import Foundation

/// The noise of a volume's voxels by brightness: variance = `deviation`² + `gain` · (brightness − `level`).
///
/// A camera adds a constant noise, photons one whose variance grows with their number (Janesick, "Photon Transfer", 2007).
/// `gain` is the counts a photoelectron makes, times what the optics' blur leaves of its noise.
package struct NoiseModel: Codable, Equatable, Sendable {
  /// The darkest level that is not padding: that of the air far from the sample, or of the darkest tissue.
  package let level: Double
  /// The standard deviation of voxels there, always positive.
  package let deviation: Double
  /// At least 0.
  package let gain: Double

  package init(level: Double, deviation: Double, gain: Double) {
    self.level = level
    self.deviation = deviation
    self.gain = gain
  }

  /// The standard deviation of noise at `brightness`.
  package func deviation(at brightness: Double) -> Double {
    (deviation * deviation + gain * max(0, brightness - level)).squareRoot()
  }

  /// Brightness on the axis on which air and tissue are told apart: in doublings of the distance from `level`, linear
  /// within the noise. An offset or a gain of the camera moves nothing on it.
  func doublings(_ brightness: Double) -> Double { log2(max(0, brightness - level) / deviation + 1) }

  /// The brightness at `doublings`.
  func brightness(atDoublings doublings: Double) -> Double { level + deviation * (exp2(doublings) - 1) }

  /// Level and deviation from the darkest hundredth of the cells, gain from the lower envelope of the gradient energy:
  /// nine cells in ten have more, because they hold structure beside noise. Where every cell holds structure, its borders
  /// are in all gradients; the noise is then no wider than the lower half of a cell, nor than twice its lower tail.
  ///
  /// - Parameter cells: those without padding.
  static func find(in cells: [CellProfile]) -> NoiseModel {
    let darkest = darkest(max(1, cells.count / 100), of: cells)
    let level = median(darkest.map(\.background))
    let deviation = max(darkest.first!.resolution / 2, median(darkest.map(\.lowWidth)))
    let gains = cells.compactMap { cell -> Double? in
      let light = cell.level - level
      if light <= 3 * deviation { return nil }
      let width = min(cell.gradientWidth, cell.lowerWidth, 2 * cell.lowWidth)
      return (width * width - deviation * deviation) / light
    }
    return NoiseModel(level: level, deviation: deviation, gain: max(0, quantile(gains, 0.1) ?? 0))
  }

  /// The `count` cells with the darkest background, the darkest first; of equal ones those that come first.
  private static func darkest(_ count: Int, of cells: [CellProfile]) -> [CellProfile] {
    let backgrounds = cells.map { $0.background }
    var ranked = backgrounds
    let last = select(rank: count - 1, from: &ranked)
    var (darker, equal): ([Int], [Int]) = ([], [])
    for index in 0..<backgrounds.count where backgrounds[index] <= last {
      if backgrounds[index] < last { darker.append(index) } else if equal.count < count { equal.append(index) }
    }
    darker.sort { backgrounds[$0] != backgrounds[$1] ? backgrounds[$0] < backgrounds[$1] : $0 < $1 }
    return (darker + equal.prefix(count - darker.count)).map { cells[$0] }
  }
}
