import Foundation
import Networks
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
  /// the cases. A scale above 1 shows more of the volume, smaller (nnU-Net's convention).
  package init(drawnFrom random: inout RandomStream, recipe: TrainingRecipe) {
    // Every number is drawn whether it is used or not, so that one setting does not change another's draws.
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

  /// Cuts the transformed crop out of a larger source.
  ///
  /// - Parameters:
  ///   - image: intensities of the source, C order (z, y, x).
  ///   - marks: one byte a voxel of the source.
  ///   - source: extent of the source: the crop's grown by `margin` on both sides.
  ///   - outside: the mark of positions that lie beyond the source; their intensity is 0.
  /// - Returns: intensities and marks of the crop, C order.
  package func apply(
    image: UnsafeBufferPointer<Float>, marks: UnsafeBufferPointer<UInt8>, source: Extent, crop: Extent, outside: UInt8
  ) -> (image: [Float], marks: [UInt8]) {
    precondition(image.count == source.count && marks.count == source.count, "source buffers must fill \(source)")
    if isMirroringOnly {
      precondition(source == crop, "mirroring needs no margin")
      return (mirrored(image, crop), mirrored(marks, crop))
    }
    var newMarks = [UInt8](repeating: outside, count: crop.count)
    let newImage = [Float](unsafeUninitializedCapacity: crop.count) { output, count in
      newMarks.withUnsafeMutableBufferPointer { marksOutput in
        resample(image, marks, source, crop, into: output, marksOutput)
      }
      count = crop.count
    }
    return (newImage, newMarks)
  }

  private func mirrored<Value>(_ values: UnsafeBufferPointer<Value>, _ extent: Extent) -> [Value] {
    if self == .identity { return Array(values) }
    let step = matrix[8] < 0 ? -1 : 1
    return [Value](unsafeUninitializedCapacity: extent.count) { output, count in
      var target = 0
      for z in 0..<extent.z {
        let fromZ = matrix[0] < 0 ? extent.z - 1 - z : z
        for y in 0..<extent.y {
          let fromY = matrix[4] < 0 ? extent.y - 1 - y : y
          var from = extent.index(of: Coordinate(fromZ, fromY, step < 0 ? extent.x - 1 : 0))
          for _ in 0..<extent.x {
            output.initializeElement(at: target, to: values[from])
            target += 1
            from += step
          }
        }
      }
      count = extent.count
    }
  }

  /// Writes every voxel of `output`; writes `marksOutput` only where the position lies in the source.
  private func resample(
    _ image: UnsafeBufferPointer<Float>, _ marks: UnsafeBufferPointer<UInt8>, _ source: Extent, _ crop: Extent,
    into output: UnsafeMutableBufferPointer<Float>, _ marksOutput: UnsafeMutableBufferPointer<UInt8>
  ) {
    let centre = (0..<3).map { Double(source[$0] - 1) / 2 }
    let half = (0..<3).map { Double(crop[$0] - 1) / 2 }
    let (stepZ, stepY, stepX) = (matrix[2], matrix[5], matrix[8])
    let (limitZ, limitY, limitX) = (Double(source.z - 1), Double(source.y - 1), Double(source.x - 1))
    var target = 0
    for z in 0..<crop.z {
      for y in 0..<crop.y {
        let (dz, dy) = (Double(z) - half[0], Double(y) - half[1])
        var (pz, py, px) = start(matrix, centre, dz, dy, -half[2])
        for _ in 0..<crop.x {
          // Half a voxel beyond the last centre still belongs to the last voxel.
          if pz >= -0.5, py >= -0.5, px >= -0.5, pz < limitZ + 0.5, py < limitY + 0.5, px < limitX + 0.5 {
            let (cz, cy, cx) = (min(max(pz, 0), limitZ), min(max(py, 0), limitY), min(max(px, 0), limitX))
            let nearest = (Int(cz + 0.5) * source.y + Int(cy + 0.5)) * source.x + Int(cx + 0.5)
            marksOutput[target] = marks[nearest]
            output.initializeElement(at: target, to: interpolated(image, source, cz, cy, cx))
          } else {
            output.initializeElement(at: target, to: 0)
          }
          target += 1
          pz += stepZ
          py += stepY
          px += stepX
        }
      }
    }
  }
}

/// Where in the source a position of the crop lies.
private func start(_ matrix: [Double], _ centre: [Double], _ dz: Double, _ dy: Double, _ dx: Double)
  -> (Double, Double, Double)
{
  func mapped(_ row: Int) -> Double {
    let alongZ = matrix[row * 3] * dz
    let alongY = matrix[row * 3 + 1] * dy
    let alongX = matrix[row * 3 + 2] * dx
    return centre[row] + alongZ + alongY + alongX
  }
  return (mapped(0), mapped(1), mapped(2))
}

/// The trilinear value at a position inside the source's box of voxel centres.
@inline(__always)
func interpolated(
  _ image: UnsafeBufferPointer<Float>, _ extent: Extent, _ z: Double, _ y: Double, _ x: Double
) -> Float {
  let (z0, y0, x0) = (Int(z), Int(y), Int(x))
  let (fz, fy, fx) = (Float(z - Double(z0)), Float(y - Double(y0)), Float(x - Double(x0)))
  let stepX = x0 + 1 < extent.x ? 1 : 0
  let stepY = y0 + 1 < extent.y ? extent.x : 0
  let stepZ = z0 + 1 < extent.z ? extent.y * extent.x : 0
  let corner = (z0 * extent.y + y0) * extent.x + x0
  func row(_ at: Int) -> Float { image[at] + (image[at + stepX] - image[at]) * fx }
  let near = row(corner) + (row(corner + stepY) - row(corner)) * fy
  let far = row(corner + stepZ) + (row(corner + stepZ + stepY) - row(corner + stepZ)) * fy
  return near + (far - near) * fz
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
