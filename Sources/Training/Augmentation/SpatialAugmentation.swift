import Files
import Foundation
import Networks
import Recipes
import Torch
import Voxels

/// A rotation, scaling and mirroring of a crop about its centre.
///
/// Positions of the crop, measured from its centre, are mapped by a 3 × 3 matrix to positions in the source; the source
/// is therefore cut larger than the crop where the transformed crop reaches further (`margin`). Intensities are
/// interpolated linearly, marks (labels, valid voxels) taken from the nearest voxel.
package struct SpatialAugmentation: Sendable, Equatable {
  /// Row-major, axes (z, y, x): source offset = matrix · crop offset.
  package let matrix: [Double]

  package static let identity = SpatialAugmentation(matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1])

  package init(matrix: [Double]) {
    precondition(matrix.count == 9)
    self.matrix = matrix
  }

  /// Draws the parameters of one sample: with `spatialProbability` angles about all three axes uniform in
  /// ± `rotationDegrees`, with the same probability one scale uniform between its bounds, each axis mirrored in half of
  /// the samples. A scale above 1 shows more of the volume, smaller (nnU-Net's convention).
  package init(drawnFrom random: inout RandomStream, recipe: TrainingRecipe) {
    // Every number is drawn whether it is used or not, so that one setting does not affect the draws of another.
    let rotates = random.happens(withProbability: recipe.spatialProbability)
    let angles = (0..<3).map { _ in random.uniform(-recipe.rotationDegrees...recipe.rotationDegrees) * .pi / 180 }
    let scales = random.happens(withProbability: recipe.spatialProbability)
    let scale = random.uniform(recipe.scaleLowest...recipe.scaleHighest)
    let mirrors = (0..<3).map { _ in random.happens(withProbability: 0.5) }
    var matrix = SpatialAugmentation.identity.matrix
    if rotates {
      for axis in 0..<3 { matrix = product(matrix, rotation(about: axis, by: angles[axis])) }
    }
    for row in 0..<3 {
      for column in 0..<3 {
        if scales { matrix[row * 3 + column] *= scale }
        if recipe.mirror && mirrors[column] { matrix[row * 3 + column] *= -1 }
      }
    }
    self.init(matrix: matrix)
  }

  /// Whether the map takes whole voxels to whole voxels without moving along other axes: identity and mirroring.
  package var isMirroringOnly: Bool {
    (0..<9).allSatisfy { abs(matrix[$0]) == ($0 % 4 == 0 ? 1 : 0) }
  }

  /// How many voxels beyond the crop, on both sides of each axis, the transformed crop may touch.
  package func margin(crop: Extent) -> Extent {
    if isMirroringOnly { return Extent(0) }
    var margin = Extent(0)
    for row in 0..<3 {
      var reach = 0.0
      for column in 0..<3 { reach += abs(matrix[row * 3 + column]) * Double(crop[column] - 1) / 2 }
      margin[row] = max(0, Int((reach - Double(crop[row] - 1) / 2).rounded(.up)))
    }
    return margin
  }

  /// Cuts the transformed crop out of a larger source, on the device that holds it.
  ///
  /// - Parameters:
  ///   - image: intensities of the source, (1, 1, z, y, x), float32.
  ///   - marks: one byte a voxel of the source, (1, 1, z, y, x). The extent is the crop's grown by `margin` on both sides.
  ///   - outside: the mark of positions that lie beyond the source; their intensity is 0. Half a voxel beyond the last
  ///     centre still belongs to the last voxel.
  /// - Returns: intensities and marks of the crop, (1, 1, z, y, x).
  package func apply(
    image: Tensor, marks: Tensor, crop: Extent, outside: UInt8
  ) throws -> (image: Tensor, marks: Tensor) {
    if self == .identity { return (image, marks) }
    if isMirroringOnly {
      let axes = (0..<3).filter { matrix[$0 * 4] < 0 }.map { $0 + 2 }
      return (try image.flipped(axes: axes), try marks.flipped(axes: axes))
    }
    return try Tensor.cut(
      image: image, marks: marks, through: matrix, size: [crop.z, crop.y, crop.x], outside: outside)
  }
}

private func rotation(about axis: Int, by angle: Double) -> [Double] {
  var matrix = SpatialAugmentation.identity.matrix
  let (a, b) = ((axis + 1) % 3, (axis + 2) % 3)
  matrix[a * 3 + a] = cos(angle)
  matrix[b * 3 + b] = cos(angle)
  matrix[a * 3 + b] = -sin(angle)
  matrix[b * 3 + a] = sin(angle)
  return matrix
}

/// The product of two row-major 3 × 3 matrices.
private func product(_ left: [Double], _ right: [Double]) -> [Double] {
  var result = [Double](repeating: 0, count: 9)
  for row in 0..<3 {
    for column in 0..<3 {
      for inner in 0..<3 { result[row * 3 + column] += left[row * 3 + inner] * right[inner * 3 + column] }
    }
  }
  return result
}
