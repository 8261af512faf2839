/// The tail contrast from which on cells of a volume are signal, unless somebody says otherwise.
///
/// Where photons limit the image, cells without structure form a narrow lobe of tail contrasts (see `CellSignal`), and what
/// exceeds it is structure however faint. Where the texture of the tissue limits it, the lobe is wide or there is none, and
/// eight widths of the noise are asked for.
package enum ContrastLimit {
  /// In most cells of real tissue texture raises the contrast of white noise, 3.35, to 4 or 6.
  package static let usual = 8.0

  private static let binWidth = 0.25
  /// Contrasts of cells of pure noise begin above this, for `CellSignal` scales them to 3.35.
  private static let least = 2.0
  /// From its peak to where it has half of that, the lobe of quiet tissue is 0.38 to 0.69 wide in phantoms with 4 to 16 counts
  /// a photoelectron and 0.51 in real planes without texture; in tissue with texture 1.5 or more.
  private static let mostHalfWidth = 0.8
  /// How many half-widths above its peak a lobe ends. A patch of 300 holds 216 cells, and one of them makes it signal, so that
  /// hardly one quiet cell in a thousand may lie beyond: of 1,342 in real planes none does, and the brightest at 2.9.
  private static let lobeEnd = 3.5
  /// A lobe of fewer cells may be chance.
  private static let leastCount = 200
  private static let leastShare = 0.1

  /// - Parameters:
  ///   - tissue: contrasts of the cells of tissue.
  ///   - step: the contrast between neighbouring values, or between the bins that hold them.
  /// - Returns: the contrast at which the lobe of cells without structure ends, at most the usual one, which it also is where
  ///   there is no narrow lobe.
  package static func find(in tissue: [Double], step: Double) -> Double {
    let count = Int((usual - least) / binWidth)
    // One more on either side, from which smoothing takes what lies beyond.
    var bins = [Double](repeating: 0, count: count + 2)
    for contrast in tissue {
      let bin = ((contrast - least) / binWidth).rounded(.down) + 1
      if bin >= 0, bin < Double(bins.count) { bins[Int(bin)] += 1 }
    }
    let density = (1...count).map { bin -> Double in (bins[bin - 1] + 2 * bins[bin] + bins[bin + 1]) / 4 }
    let highest: Double = density.max()!
    let peak: Int = density.firstIndex(of: highest)!
    let half: Double = highest / 2
    guard half > 0, let after = density[peak...].firstIndex(where: { $0 < half }) else { return usual }
    let crossing = Double(after) - (half - density[after]) / (density[after - 1] - density[after])
    let halfWidth = (crossing - Double(peak)) * binWidth
    guard halfWidth < mostHalfWidth else { return usual }
    let mode = least + (Double(peak) + 0.5) * binWidth
    // Where values are coarse beside the noise, its next value may lie beyond the lobe.
    let limit = mode + max(lobeEnd * halfWidth, 1.5 * step)
    let lobe = tissue.count { $0 >= least && $0 < limit }
    guard lobe >= leastCount, Double(lobe) >= leastShare * Double(tissue.count) else { return usual }
    return min(usual, limit)
  }
}
