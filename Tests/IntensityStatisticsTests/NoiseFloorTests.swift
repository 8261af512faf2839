import Foundation
import IntensityStatistics
import Scratch
import Testing
import Voxels

/// Floors of simulated histograms. Counts are expected ones (no counting noise) unless voxels are drawn.
struct NoiseFloorTests {
  /// Expected counts of a mixture of Gaussians (share, mean, deviation) on a grid of values `step` apart, clipped to
  /// the type's range.
  private func histogram(
    _ parts: [(share: Double, mean: Double, deviation: Double)], voxels: Double = 1e7, step: Int = 1,
    type: VoxelType = .uint16, zeros: Double = 0
  ) -> [UInt64] {
    let binning = Binning.of(type)
    var expected = [Double](repeating: 0, count: Binning.binCount)
    func below(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
    for part in parts {
      let from = Int(((part.mean - 9 * part.deviation) / Double(step)).rounded(.down))
      let to = Int(((part.mean + 9 * part.deviation) / Double(step)).rounded(.up))
      for index in from...to {
        let value = Double(index * step)
        let half = Double(step) / 2
        let share =
          below((value + half - part.mean) / part.deviation) - below((value - half - part.mean) / part.deviation)
        expected[binning.bin(of: value)] += voxels * part.share * share
      }
    }
    expected[binning.zeroBin] += zeros * voxels
    return expected.map { UInt64($0.rounded()) }
  }

  private func expectFloor(
    _ floor: NoiseFloor, mean: Double, deviation: Double, within share: Double = 0.1, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(floor.mean - mean) <= max(0.5, 0.25 * deviation), "\(floor)", sourceLocation: sourceLocation)
    #expect(
      abs(floor.deviation - deviation) <= max(0.3, share * deviation), "\(floor)", sourceLocation: sourceLocation)
  }

  @Test func pureNoise() {
    for (mean, deviation) in [(200.0, 15.0), (100, 1), (100, 3), (1000, 200), (20, 5), (40_000, 1500)] {
      let floor = NoiseFloor.find(in: histogram([(1, mean, deviation)]), .of(.uint16))
      expectFloor(floor, mean: mean, deviation: deviation)
    }
  }

  @Test func surroundBesideTissue() {
    for share in [0.02, 0.1, 0.5, 0.9] {
      let counts = histogram([(share, 110, 6), (1 - share, 420, 90)])
      expectFloor(NoiseFloor.find(in: counts, .of(.uint16)), mean: 110, deviation: 6)
    }
  }

  @Test func denseStructuresAboveHalf() {
    for share in [0.5, 0.6, 0.8, 0.95] {
      let counts = histogram([(1 - share, 200, 15), (share, 500, 60)])
      expectFloor(NoiseFloor.find(in: counts, .of(.uint16)), mean: 200, deviation: 15)
    }
  }

  @Test func paddingIsNotTheFloor() {
    for zeros in [0.001, 0.1, 0.7, 0.95] {
      let counts = histogram([(0.6, 110, 6), (0.4, 420, 90)], zeros: zeros)
      let floor = NoiseFloor.find(in: counts, .of(.uint16))
      expectFloor(floor, mean: 110, deviation: 6)
      #expect(abs(floor.paddingShare - zeros / (1 + zeros)) < 1e-4)
    }
    // A camera offset of two grey values only: how many of the zeros are noise is anyone's guess.
    let low = histogram([(1, 2, 1)], type: .uint8, zeros: 0.4)
    expectFloor(NoiseFloor.find(in: low, .of(.uint8)), mean: 2, deviation: 1, within: 0.5)
    // Signed volumes have padding in the middle of their range.
    let signed = histogram([(1, -3, 8)], type: .int16, zeros: 0.3)
    expectFloor(NoiseFloor.find(in: signed, .of(.int16)), mean: -3, deviation: 8, within: 0.15)
  }

  @Test func backgroundSubtractedAndClippedAtZero() {
    // The negative half of the noise became zeros.
    let counts = histogram([(0.7, 0, 12), (0.3, 300, 80)])
    let floor = NoiseFloor.find(in: counts, .of(.uint16))
    expectFloor(floor, mean: 0, deviation: 12, within: 0.15)
    #expect(floor.paddingShare == 0)
  }

  @Test func quantisedAndStretchedIntensities() {
    for step in [2, 4, 16, 64] {
      let counts = histogram([(0.6, 320, 80), (0.4, 1600, 300)], step: step)
      expectFloor(NoiseFloor.find(in: counts, .of(.uint16)), mean: 320, deviation: 80, within: 0.25)
    }
    // Contrast stretched by 2.7 to 8 bits' worth of values: gaps of 2 and 3.
    let narrow = histogram([(0.6, 60, 10), (0.4, 150, 20)])
    var stretched = [UInt64](repeating: 0, count: Binning.binCount)
    for (value, count) in narrow.enumerated() where count > 0 { stretched[Int(Double(value) * 2.7)] += count }
    expectFloor(NoiseFloor.find(in: stretched, .of(.uint16)), mean: 162, deviation: 27, within: 0.25)
  }

  @Test func constantVolumes() {
    for value in [0, 1, 100, 65_534, 65_535] {
      var counts = [UInt64](repeating: 0, count: Binning.binCount)
      counts[value] = 1_000_000
      let floor = NoiseFloor.find(in: counts, .of(.uint16))
      #expect(floor.mean == Double(value))
      #expect(floor.deviation == 0.5)
    }
    var two = [UInt64](repeating: 0, count: Binning.binCount)
    two[0] = 900_000
    two[200] = 100_000
    // With nothing else there, the lobe that is not exact zero is the floor.
    #expect(NoiseFloor.find(in: two, .of(.uint16)).mean == 200)
    two[200] = 10
    #expect(NoiseFloor.find(in: two, .of(.uint16)).mean == 0)
  }

  @Test func saturationIsNotALobe() {
    var counts = histogram([(0.3, 110, 6), (0.7, 900, 200)])
    counts[65_535] = 50_000_000
    expectFloor(NoiseFloor.find(in: counts, .of(.uint16)), mean: 110, deviation: 6)
  }

  @Test(arguments: [1_000, 20_000, 1_000_000])
  func smallVolumesWithCountingNoise(voxels: Int) {
    for seed in UInt64(1)...5 {
      var numbers = SeededNumbers(seed: seed)
      var counts = [UInt64](repeating: 0, count: Binning.binCount)
      for _ in 0..<voxels {
        let value = numbers.uniform() < 0.3 ? 130 + 20 * numbers.normal() : 500 + 100 * numbers.normal()
        counts[min(65_535, max(0, Int(value.rounded())))] += 1
      }
      let floor = NoiseFloor.find(in: counts, .of(.uint16))
      #expect(abs(floor.mean - 130) < 20, "seed \(seed): \(floor)")
      #expect(floor.deviation > 8 && floor.deviation < 36, "seed \(seed): \(floor)")
    }
  }

  @Test func skewedNoiseOfFewPhotons() {
    // A gamma distribution of shape 2 (mode at its scale 15), as the surround of real planes shows, beside tissue.
    var counts = histogram([(0.8, 210, 60)])
    for value in 1...400 {
      let x = Double(value) / 15
      counts[value] += UInt64(2e6 * x * exp(-x) / 15)
    }
    let floor = NoiseFloor.find(in: counts, .of(.uint16))
    #expect(abs(floor.mean - 15) < 5, "\(floor)")
    #expect(floor.deviation > 6 && floor.deviation < 12, "\(floor)")
    #expect(floor.upperDeviation > 1.5 * floor.deviation, "\(floor)")
    let gaussian = NoiseFloor.find(in: histogram([(0.3, 110, 6), (0.7, 420, 90)]), .of(.uint16))
    #expect(abs(gaussian.upperDeviation - 6) < 0.6, "\(gaussian)")
  }

  @Test func otherTypes() {
    let float = histogram([(0.6, 200, 15), (0.4, 500, 60)], type: .float32, zeros: 0.2)
    expectFloor(NoiseFloor.find(in: float, .of(.float32)), mean: 200, deviation: 15)
    let wide = histogram([(0.6, 3000, 150), (0.4, 9000, 900)], type: .uint32)
    expectFloor(NoiseFloor.find(in: wide, .of(.uint32)), mean: 3000, deviation: 150)
    // Intensities scaled to the unit interval, as many programs write them.
    var numbers = SeededNumbers(seed: 4)
    let binning = Binning.of(.float32)
    var unit = [UInt64](repeating: 0, count: Binning.binCount)
    for _ in 0..<500_000 {
      let value = numbers.uniform() < 0.5 ? 0.05 + 0.004 * numbers.normal() : 0.3 + 0.05 * numbers.normal()
      unit[binning.bin(of: value)] += 1
    }
    let floor = NoiseFloor.find(in: unit, binning)
    #expect(abs(floor.mean - 0.05) < 0.001 && abs(floor.deviation - 0.004) < 0.0006, "\(floor)")
  }
}
