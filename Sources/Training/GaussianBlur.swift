import Foundation
import Voxels

/// A Gaussian blur, one axis after the other; beyond its borders the image is mirrored at its outermost voxels.
///
/// A sample is blurred on the thread that makes it: libtorch's convolution would take the threads of the network.
struct GaussianBlur {
  /// Weights of the voxels at distance 0, 1, … along (z, y, x); they add up to 1 over both sides.
  private let weights: [[Float]]

  /// - Parameter deviations: standard deviations along (z, y, x) in voxels.
  init(deviations: [Double]) {
    weights = deviations.map { deviation in
      // Three standard deviations, as far as batchgeneratorsv2 goes.
      let radius = max(1, Int((3 * deviation).rounded()))
      let bell = (0...radius).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
      let sum = 2 * bell.reduce(0, +) - bell[0]
      return bell.map { Float($0 / sum) }
    }
  }

  /// - Parameter image: C order (z, y, x).
  func applied(to image: [Float], _ extent: Extent) -> [Float] {
    var result = image
    for axis in 0..<3 where extent[axis] > 1 { result = blurred(result, extent, axis) }
    return result
  }

  private func blurred(_ image: [Float], _ extent: Extent, _ axis: Int) -> [Float] {
    let weights = weights[axis]
    let count = extent[axis]
    // The image as lines along the axis, `inner` of them side by side.
    let inner = ((axis + 1)..<3).reduce(1) { $0 * extent[$1] }
    var result = image
    image.withUnsafeBufferPointer { image in
      result.withUnsafeMutableBufferPointer { result in
        for line in 0..<(image.count / (count * inner)) {
          let start = line * count * inner
          for place in 0..<count {
            let target = start + place * inner
            for index in 0..<inner { result[target + index] = image[target + index] * weights[0] }
            for distance in 1..<weights.count {
              let before = start + mirrored(place - distance, count) * inner
              let after = start + mirrored(place + distance, count) * inner
              let weight = weights[distance]
              for index in 0..<inner {
                result[target + index] += (image[before + index] + image[after + index]) * weight
              }
            }
          }
        }
      }
    }
    return result
  }
}

/// The place inside 0..<count that a place outside is mirrored to, at the outermost places themselves.
private func mirrored(_ place: Int, _ count: Int) -> Int {
  let period = 2 * (count - 1)
  let inPeriod = ((place % period) + period) % period
  return min(inPeriod, period - inPeriod)
}
