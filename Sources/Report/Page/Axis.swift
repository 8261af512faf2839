import Foundation

/// An axis of a chart: what it shows, in which unit, and over which range.
struct Axis {
  /// With the unit: `diameter (µm)`.
  var title: String
  var range: ClosedRange<Double>
  var isLogarithmic = false

  init(_ title: String, _ range: ClosedRange<Double>, isLogarithmic: Bool = false) {
    self.title = title
    self.isLogarithmic = isLogarithmic
    if isLogarithmic {
      let lower = max(range.lowerBound, .leastNormalMagnitude)
      self.range = lower...max(range.upperBound, lower * 1.01)
    } else {
      self.range = range.upperBound > range.lowerBound ? range : range.lowerBound...(range.lowerBound + 1)
    }
  }

  /// From zero, or from the least value, to the next tick above the largest.
  init(_ title: String, upTo values: [Double], fromZero: Bool = true) {
    let finite = values.filter(\.isFinite)
    let (lowest, highest) = (finite.min() ?? 0, finite.max() ?? 1)
    let lower = fromZero ? min(0, lowest) : lowest
    let margin = (highest - lower) * 0.06
    self.init(title, (fromZero && lowest >= 0 ? 0 : lower - margin)...(highest + margin))
  }

  /// 0 to 1 along the axis.
  func place(_ value: Double) -> Double {
    if isLogarithmic {
      let (lower, upper) = (log10(range.lowerBound), log10(range.upperBound))
      return (log10(max(value, range.lowerBound)) - lower) / (upper - lower)
    }
    return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// About `count` round numbers.
  func ticks(_ count: Int) -> [Double] {
    if isLogarithmic {
      let (lower, upper) = (log10(range.lowerBound), log10(range.upperBound))
      let decades = Int(upper.rounded(.down)) - Int(lower.rounded(.up)) + 1
      let multiples: [Double] = decades >= 3 ? [1] : decades >= 2 ? [1, 3] : [1, 2, 5]
      let every = max(1, decades / max(1, count))
      return (Int(lower.rounded(.down))...Int(upper.rounded(.up))).filter { $0 % every == 0 }
        .flatMap { exponent in multiples.map { $0 * pow(10, Double(exponent)) } }
        .filter { $0 >= range.lowerBound * 0.999 && $0 <= range.upperBound * 1.001 }
    }
    let step = roundStep((range.upperBound - range.lowerBound) / Double(count))
    var ticks: [Double] = []
    var index = (range.lowerBound / step).rounded(.up)
    while index * step <= range.upperBound + step * 1e-9, ticks.count < 50 {
      ticks.append(index * step)
      index += 1
    }
    return ticks
  }
}

/// 1, 2 or 5 times a power of ten, at least `least`.
func roundStep(_ least: Double) -> Double {
  guard least.isFinite, least > 0 else { return 1 }
  let power = pow(10, floor(log10(least)))
  return [1, 2, 5, 10].first { $0 * power >= least * 0.999 }! * power
}
