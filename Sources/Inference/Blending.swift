import Architectures
import Foundation
import Voxels

/// What is summed up where tiles overlap, how tiles lie and weigh, and how the sums become probabilities.
public enum Blending: Sendable, Equatable {
  /// One probability a voxel; tiles a fixed stride apart.
  case probabilities
  /// As nnU-Net's predictor does it: logits of structures against the background, or of structures that may overlap; tiles
  /// are spread evenly.
  case logits(count: Int, foreground: ForegroundRule)

  /// Values of a voxel.
  package var valueCount: Int {
    switch self {
    case .probabilities: 1
    case .logits(let count, _): count
    }
  }

  package var spacing: TileLattice.Spacing { self == .probabilities ? .fixed : .even }

  /// What a tile counts as that is not evaluated: probability 0, or a logit that rounds to it (0.0003).
  var background: Float { self == .probabilities ? 0 : -8 }

  /// The unnormalised weights along an axis of `edge` voxels.
  ///
  /// nnU-Net's Gaussian (`compute_gaussian`) stands about the voxel behind the middle and has no floor but that of half
  /// precision, in which nnU-Net keeps the product of the three.
  package func gaussian(_ edge: Int) -> [Double] {
    let centre = self == .probabilities ? Double(edge - 1) / 2 : Double(edge / 2)
    let floor = self == .probabilities ? BlendingWeights.floor : 0
    let sigma = Double(edge) / 8
    return (0..<edge).map { index in
      let distance = (Double(index) - centre) / sigma
      return max(exp(-distance * distance / 2), floor)
    }
  }

  /// The probability of foreground of each voxel.
  ///
  /// - Parameter sums: weighted means of the values less `background`, one value of all voxels after the other; overwritten.
  /// - Returns: their beginning.
  func probabilities(of sums: UnsafeMutableBufferPointer<Float>) -> UnsafeMutableBufferPointer<Float> {
    guard case .logits(let valueCount, let rule) = self else { return sums }
    let count = sums.count / valueCount
    let background = background
    for voxel in 0..<count {
      var largest = sums[voxel] + background
      for number in 1..<max(valueCount, 1) { largest = max(largest, sums[number * count + voxel] + background) }
      if rule == .likeliest || valueCount == 1 {
        sums[voxel] = 1 / (1 + exp(-largest))
        continue
      }
      // e to the power of logits less the largest, that of the background being 0.
      let offset = max(largest, 0)
      var all: Float = 0
      for number in 0..<valueCount { all += exp(sums[number * count + voxel] + background - offset) }
      sums[voxel] = all / (all + exp(-offset))
    }
    return UnsafeMutableBufferPointer(rebasing: sums[0..<count])
  }
}
