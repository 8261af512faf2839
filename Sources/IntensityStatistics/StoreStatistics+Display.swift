extension StoreStatistics {
  /// The range of values in which a viewer shows the volume well: from the 0.5th percentile of the tissue to the 99.9th
  /// of the volume. Empty (`0...0`) for a constant volume.
  package var displayRange: ClosedRange<Double> {
    let upper = max(percentile(0.999), normalisation.lowerClip)
    return upper > normalisation.lowerClip ? normalisation.lowerClip...upper : 0...0
  }

  /// The range of the voxel type where it has 8 or 16 bits, otherwise that of the values there are.
  package var range: ClosedRange<Double> {
    let binning = grid.binning
    if binning.isExact { return binning.lowest(0)...binning.highest(binning.lastBin) }
    let used = (0...binning.lastBin).filter { grid.histogram[$0] > 0 }
    guard let first = used.first, let last = used.last else { return 0...0 }
    return binning.lowest(first)...binning.highest(last)
  }

  /// The value that `fraction` of the voxels of the volume do not exceed.
  private func percentile(_ fraction: Double) -> Double {
    let binning = grid.binning
    let counts = grid.histogram[0...binning.lastBin]
    let wanted = fraction * Double(counts.reduce(0, &+))
    var below = 0.0
    for (bin, count) in counts.enumerated() {
      below += Double(count)
      if below >= wanted { return binning.middle(bin) }
    }
    return binning.middle(binning.lastBin)
  }
}
