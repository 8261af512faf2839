import CTorch

/// How a value between voxels is computed.
package enum Interpolation: Sendable {
  /// For images.
  case linear
  /// For labels and masks.
  case nearest
}

extension Tensor {
  /// This volume (batch, channel, z, y, x) at another spatial size (z, y, x); both grids span the same box.
  package func resized(to size: [Int], _ interpolation: Interpolation) throws -> Tensor {
    let size = three(size)
    return try .make {
      switch interpolation {
      case .linear: ctorch_resize_linear(handle, size, $0)
      case .nearest: ctorch_resize_nearest(handle, size, $0)
      }
    }
  }

  /// A box of `size` (z, y, x) resampled from `image` (float32) and `marks` (uint8), both (1, 1, z, y, x); not recorded by
  /// autograd.
  ///
  /// - Parameter matrix: row-major over (z, y, x); maps offsets from the centre of the box to offsets from the centre of
  ///   the source, in voxels. Half a voxel beyond the outermost centres still belongs to the outermost voxels.
  /// - Parameter outside: the mark of positions beyond the source; their intensity is 0.
  /// - Returns: linearly interpolated intensities, and the marks of the nearest voxels.
  /// - Throws: `TorchError` of kind `invalidArgument` for other shapes or types.
  package static func cut(
    image: Tensor, marks: Tensor, through matrix: [Double], size: [Int], outside: UInt8
  ) throws -> (image: Tensor, marks: Tensor) {
    precondition(matrix.count == 9, "expected a matrix of nine numbers, found \(matrix.count)")
    let size = three(size)
    var cutMarks: OpaquePointer?
    let cutImage = try make { ctorch_cut_mapped(image.handle, marks.handle, matrix, size, outside, $0, &cutMarks) }
    guard let cutMarks else { preconditionFailure("the shim reported success without a tensor") }
    return (cutImage, Tensor(handle: cutMarks))
  }
}
