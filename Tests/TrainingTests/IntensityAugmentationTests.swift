import Files
import Foundation
import Networks
import Recipes
import Testing
import Torch
import Training
import Voxels

@Suite struct IntensityAugmentationTests {
  /// `image` after one change.
  private func applied(
    _ image: [Float], _ extent: Extent, _ change: (inout IntensityAugmentation) -> Void
  ) throws -> [Float] {
    var augmentation = IntensityAugmentation.none
    change(&augmentation)
    var noise = RandomStream(seed: 5)
    return try augmentation.apply(
      to: .copying(image, shape: [1, 1, extent.z, extent.y, extent.x]), noise: &noise
    ).floats()
  }

  @Test func eachChangeDoesWhatItSays() throws {
    let image: [Float] = (0..<1000).map { Float($0 % 37) / 10 - 1 }
    func changed(_ change: (inout IntensityAugmentation) -> Void) throws -> [Float] {
      try applied(image, Extent(10), change)
    }
    #expect(try changed { _ in } == image)
    #expect(try changed { $0.brightnessFactor = 1.25 } == image.map { $0 * 1.25 })
    let noisy = try zip(changed { $0.noiseDeviation = 0.2 }, image).map { Double($0 - $1) }
    let variance = noisy.reduce(0) { $0 + $1 * $1 } / 1000
    #expect(abs(variance.squareRoot() - 0.2) < 0.03)
    let contrast = try changed { $0.contrastFactor = 1.2 }
    #expect(contrast.min() == image.min() && contrast.max() == image.max())
    for gamma in try [changed { $0.gammaExponent = 1.4 }, changed { $0.invertedGammaExponent = 0.7 }] {
      #expect(gamma != image)
      #expect(abs(mean(gamma) - mean(image)) < 1e-3)
      #expect(abs(deviation(gamma) - deviation(image)) < 1e-3)
      // Gamma keeps the order of intensities.
      let order = image.indices.sorted { image[$0] < image[$1] }
      #expect(zip(order, order.dropFirst()).allSatisfy { gamma[$0] <= gamma[$1] + 1e-5 })
    }
  }

  @Test func gammaIsAPowerOfTheImageScaledToOne() throws {
    let image: [Float] = (0..<27).map { Float(($0 * 7) % 27) - 5 }
    let power = image.map { pow(($0 + 5) / 26, 1.4) }
    let scale = deviation(image) / deviation(power)
    let expected = power.map { ($0 - mean(power)) * scale + mean(image) }
    for (a, b) in zip(try applied(image, Extent(3)) { $0.gammaExponent = 1.4 }, expected) { #expect(abs(a - b) < 1e-4) }
    // The same at the bright end.
    let negative = try applied(image.map { -$0 }, Extent(3)) { $0.invertedGammaExponent = 1.4 }
    for (a, b) in zip(negative, expected) { #expect(abs(a + b) < 1e-4) }
  }

  @Test func flatImagesSurvive() throws {
    let flat = try applied([Float](repeating: 2, count: 8), Extent(2)) {
      $0.gammaExponent = 0.8
      $0.invertedGammaExponent = 0.8
      $0.contrastFactor = 1.1
      $0.blurDeviations = [1, 1, 1]
      $0.resolution = 0.5
    }
    #expect(flat.allSatisfy { abs($0 - 2) < 1e-5 })
  }

  /// Awkward extents, some of a single plane.
  @Test(arguments: [Extent(12, 9, 17), Extent(1, 8, 8), Extent(7, 1, 5)])
  func lowResolutionTakesNearestVoxelsAndInterpolatesBetweenThem(extent: Extent) throws {
    let image = (0..<extent.count).map { Float(($0 * 7919) % 101) / 10 }
    for share in [0.5, 0.61, 0.83, 0.999] {
      // Along each axis two voxels with their weights, for every voxel.
      let parts = (0..<3).map { axis -> [[(from: Int, weight: Double)]] in
        let (count, coarse) = (extent[axis], max(1, Int((Double(extent[axis]) * share).rounded())))
        func nearest(_ place: Int) -> Int { Int((Double(place) + 0.5) * Double(count) / Double(coarse)) }
        return (0..<count).map { place in
          let at = min(max((Double(place) + 0.5) * Double(coarse) / Double(count) - 0.5, 0), Double(coarse - 1))
          let lower = Int(at)
          let upper = min(lower + 1, coarse - 1)
          return [(nearest(lower), 1 - at + Double(lower)), (nearest(upper), at - Double(lower))]
        }
      }
      let found = try applied(image, extent) { $0.resolution = share }
      for index in 0..<extent.count {
        let p = extent.position(of: index)
        var expected = 0.0
        for z in parts[0][p.z] {
          for y in parts[1][p.y] {
            for x in parts[2][p.x] {
              let weight = z.weight * y.weight * x.weight
              expected += weight * Double(image[extent.index(of: Coordinate(z.from, y.from, x.from))])
            }
          }
        }
        #expect(abs(Double(found[index]) - expected) < 1e-4, "\(extent) at \(share)")
      }
    }
  }

  /// Also where the filter reaches beyond the other border.
  @Test(arguments: [Extent(11, 13, 12), Extent(2, 3, 4), Extent(1, 6, 5)])
  func blurEqualsAConvolutionWithAGaussianAndIsMirroredAtTheBorder(extent: Extent) throws {
    let image = (0..<extent.count).map { Float(($0 * 7919) % 101) / 10 }
    let deviations = [0.5, 0.8, 1.0]
    let blurred = try applied(image, extent) { $0.blurDeviations = deviations }
    // Mirrored by three voxels at every side, then convolved with one kernel of 7³.
    let wide = extent + Extent(6)
    func mirrored(_ place: Int, _ count: Int) -> Int {
      if count == 1 { return 0 }
      var inside = place
      while !(0..<count).contains(inside) { inside = inside < 0 ? -inside : 2 * (count - 1) - inside }
      return inside
    }
    let padded = (0..<wide.count).map { index -> Float in
      let p = wide.position(of: index)
      return image[
        extent.index(
          of: Coordinate(mirrored(p.z - 3, extent.z), mirrored(p.y - 3, extent.y), mirrored(p.x - 3, extent.x)))]
    }
    let bells = deviations.map { deviation -> [Double] in
      let radius = (3 * deviation).rounded()
      let bell = (-3...3).map { abs(Double($0)) > radius ? 0 : exp(-0.5 * pow(Double($0) / deviation, 2)) }
      return bell.map { $0 / bell.reduce(0, +) }
    }
    var kernel: [Float] = []
    for z in bells[0] { for y in bells[1] { for x in bells[2] { kernel.append(Float(z * y * x)) } } }
    let expected = try Tensor.copying(padded, shape: [1, 1, wide.z, wide.y, wide.x])
      .convolved(.copying(kernel, shape: [1, 1, 7, 7, 7]), bias: nil, stride: [1, 1, 1], padding: [0, 0, 0]).floats()
    #expect(expected.count == blurred.count)
    for (a, b) in zip(blurred, expected) { #expect(abs(a - b) < 1e-4) }
    #expect(blurred != image)
  }

  @Test func probabilitiesAndRangesAreThoseOfTheRecipe() {
    let recipe = FinetuningRecipe.standard(tier: "S")!
    var counts: [String: Int] = [:]
    for index in 0..<4000 {
      var random = RandomStream(seed: 1, step: 0, index: index, purpose: .intensityAugmentation)
      let drawn = IntensityAugmentation(drawnFrom: &random, recipe: recipe)
      func count(_ name: String, _ values: [Double]?, _ range: ClosedRange<Double>) {
        guard let values else { return }
        counts[name, default: 0] += 1
        #expect(values.allSatisfy(range.contains), "\(name)")
        if name == "gamma" && values[0] > 1 { counts["gamma above 1", default: 0] += 1 }
      }
      count("noise", drawn.noiseDeviation.map { [$0] }, 0...0.1)
      count("blur", drawn.blurDeviations, 0.5...1)
      count("brightness", drawn.brightnessFactor.map { [$0] }, 0.75...1.25)
      count("contrast", drawn.contrastFactor.map { [$0] }, 0.75...1.25)
      count("resolution", drawn.resolution.map { [$0] }, 0.5...1)
      count("inverted gamma", drawn.invertedGammaExponent.map { [$0] }, 0.7...1.5)
      count("gamma", drawn.gammaExponent.map { [$0] }, 0.7...1.5)
    }
    let expected = [
      "noise": 0.1, "blur": 0.1, "brightness": 0.15, "contrast": 0.15, "resolution": 0.125, "inverted gamma": 0.1,
      "gamma": 0.3, "gamma above 1": 0.15,
    ]
    for (name, share) in expected {
      #expect(abs(Double(counts[name] ?? 0) / 4000 - share) < 0.03, "\(name): \(counts[name] ?? 0) of 4000")
    }
  }

  private func deviation(_ values: [Float]) -> Float {
    let squares = values.reduce(0) { $0 + ($1 - mean(values)) * ($1 - mean(values)) }
    return (squares / Float(values.count)).squareRoot()
  }

  private func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(values.count) }
}
