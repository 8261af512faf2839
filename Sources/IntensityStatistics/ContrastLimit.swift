/// The tail contrast from which on cells of a volume are signal, unless somebody says otherwise.
///
/// Where photons limit the image, cells without structure form a narrow lobe of tail contrasts (see `CellSignal`), and what
/// exceeds it is structure however faint. Where structures are so dense that hardly a cell is without one, there is no lobe,
/// but the darker halves of the cells still show what limits the image: the more texture there is, the more widths are asked
/// for, up to eight. Cells with stripes form a narrow lobe as well, of which some lie beyond its end: so texture also says
/// where a lobe ends at least.
package enum ContrastLimit {
  /// In most cells of real tissue texture raises the contrast of white noise, 3.35, to 4 or 6.
  package static let usual = 8.0

  private static let binWidth = 0.25
  /// Contrasts of cells of pure noise begin above this, for `CellSignal` scales them to 3.35.
  private static let least = 2.0
  /// From its peak to where it has half of that, the lobe of quiet tissue is 0.37 to 0.78 wide in phantoms with 4 to 16 counts
  /// a photoelectron and 0.65 in real planes without texture; in tissue with texture 1.3 or more.
  private static let mostHalfWidth = 0.8
  /// How many half-widths above its peak a lobe ends. A patch of 300 holds 216 cells of 50, and one of them makes it signal, so
  /// that hardly one quiet cell in a thousand may lie beyond. Of 2,592 cells of 12 in real planes ten do, the brightest at 4; of
  /// larger cells fewer do, for the highest values of more voxels vary less.
  private static let lobeEnd = 3.0
  /// How many steps of contrast above its peak a lobe ends at least.
  private static let leastSteps = 1.5
  /// A lobe of fewer cells may be chance.
  private static let leastCount = 200
  private static let leastShare = 0.1
  /// The darker half of most cells of tissue is 1.1 to 1.6 noise widths wide in phantoms with 16 to 4 counts a photoelectron, 1.1 to
  /// 1.6 in three real volumes of single fibres and cells, 1.5 to 1.8 with stripes of a tenth, where single quiet cells have
  /// contrasts up to 5.8 (cells of 12) or 6.8 (of 15), and 1.8 to 10 in six real ones with texture.
  private static let noTexture = 1.25
  private static let muchTexture = 1.7
  /// What pure noise is scaled to.
  private static let noise = 3.35
  /// Where a lobe ends at least, without texture and with much. Quiet cells with stripes form a lobe that seems to end at 5.1.
  private static let leastEnds = 5.0...6.5
  /// Where a lobe of quiet cells without texture would end if there were enough of them: those found in phantoms end at 5.2 to 6.1.
  private static let unseenEnd = 5.5

  /// - Parameters:
  ///   - tissue: contrasts of the cells of tissue.
  ///   - step: the contrast between neighbouring values, or between the bins that hold them.
  ///   - texture: how wide the darker half of a cell of tissue is (`CellProfile.lowerWidth`), in widths of the noise at its
  ///     median, as the median over cells: 1 for noise alone.
  /// - Returns: the contrast at which the lobe of cells without structure ends, or where it would end by the texture; at most
  ///   the usual one.
  package static func find(in tissue: [Double], step: Double, texture: Double) -> Double {
    let share = min(1, max(0, (texture - noTexture) / (muchTexture - noTexture)))
    if let end = endOfLobe(in: tissue, step: step) {
      let least = leastEnds.lowerBound + share * (leastEnds.upperBound - leastEnds.lowerBound)
      return min(usual, max(end, least))
    }
    guard tissue.count >= leastCount else { return usual }
    return min(usual, max(unseenEnd + share * (usual - unseenEnd), noise + leastSteps * step))
  }

  /// Nil where there is no narrow lobe.
  private static func endOfLobe(in tissue: [Double], step: Double) -> Double? {
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
    guard half > 0, let after = density[peak...].firstIndex(where: { $0 < half }) else { return nil }
    let crossing = Double(after) - (half - density[after]) / (density[after - 1] - density[after])
    let halfWidth = (crossing - Double(peak)) * binWidth
    guard halfWidth < mostHalfWidth else { return nil }
    let mode = least + (Double(peak) + 0.5) * binWidth
    // Where values are coarse beside the noise, its next value may lie beyond the lobe.
    let limit = mode + max(lobeEnd * halfWidth, leastSteps * step)
    let lobe = tissue.count { $0 >= least && $0 < limit }
    guard lobe >= leastCount, Double(lobe) >= leastShare * Double(tissue.count) else { return nil }
    return limit
  }
}
