import Foundation
import Voxels

/// What a scientific camera makes of light: photon noise, read noise, an offset, hot pixels, 16 bits.
///
/// The noise of a voxel is a function of the seed, the structure and the voxel's position alone.
struct Camera: Sendable {
  /// Counts without any light.
  static let offset: Float = 110
  /// Standard deviation of the electronics' noise in counts.
  static let readNoise: Float = 7
  /// Counts for one photoelectron.
  let gain: Float

  private let noise: HashKey
  private let hotPixels: HashKey
  private let quantiles = GaussianQuantiles()

  init(seed: UInt64, structure: Structure, gain: Float) {
    self.gain = gain
    noise = HashKey(seed: seed, purpose: .camera)[structure.number]
    hotPixels = HashKey(seed: seed, purpose: .hotPixels)
  }

  /// Exposes one row of voxels.
  ///
  /// - Parameter light: expected counts above the offset, one for each voxel from `x` on.
  func expose(
    _ light: UnsafePointer<Float>, count: Int, z: Int, y: Int, x first: Int, into output: UnsafeMutablePointer<UInt16>
  ) {
    let row = noise[z][y]
    // A pixel of the chip is a (y, x): it is hot in every plane.
    let chipRow = hotPixels[y]
    for index in 0..<count {
      let bits = row[first + index].bits
      let electrons = photoelectrons(light[index] / gain, bits: bits)
      var counts = Camera.offset + electrons * gain + Camera.readNoise * quantiles[bits &>> 40]
      let pixel = chipRow[first + index].bits
      // One pixel in 131,072 is hot.
      if pixel & 0x1FFFF == 0 { counts += 300 + Float((pixel &>> 32) & 0x7FF) }
      output[index] = UInt16(min(max(counts.rounded(), 0), 65535))
    }
  }

  /// A Poisson variable of mean `mean`.
  @inline(__always)
  private func photoelectrons(_ mean: Float, bits: UInt64) -> Float {
    if mean <= 0 { return 0 }
    if mean < 12 { return inverted(mean, uniform: Float(bits & 0xFF_FFFF) * 0x1p-24) }
    // The square root of a Poisson variable is nearly Gaussian with standard deviation ½ (Anscombe, "The
    // transformation of Poisson, binomial and negative-binomial data", Biometrika 1948); ¼ keeps the mean.
    let root = mean.squareRoot() + 0.5 * quantiles[bits & 0xFF_FFFF]
    return max(0, (root * root - 0.25).rounded())
  }

  /// Inversion of the distribution function, term by term.
  private func inverted(_ mean: Float, uniform: Float) -> Float {
    var term = exp(-mean)
    var sum = term
    var electrons: Float = 0
    while uniform > sum && electrons < 60 {
      electrons += 1
      term *= mean / electrons
      sum += term
    }
    return electrons
  }
}

/// The inverse of the Gaussian distribution function as a table.
struct GaussianQuantiles: Sendable {
  private static let count = 4096
  private let table: [Float]

  init() {
    // Quantiles at the centres of 4,097 equal shares, found by bisection: clear, and done once.
    table = (0...GaussianQuantiles.count).map { index in
      let share = (Double(index) + 0.5) / Double(GaussianQuantiles.count + 1)
      var (low, high) = (-8.0, 8.0)
      for _ in 0..<50 {
        let middle = (low + high) / 2
        if 0.5 * erfc(-middle / 2.0.squareRoot()) < share { low = middle } else { high = middle }
      }
      return Float((low + high) / 2)
    }
  }

  /// The quantile for 24 random bits.
  @inline(__always)
  subscript(bits: UInt64) -> Float {
    table.withUnsafeBufferPointer { table in
      let index = Int(bits &>> 12) & (GaussianQuantiles.count - 1)
      let share = Float(bits & 0xFFF) * 0x1p-12
      return table[index] + (table[index + 1] - table[index]) * share
    }
  }
}
