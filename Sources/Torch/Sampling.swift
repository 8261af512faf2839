import CTorch

/// How a value between voxels is found.
package enum Interpolation: Sendable {
  /// For images.
  case linear
  /// For labels and masks.
  case nearest
}

extension Tensor {
  /// Another spatial size (z, y, x); voxel centres of both grids span the same box.
  package func resized(to size: [Int], _ interpolation: Interpolation) throws -> Tensor {
    let size = three(size)
    return try .make {
      switch interpolation {
      case .linear: ctorch_resize_linear(handle, size, $0)
      case .nearest: ctorch_resize_nearest(handle, size, $0)
      }
    }
  }

  /// What stands for voxels outside the volume.
  package enum Outside: Sendable {
    case zero
    /// The nearest voxel inside.
    case border
  }

  /// Samples this volume (batch, channel, z, y, x), of a float type, through affine maps.
  ///
  /// - Parameter maps: (batch, 3, 4). A map takes a position (x, y, z, 1) of the output to (x, y, z) of the input; both
  ///   in coordinates that run from −1 to 1 between the outer faces of the volume, x first as in libtorch.
  /// - Parameter size: spatial size (z, y, x) of the output.
  package func affineSampled(
    _ maps: Tensor, size: [Int], _ interpolation: Interpolation, outside: Outside = .zero
  ) throws -> Tensor {
    let size = three(size)
    return try .make {
      ctorch_affine_sample(
        handle, maps.handle, size, interpolation == .nearest ? 1 : 0, outside == .border ? 1 : 0, $0)
    }
  }
}
