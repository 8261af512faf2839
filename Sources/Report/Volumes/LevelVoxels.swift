import Files
import Foundation
import Pictures
import Threads
import Voxels
import Zarr

/// One level of a store in memory, as floating-point numbers: the finest that is small enough, so that a report costs the
/// same for stores of any size. NaN counts as zero.
final class LevelVoxels: @unchecked Sendable {
  let level: Int
  let extent: Extent
  /// In C order.
  let values: UnsafeMutableBufferPointer<Float>
  /// Every how many planes of the level were read: more than 1 only for large stores without coarse levels.
  let planeStride: Int
  /// Voxels of the finest level along each axis of one here.
  let factor: SIMD3<Double>

  /// 128 MiB of numbers.
  static let mostVoxels = 32 << 20

  init(_ levels: [ZarrArray], mostVoxels: Int = mostVoxels, threads: Int) throws {
    let level = levels.firstIndex { $0.extent.count <= mostVoxels } ?? levels.count - 1
    let array = levels[level]
    let full = array.extent
    planeStride = max(1, (full.count + mostVoxels - 1) / mostVoxels)
    let extent = Extent((full.z + planeStride - 1) / planeStride, full.y, full.x)
    (self.level, self.extent) = (level, extent)
    let finest = levels[0].extent
    factor = SIMD3(
      Double(finest.z) / Double(full.z) * Double(planeStride), Double(finest.y) / Double(full.y),
      Double(finest.x) / Double(full.x))
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: extent.count)
    values.initialize(repeating: 0)
    self.values = values
    let (stride, plane) = (planeStride, extent.y * extent.x)
    // Chunks are decoded once: a slab is a layer of chunks, or one plane where planes are skipped.
    let depth = stride > 1 ? 1 : max(1, min(array.chunks.cell.z, (4 << 20) / max(1, plane)))
    let slabs = (extent.z + depth - 1) / depth
    nonisolated(unsafe) let target = values
    try parallelForEach(count: slabs, threads: threads) { slab in
      let start = slab * depth
      let count = min(depth, extent.z - start)
      let region = Region(
        origin: Coordinate(start * stride, 0, 0), extent: Extent(stride > 1 ? 1 : count, full.y, full.x))
      let buffer = try array.read(region)
      copyNumbers(of: buffer, to: UnsafeMutableBufferPointer(rebasing: target[start * plane..<(start + count) * plane]))
    }
  }

  deinit { values.deallocate() }

  subscript(z: Int, y: Int, x: Int) -> Float { values[(z * extent.y + y) * extent.x + x] }

  /// The maximum along an axis.
  func projection(_ axis: Int) -> ViewedPlane<Float> {
    let (rows, columns) = (axis == 0 ? extent.y : extent.z, axis == 2 ? extent.y : extent.x)
    var result = [Float](repeating: -.infinity, count: rows * columns)
    var index = 0
    for z in 0..<extent.z {
      for y in 0..<extent.y {
        switch axis {
        case 0:
          let start = y * columns
          for x in 0..<extent.x { result[start + x] = max(result[start + x], values[index + x]) }
        case 1:
          let start = z * columns
          for x in 0..<extent.x { result[start + x] = max(result[start + x], values[index + x]) }
        default:
          var most = -Float.infinity
          for x in 0..<extent.x { most = max(most, values[index + x]) }
          result[z * columns + y] = most
        }
        index += extent.x
      }
    }
    return ViewedPlane(width: columns, height: rows, values: result)
  }

  /// Plane `index` across an axis, averaged over `bin` × `bin` voxels; rows along the first of the other axes.
  func plane(_ axis: Int, _ index: Int, bin: Int) -> (width: Int, height: Int, values: [Float]) {
    let (rowAxis, columnAxis) = (axis == 0 ? 1 : 0, axis == 2 ? 1 : 2)
    let (height, width) = (max(1, extent[rowAxis] / bin), max(1, extent[columnAxis] / bin))
    var result = [Float](repeating: 0, count: width * height)
    let strides = [extent.y * extent.x, extent.x, 1]
    for row in 0..<min(height * bin, extent[rowAxis]) {
      let start = index * strides[axis] + row * strides[rowAxis]
      let into = row / bin * width
      for column in 0..<min(width * bin, extent[columnAxis]) {
        result[into + column / bin] += values[start + column * strides[columnAxis]]
      }
    }
    let scale = 1 / Float(bin * bin)
    for index in result.indices { result[index] *= scale }
    return (width, height, result)
  }
}

func copyNumbers(of buffer: VoxelBuffer, to target: UnsafeMutableBufferPointer<Float>) {
  withExtendedLifetime(buffer) { withVoxelScalar(buffer.type) { copyNumbers(of: buffer, as: $0, to: target) } }
}

private func copyNumbers<Scalar: VoxelScalar>(
  of buffer: VoxelBuffer, as scalar: Scalar.Type, to target: UnsafeMutableBufferPointer<Float>
) {
  defer { withExtendedLifetime(buffer) {} }
  let voxels = buffer.voxels(as: scalar)
  for index in 0..<min(voxels.count, target.count) {
    let value = voxels[index].asFloat
    target[index] = value.isFinite ? value : 0
  }
}
