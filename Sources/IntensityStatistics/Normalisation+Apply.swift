import Voxels

extension Normalisation {
  /// The normalised voxels of a whole buffer, C order; NaN becomes background.
  package func apply(to buffer: VoxelBuffer) -> [Float] {
    [Float](unsafeUninitializedCapacity: buffer.extent.count) { target, count in
      if let start = target.baseAddress {
        apply(to: Region(buffer.extent), of: buffer, into: start, extent: buffer.extent, at: .zero)
      }
      count = buffer.extent.count
    }
  }

  /// Normalises the box `region` of `buffer` into a C-order box of `extent` at `origin`.
  ///
  /// - Precondition: the region lies in the buffer and, moved to `origin`, in the target.
  package func apply(
    to region: Region, of buffer: VoxelBuffer, into target: UnsafeMutablePointer<Float>, extent: Extent,
    at origin: Coordinate
  ) {
    precondition(Region(buffer.extent).contains(region), "\(region) is outside the buffer \(buffer.extent)")
    precondition(
      Region(extent).contains(Region(origin: origin, extent: region.extent)), "\(region) does not fit at \(origin)")
    let rows = Rows(region: region, source: buffer.extent, target: extent, origin: origin)
    switch buffer.type {
    case .uint8: normalise(buffer.voxels(as: UInt8.self), rows, target) { Float($0) }
    case .uint16: normalise(buffer.voxels(as: UInt16.self), rows, target) { Float($0) }
    case .int16: normalise(buffer.voxels(as: Int16.self), rows, target) { Float($0) }
    case .uint32: normalise(buffer.voxels(as: UInt32.self), rows, target) { Float($0) }
    case .uint64: normalise(buffer.voxels(as: UInt64.self), rows, target) { Float($0) }
    case .float32: normaliseFloats(buffer.voxels(as: Float.self), rows, target)
    }
  }

  /// Writes 0 into `mask` (C order, `extent`) at `origin` on for every voxel of `region` that is saturated or not a
  /// number, and leaves the others alone.
  package func clearUnusable(
    in region: Region, of buffer: VoxelBuffer, mask: UnsafeMutablePointer<UInt8>, extent: Extent, at origin: Coordinate
  ) {
    precondition(Region(buffer.extent).contains(region), "\(region) is outside the buffer \(buffer.extent)")
    precondition(
      Region(extent).contains(Region(origin: origin, extent: region.extent)), "\(region) does not fit at \(origin)")
    let rows = Rows(region: region, source: buffer.extent, target: extent, origin: origin)
    let limit = Float(saturation ?? .infinity)
    switch buffer.type {
    case .uint8: clear(buffer.voxels(as: UInt8.self), rows, mask, limit) { Float($0) }
    case .uint16: clear(buffer.voxels(as: UInt16.self), rows, mask, limit) { Float($0) }
    case .int16: clear(buffer.voxels(as: Int16.self), rows, mask, limit) { Float($0) }
    case .uint32: clear(buffer.voxels(as: UInt32.self), rows, mask, limit) { Float($0) }
    case .uint64: clear(buffer.voxels(as: UInt64.self), rows, mask, limit) { Float($0) }
    case .float32: clear(buffer.voxels(as: Float.self), rows, mask, limit) { $0 }
    }
  }

  /// The rows of a box in a source and a target buffer.
  private struct Rows {
    let region: Region
    let source: Extent
    let target: Extent
    let origin: Coordinate

    /// Calls `body` with the first index of each row in the source and in the target.
    @inline(__always)
    func forEach(_ body: (Int, Int) -> Void) {
      for z in 0..<region.extent.z {
        for y in 0..<region.extent.y {
          body(
            source.index(of: Coordinate(region.origin.z + z, region.origin.y + y, region.origin.x)),
            target.index(of: Coordinate(origin.z + z, origin.y + y, origin.x)))
        }
      }
    }
  }

  @inline(__always)
  private func normalise<Scalar: VoxelScalar>(
    _ voxels: UnsafeMutableBufferPointer<Scalar>, _ rows: Rows, _ target: UnsafeMutablePointer<Float>,
    _ float: (Scalar) -> Float
  ) {
    let (lower, upper) = (Float(lowerClip), Float(upperClip))
    let scale = Float(1 / deviation)
    let shift = Float(mean)
    let source = voxels.baseAddress!
    rows.forEach { from, to in
      for x in 0..<rows.region.extent.x {
        target[to + x] = (min(max(float(source[from + x]), lower), upper) - shift) * scale
      }
    }
  }

  private func normaliseFloats(
    _ voxels: UnsafeMutableBufferPointer<Float>, _ rows: Rows, _ target: UnsafeMutablePointer<Float>
  ) {
    normalise(voxels, rows, target) { $0 }
    rows.forEach { from, to in
      for x in 0..<rows.region.extent.x where voxels[from + x].isNaN { target[to + x] = Float(background) }
    }
  }

  @inline(__always)
  private func clear<Scalar: VoxelScalar>(
    _ voxels: UnsafeMutableBufferPointer<Scalar>, _ rows: Rows, _ mask: UnsafeMutablePointer<UInt8>, _ limit: Float,
    _ float: (Scalar) -> Float
  ) {
    let source = voxels.baseAddress!
    rows.forEach { from, to in
      // Written so that not-a-number, which compares false, is cleared too.
      for x in 0..<rows.region.extent.x { mask[to + x] &= float(source[from + x]) < limit ? 0xff : 0 }
    }
  }
}
