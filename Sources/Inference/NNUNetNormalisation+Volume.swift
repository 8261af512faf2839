import Architectures
import Files
import IntensityStatistics
import Networks
import Voxels

extension NormalisationRecipe {
  /// The constants for a volume.
  ///
  /// - Parameter name: of the volume, for messages.
  /// - Returns: with a doubt where they are not exactly those of nnU-Net.
  /// - Throws: `Fault` of kind `badData` for a volume that a scheme does not take, of kind `usage` for percentiles other
  ///   than Sheaf's.
  package func normalisation(of statistics: StoreStatistics, name: String) throws -> (Normalisation, doubt: String?) {
    try require(of: "the network")
    guard let nnUNet else { return (statistics.normalisation, nil) }
    return try nnUNet.normalisation(of: statistics.grid, name: name)
  }

  /// Requires one that volumes can be normalised by, which is known before any is read.
  ///
  /// - Parameter network: as the subject of a sentence.
  /// - Throws: `Fault` of kind `usage` for percentiles other than Sheaf's.
  func require(of network: String) throws {
    let usual = NormalisationRecipe()
    guard nnUNet == nil, lowerPercentile != usual.lowerPercentile || upperPercentile != usual.upperPercentile else {
      return
    }
    throw Fault.usage(
      "\(network) was trained on intensities \(text), but Sheaf clips between \(usual.lowerPercentile) and "
        + "\(usual.upperPercentile); correct its description, or train it again")
  }
}

extension NNUNetNormalisation {
  fileprivate func normalisation(of grid: StatisticsGrid, name: String) throws -> (Normalisation, doubt: String?) {
    let binning = grid.binning
    var counts = grid.histogram
    if let bin = binning.notANumberBin { counts[bin] = 0 }
    guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else {
      throw Fault.badData("\(name) holds no voxel that is a number: there is nothing to normalise by")
    }
    let (lowest, highest) = (binning.lowest(first), binning.lowest(last))
    /// 0 is what nnU-Net pads with.
    func linear(minus mean: Double, over deviation: Double, clip: (Double, Double)? = nil) -> Normalisation {
      Normalisation(
        lowerClip: clip?.0 ?? -.greatestFiniteMagnitude, upperClip: clip?.1 ?? .greatestFiniteMagnitude, mean: mean,
        deviation: deviation, background: 0, saturation: nil)
    }
    switch self {
    case .none: return (linear(minus: 0, over: 1), nil)
    case .byte:
      guard lowest >= 0, highest <= 255 else {
        throw Fault.badData(
          "the network was trained on intensities from 0 to 255 (RGBTo01Normalization), but those of \(name) are from "
            + "\(lowest) to \(highest); give a volume of 8 bits")
      }
      return (linear(minus: 0, over: 255), nil)
    case .minimumToMaximum: return (linear(minus: lowest, over: max(highest - lowest, 1e-8)), nil)
    case .fixed(let lower, let upper, let mean, let deviation):
      return (linear(minus: mean, over: deviation, clip: (lower, upper)), nil)
    case .zScore:
      let surround = grid.zerosOutsideTissue()
      counts[binning.zeroBin] -= min(surround, counts[binning.zeroBin])
      let total = counts.reduce(0, +)
      var (sum, squares) = (0.0, 0.0)
      // About the lowest, so that a large offset costs no digits.
      for (bin, count) in counts.enumerated() where count > 0 {
        let value = binning.middle(bin) - lowest
        sum += Double(count) * value
        squares += Double(count) * value * value
      }
      let mean = sum / Double(total)
      let deviation = max(0, squares / Double(total) - mean * mean).squareRoot()
      return (
        linear(minus: lowest + mean, over: max(deviation, 1e-8)),
        surround == 0
          ? nil
          : "\(name) has a surround of zeros, which nnU-Net cuts off before it normalises: Sheaf leaves it out of the mean "
            + "and the deviation in steps of \(grid.cells.cell.z) voxels"
      )
    }
  }
}

extension StatisticsGrid {
  /// Voxels that are zero and lie outside the box, in whole cells, of those that are not: nnU-Net crops volumes to it.
  fileprivate func zerosOutsideTissue() -> UInt64 {
    let zeroBin = Int(binning.coarseBins[binning.zeroBin])
    var box: Region?
    var zeros: [(region: Region, count: Int)] = []
    for index in 0..<cells.count {
      let region = cells.region(index)
      let count = statistics[index]?.count(inCoarseBin: zeroBin) ?? 0
      if count < region.count {
        box = box.map { $0.joined(region) } ?? region
      } else {
        zeros.append((region, count))
      }
    }
    guard let box else { return 0 }
    return zeros.reduce(UInt64(0)) { box.contains($1.region) ? $0 : $0 + UInt64($1.count) }
  }
}

extension Region {
  /// The smallest box that contains both.
  fileprivate func joined(_ other: Region) -> Region {
    Region(
      from: Coordinate(
        min(origin.z, other.origin.z), min(origin.y, other.origin.y), min(origin.x, other.origin.x)),
      to: Coordinate(max(end.z, other.end.z), max(end.y, other.end.y), max(end.x, other.end.x)))
  }
}
