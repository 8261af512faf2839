import Files
import Networks
import Recipes
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

  private func apply(
    _ spatial: SpatialAugmentation, _ image: [Float], _ marks: [UInt8], source: Extent, crop: Extent
  ) throws -> (image: [Float], marks: [UInt8]) {
    let shape = [1, 1, source.z, source.y, source.x]
    let result = try spatial.apply(
      image: .copying(image, shape: shape), marks: .copying(marks, shape: shape), crop: crop, outside: 9)
    #expect(result.image.shape == [1, 1, crop.z, crop.y, crop.x] && result.marks.shape == result.image.shape)
    return (try result.image.floats(), try result.marks.array())
  }

  @Test func mirroringIsExactForEveryExtentAndAxis() throws {
    for extent in [Extent(1, 1, 1), Extent(2, 3, 4), Extent(5, 1, 2)] {
      let image = (0..<extent.count).map { Float($0) }
      let marks = (0..<extent.count).map { UInt8($0) }
      for signs in 0..<8 {
        let sign = (0..<3).map { signs >> $0 & 1 == 1 ? -1.0 : 1.0 }
        let spatial = SpatialAugmentation(matrix: [sign[0], 0, 0, 0, sign[1], 0, 0, 0, sign[2]])
        #expect(spatial.margin(crop: extent) == Extent(0))
        let result = try apply(spatial, image, marks, source: extent, crop: extent)
        for index in 0..<extent.count {
          var from = extent.position(of: index)
          for axis in 0..<3 where sign[axis] < 0 { from[axis] = extent[axis] - 1 - from[axis] }
          #expect(result.image[index] == image[extent.index(of: from)])
          #expect(result.marks[index] == marks[extent.index(of: from)])
        }
      }
    }
  }

  /// Against arithmetic in double precision, voxel by voxel; with the margin and, so that positions lie outside, without;
  /// also of single planes, and of more voxels than are worked on at a time.
  @Test(arguments: [Extent(6, 7, 8), Extent(1, 9, 10), Extent(5, 1, 1), Extent(12, 110, 120)])
  func voxelsAreInterpolatedAndMarksAreTheNearest(crop: Extent) throws {
    for number in 0..<(crop.count < 1000 ? 40 : 4) {
      var random = RandomStream(seed: 3, step: number, index: 0, purpose: .spatialAugmentation)
      let spatial = SpatialAugmentation(drawnFrom: &random, recipe: recipe { $0.spatialProbability = 1 })
      let margin = number % 2 == 0 ? spatial.margin(crop: crop) : Extent(0)
      let source = crop + margin * 2
      let image = (0..<source.count).map { _ in Float(random.normal()) }
      let marks = (0..<source.count).map { _ in UInt8(random.integer(below: 3)) }
      let result = try apply(spatial, image, marks, source: source, crop: crop)
      var (worst, wrongMarks, outside) = (0.0, 0, 0)
      for index in 0..<crop.count {
        let expected = reference(spatial, image, marks, source, crop, crop.position(of: index))
        // Single precision may see a position on the other side of a border.
        if expected.isOnBorder { continue }
        worst = max(worst, abs(Double(result.image[index]) - expected.value))
        if result.marks[index] != expected.mark { wrongMarks += 1 }
        if expected.mark == 9 { outside += 1 }
      }
      #expect(worst < 1e-3 && wrongMarks == 0, "\(crop), \(spatial)")
      // What the margin is for.
      if number % 2 == 0 { #expect(outside == 0, "the margin \(margin) is too small for \(spatial)") }
    }
  }

  private func reference(
    _ spatial: SpatialAugmentation, _ image: [Float], _ marks: [UInt8], _ source: Extent, _ crop: Extent,
    _ place: Coordinate
  ) -> (value: Double, mark: UInt8, isOnBorder: Bool) {
    var position = [0.0, 0, 0]
    for row in 0..<3 {
      position[row] = Double(source[row] - 1) / 2
      for axis in 0..<3 {
        position[row] += spatial.matrix[row * 3 + axis] * (Double(place[axis]) - Double(crop[axis] - 1) / 2)
      }
    }
    let isOnBorder = position.contains { abs($0 - $0.rounded(.down) - 0.5) < 1e-4 }
    if (0..<3).contains(where: { position[$0] < -0.5 || position[$0] > Double(source[$0]) - 0.5 }) {
      return (0, 9, isOnBorder)
    }
    var (value, nearest, nearestWeight) = (0.0, 0, -1.0)
    for corner in 0..<8 {
      var (weight, at) = (1.0, Coordinate(0, 0, 0))
      for axis in 0..<3 {
        let inside = min(max(position[axis], 0), Double(source[axis] - 1))
        let isUpper = corner >> axis & 1 == 1
        let upper = inside - inside.rounded(.down)
        weight *= isUpper ? upper : 1 - upper
        at[axis] = min(Int(inside) + (isUpper ? 1 : 0), source[axis] - 1)
      }
      value += weight * Double(image[source.index(of: at)])
      if weight > nearestWeight { (nearest, nearestWeight) = (source.index(of: at), weight) }
    }
    return (value, marks[nearest], isOnBorder)
  }

  @Test func positionsBeyondTheSourceAreMarkedOutside() throws {
    let crop = Extent(4)
    // Shows twice as much of the volume, but the source has no margin.
    let spatial = SpatialAugmentation(matrix: [2, 0, 0, 0, 2, 0, 0, 0, 2])
    #expect(spatial.margin(crop: crop) == Extent(2))
    let result = try apply(
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
