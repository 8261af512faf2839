import Foundation
import Networks
import Testing
import Torch
import Training
import Voxels

@Suite struct SpatialAugmentationTests {
  private func recipe(_ change: (inout TrainingRecipe) -> Void = { _ in }) -> TrainingRecipe {
    var recipe = PretrainingRecipe.standard(tier: "XS")!.training
    change(&recipe)
    return recipe
  }

  private func apply(_ spatial: SpatialAugmentation, _ image: [Float], _ marks: [UInt8], source: Extent, crop: Extent)
    -> (image: [Float], marks: [UInt8])
  {
    image.withUnsafeBufferPointer { image in
      marks.withUnsafeBufferPointer { spatial.apply(image: image, marks: $0, source: source, crop: crop, outside: 9) }
    }
  }

  @Test func mirroringIsExactForEveryExtentAndAxis() {
    for extent in [Extent(1, 1, 1), Extent(2, 3, 4), Extent(5, 1, 2)] {
      let image = (0..<extent.count).map { Float($0) }
      let marks = (0..<extent.count).map { UInt8($0) }
      for signs in 0..<8 {
        let sign = (0..<3).map { signs >> $0 & 1 == 1 ? -1.0 : 1.0 }
        let spatial = SpatialAugmentation(matrix: [sign[0], 0, 0, 0, sign[1], 0, 0, 0, sign[2]])
        #expect(spatial.margin(crop: extent) == Extent(0))
        let result = apply(spatial, image, marks, source: extent, crop: extent)
        for index in 0..<extent.count {
          var from = extent.position(of: index)
          for axis in 0..<3 where sign[axis] < 0 { from[axis] = extent[axis] - 1 - from[axis] }
          #expect(result.image[index] == image[extent.index(of: from)])
          #expect(result.marks[index] == marks[extent.index(of: from)])
        }
      }
    }
  }

  @Test func aLinearImageStaysLinearUnderAnyMapAndNothingOutsideIsTouched() {
    let crop = Extent(6, 7, 8)
    for number in 0..<40 {
      var random = RandomStream(seed: 3, step: number, index: 0, purpose: .spatialAugmentation)
      let spatial = SpatialAugmentation(drawnFrom: &random, recipe: recipe { $0.spatialProbability = 1 })
      let margin = spatial.margin(crop: crop)
      let source = crop + margin * 2
      // v = 2z − 3y + 5x about the centre: trilinear interpolation reproduces it exactly.
      let image = (0..<source.count).map { index -> Float in
        let p = source.position(of: index)
        let dz = Float(p.z) - Float(source.z - 1) / 2
        let dy = Float(p.y) - Float(source.y - 1) / 2
        let dx = Float(p.x) - Float(source.x - 1) / 2
        return 2 * dz - 3 * dy + 5 * dx
      }
      let result = apply(spatial, image, [UInt8](repeating: 1, count: source.count), source: source, crop: crop)
      #expect(result.marks.allSatisfy { $0 == 1 }, "the margin \(margin) is too small for \(spatial)")
      for index in 0..<crop.count {
        let p = crop.position(of: index)
        let offset = (0..<3).map { Double(p[$0]) - Double(crop[$0] - 1) / 2 }
        let mapped = (0..<3).map { row in (0..<3).reduce(0.0) { $0 + spatial.matrix[row * 3 + $1] * offset[$1] } }
        let expected = 2 * mapped[0] - 3 * mapped[1] + 5 * mapped[2]
        #expect(abs(Double(result.image[index]) - expected) < 1e-3)
      }
    }
  }

  @Test func positionsBeyondTheSourceAreMarkedOutside() {
    let crop = Extent(4)
    // Shows twice as much of the volume, but the source has no margin.
    let spatial = SpatialAugmentation(matrix: [2, 0, 0, 0, 2, 0, 0, 0, 2])
    #expect(spatial.margin(crop: crop) == Extent(2))
    let result = apply(
      spatial, [Float](repeating: 1, count: 64), [UInt8](repeating: 1, count: 64), source: crop, crop: crop)
    #expect(result.marks[0] == 9)
    #expect(result.image[0] == 0)
    #expect(result.marks.count { $0 == 1 } == 8)
  }

  @Test func parametersStayInTheirRangesAndOffMeansOff() {
    let off = recipe {
      $0.spatialProbability = 0
      $0.mirror = false
    }
    var turned = 0
    for index in 0..<500 {
      var random = RandomStream(seed: 0, step: 0, index: index, purpose: .spatialAugmentation)
      #expect(SpatialAugmentation(drawnFrom: &random, recipe: off) == .identity)
      var again = RandomStream(seed: 0, step: 0, index: index, purpose: .spatialAugmentation)
      let spatial = SpatialAugmentation(drawnFrom: &again, recipe: recipe())
      if !spatial.isMirroringOnly { turned += 1 }
      // Rotation and one scale: the columns have one common length between the bounds.
      for column in 0..<3 {
        let squared = (0..<3).reduce(0.0) { $0 + spatial.matrix[$1 * 3 + column] * spatial.matrix[$1 * 3 + column] }
        #expect(squared > 0.7 * 0.7 - 1e-9 && squared < 1.4 * 1.4 + 1e-9)
      }
    }
    // 1 − 0.8² = 36 % are rotated or scaled.
    #expect(abs(turned - 180) < 50)
  }
}

@Suite struct IntensityAugmentationTests {
  @Test func eachChangeDoesWhatItSays() {
    let image: [Float] = (0..<1000).map { Float($0 % 37) / 10 - 1 }
    func changed(_ change: (inout IntensityAugmentation) -> Void) -> [Float] {
      var augmentation = IntensityAugmentation.none
      change(&augmentation)
      var copy = image
      var random = RandomStream(seed: 5)
      augmentation.apply(to: &copy, extent: Extent(10), random: &random)
      return copy
    }
    #expect(changed { _ in } == image)
    #expect(changed { $0.brightnessFactor = 1.25 } == image.map { $0 * 1.25 })
    let noisy = zip(changed { $0.noiseDeviation = 0.2 }, image).map { Double($0 - $1) }
    let variance = noisy.reduce(0) { $0 + $1 * $1 } / 1000
    #expect(abs(variance.squareRoot() - 0.2) < 0.03)
    let contrast = changed { $0.contrastFactor = 1.2 }
    #expect(contrast.min() == image.min() && contrast.max() == image.max())
    for gamma in [changed { $0.gammaExponent = 1.4 }, changed { $0.invertedGammaExponent = 0.7 }] {
      #expect(gamma != image)
      #expect(abs(mean(gamma) - mean(image)) < 1e-3)
      // Gamma keeps the order of intensities.
      let order = image.indices.sorted { image[$0] < image[$1] }
      #expect(zip(order, order.dropFirst()).allSatisfy { gamma[$0] <= gamma[$1] + 1e-5 })
    }
  }

  @Test func flatAndEmptyImagesSurvive() {
    var augmentation = IntensityAugmentation.none
    augmentation.gammaExponent = 0.8
    augmentation.invertedGammaExponent = 0.8
    augmentation.contrastFactor = 1.1
    augmentation.blurDeviations = [1, 1, 1]
    augmentation.resolution = 0.5
    var random = RandomStream(seed: 5)
    var flat = [Float](repeating: 2, count: 8)
    augmentation.apply(to: &flat, extent: Extent(2), random: &random)
    #expect(flat.allSatisfy { abs($0 - 2) < 1e-5 })
    var empty: [Float] = []
    augmentation.apply(to: &empty, extent: Extent(0), random: &random)
    #expect(empty.isEmpty)
  }

  /// Awkward extents, some of a single plane.
  @Test(arguments: [Extent(12, 9, 17), Extent(1, 8, 8), Extent(7, 1, 5)])
  func lowResolutionEqualsTorchsResampling(extent: Extent) throws {
    let image = (0..<extent.count).map { Float(($0 * 7919) % 101) / 10 }
    for resolution in [0.5, 0.61, 0.83, 0.999] {
      var augmentation = IntensityAugmentation.none
      augmentation.resolution = resolution
      var copy = image
      var random = RandomStream(seed: 5)
      augmentation.apply(to: &copy, extent: extent, random: &random)
      let size = [extent.z, extent.y, extent.x]
      let coarse = size.map { max(1, Int((Double($0) * resolution).rounded())) }
      let expected = try Tensor.copying(image, shape: [1, 1] + size).resized(to: coarse, .nearest)
        .resized(to: size, .linear).floats()
      for (a, b) in zip(copy, expected) { #expect(abs(a - b) < 1e-4, "\(extent) at \(resolution)") }
    }
  }

  @Test func blurEqualsAConvolutionWithAGaussianAndIsMirroredAtTheBorder() throws {
    let extent = Extent(11, 13, 12)
    let image = (0..<extent.count).map { Float(($0 * 7919) % 101) / 10 }
    let deviations = [0.5, 0.8, 1.0]
    var augmentation = IntensityAugmentation.none
    augmentation.blurDeviations = deviations
    var blurred = image
    var random = RandomStream(seed: 5)
    augmentation.apply(to: &blurred, extent: extent, random: &random)
    // Mirrored by three voxels at every side, then convolved with one kernel of 7³.
    let wide = extent + Extent(6)
    func mirrored(_ place: Int, _ count: Int) -> Int {
      let inside = abs(place)
      return inside < count ? inside : 2 * (count - 1) - inside
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

  private func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(values.count) }
}
