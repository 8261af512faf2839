/// The brightness that becomes black and the one that becomes white.
package struct ContrastWindow: Equatable, Sendable {
  package let black: Float
  package let white: Float

  package init(black: Float, white: Float) {
    self.black = black
    self.white = white
  }

  /// From percentiles of the values; NaN voxels do not count.
  package init(_ plane: ViewedPlane<Float>, low: Double = 0.5, high: Double = 99.7) {
    let sorted = plane.values.filter(\.isFinite).sorted()
    func percentile(_ share: Double) -> Float {
      sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share / 100))]
    }
    self.init(black: percentile(low), white: percentile(high))
  }

  /// 0 to 255; black for NaN.
  package func level(_ value: Float) -> UInt8 {
    // A plane of one value has no contrast to show.
    let range = white > black ? white - black : 1
    let share = (value - black) / range
    if share.isNaN { return 0 }
    return UInt8((min(max(share, 0), 1) * 255).rounded())
  }

  /// The plane in grey.
  package func picture(_ plane: ViewedPlane<Float>) -> Picture {
    var picture = Picture(width: plane.width, height: plane.height)
    for row in 0..<plane.height {
      for column in 0..<plane.width { picture[row, column] = .grey(level(plane[row, column])) }
    }
    return picture
  }
}
