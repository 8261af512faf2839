/// How a voxel of the next coarser level of a pyramid is computed from the 2 × 2 × 2 voxels it covers.
///
/// Where the volume ends at an odd size the covered box is cut, and only the voxels that exist count.
public enum Downsampling: String, Sendable, Codable, CaseIterable {
  /// The mean, for images. Integers round half to even, so that no level drifts brighter than the one below it;
  /// floating-point voxels are summed in double precision.
  case mean
  /// The most frequent value, for labels: no value is made up. The smallest of equally frequent values wins, as in
  /// tensorstore's `mode`, so background (0) wins a tie.
  case mode
}

extension VoxelBuffer {
  /// The box `region` of this buffer (all of it when nil) at half the resolution; extent ceil(n / 2) along every axis.
  ///
  /// The box must begin at an even position of its volume, and end at an even one or where the volume ends; then the
  /// result does not depend on how the volume was cut into boxes.
  ///
  /// - Precondition: for `.mode` the voxels are unsigned integers.
  public func downsampled(_ method: Downsampling, region: Region? = nil) -> VoxelBuffer {
    let region = region ?? Region(extent)
    let result = VoxelBuffer(undefined: type, region.extent.halvedRoundingUp)
    downsample(method, region: region, into: result, at: .zero)
    return result
  }

  /// The same, written into `destination` from `origin` on.
  ///
  /// - Precondition: `region` lies inside this buffer, its half inside `destination`, and both have one type.
  public func downsample(
    _ method: Downsampling, region: Region, into destination: VoxelBuffer, at origin: Coordinate
  ) {
    precondition(type == destination.type, "cannot downsample \(type) voxels into \(destination.type) voxels")
    precondition(Region(extent).contains(region), "box \(region) is outside the source \(extent)")
    let half = Region(origin: origin, extent: region.extent.halvedRoundingUp)
    precondition(
      Region(destination.extent).contains(half), "box \(half) is outside the destination \(destination.extent)")
    if region.isEmpty { return }
    switch method {
    case .mean: mean(region, into: destination, at: origin)
    case .mode: mode(region, into: destination, at: origin)
    }
  }

  // Each voxel type is spelled out so that the compiler makes a loop of its own for it; through an existential type
  // the same generic code runs a hundred times slower.

  private func mean(_ region: Region, into destination: VoxelBuffer, at origin: Coordinate) {
    switch type {
    case .uint8: halve(region, into: destination, at: origin, MeanOfIntegers<UInt8, UInt32>.self)
    case .uint16: halve(region, into: destination, at: origin, MeanOfIntegers<UInt16, UInt32>.self)
    case .int16: halve(region, into: destination, at: origin, MeanOfIntegers<Int16, Int32>.self)
    case .uint32: halve(region, into: destination, at: origin, MeanOfIntegers<UInt32, UInt64>.self)
    case .uint64: halve(region, into: destination, at: origin, MeanOfIntegers<UInt64, UInt128>.self)
    case .float32: halve(region, into: destination, at: origin, MeanOfFloats.self)
    }
  }

  private func mode(_ region: Region, into destination: VoxelBuffer, at origin: Coordinate) {
    switch type {
    case .uint8: halve(region, into: destination, at: origin, ModeOfLabels<UInt8>.self)
    case .uint16: halve(region, into: destination, at: origin, ModeOfLabels<UInt16>.self)
    case .uint32: halve(region, into: destination, at: origin, ModeOfLabels<UInt32>.self)
    case .uint64: halve(region, into: destination, at: origin, ModeOfLabels<UInt64>.self)
    case .int16, .float32: preconditionFailure("the mode is taken of labels, which are not \(type)")
    }
  }

  /// Hands every output row, with the four input rows it covers, to `kernel`.
  private func halve<Kernel: RowHalving>(
    _ region: Region, into destination: VoxelBuffer, at origin: Coordinate, _ kernel: Kernel.Type
  ) {
    defer { withExtendedLifetime((self, destination)) {} }
    let source = UnsafePointer(voxels(as: Kernel.Scalar.self).baseAddress!)
    let target = destination.voxels(as: Kernel.Scalar.self).baseAddress!
    let half = region.extent.halvedRoundingUp
    func row(_ z: Int, _ y: Int) -> UnsafePointer<Kernel.Scalar> {
      source + extent.index(of: Coordinate(region.origin.z + z, region.origin.y + y, region.origin.x))
    }
    for z in 0..<half.z {
      for y in 0..<half.y {
        // A row that does not exist is stood in for by its neighbour: counting every row that exists twice, or all
        // of one row four times, changes neither a mean nor which label is the most frequent.
        let z1 = min(2 * z + 1, region.extent.z - 1)
        let y1 = min(2 * y + 1, region.extent.y - 1)
        let rows = SourceRows(
          z0y0: row(2 * z, 2 * y), z0y1: row(2 * z, y1), z1y0: row(z1, 2 * y), z1y1: row(z1, y1), width: region.extent.x
        )
        let output = target + destination.extent.index(of: Coordinate(origin.z + z, origin.y + y, origin.x))
        Kernel.halve(rows, into: output)
      }
    }
  }
}
