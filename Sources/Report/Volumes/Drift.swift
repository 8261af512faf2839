import Foundation

/// How brightness changes from the first plane with tissue to the last.
struct Drift {
  /// Brightness at the last plane over that at the first, along a line that most planes follow.
  let ratio: Double
  let planes: ClosedRange<Int>

  /// Theil's and Sen's line through the logarithm of the light (median of all slopes), where far more pairs of planes go the same
  /// way; nil where they do not, because an organ is no cuboid.
  ///
  /// - Parameter light: the typical brightness of tissue in each plane, NaN where there is none.
  init?(_ light: [Double]) {
    let shown = light.indices.filter { light[$0].isFinite && light[$0] > 0 }
    guard shown.count >= 10, let first = shown.first, let last = shown.last else { return nil }
    let step = max(1, shown.count / 128)
    let sampled = stride(from: 0, to: shown.count, by: step).map { shown[$0] }
    var slopes: [Double] = []
    var concordance = 0
    for (index, a) in sampled.enumerated() {
      for b in sampled[(index + 1)...] {
        let slope = log(light[b] / light[a]) / Double(b - a)
        slopes.append(slope)
        concordance += slope > 0 ? 1 : slope < 0 ? -1 : 0
      }
    }
    guard abs(Double(concordance)) >= 0.45 * Double(slopes.count) else { return nil }
    ratio = exp(median(slopes) * Double(last - first))
    planes = first...last
  }
}
