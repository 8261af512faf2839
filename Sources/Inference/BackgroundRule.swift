import IntensityStatistics
import Voxels

/// Decides which tiles are air without evaluating the network: those in which the noise of the air around explains every
/// voxel (`AirLimit`).
///
/// A tile is evaluated when a single voxel is brighter than air can be, or when voxels that are brighter than most of its
/// noise lie side by side, as those of a faint object do: two neighbours of noise exceed five widths by chance once in
/// 10⁵ tiles. No share of a tile and no percentile is taken, so that an object of a few voxels is enough in a tile of any
/// size. Tissue is never background.
package struct BackgroundRule: Sendable, Equatable {
  /// The cells that `limits` are of, in C order.
  private let cells: Lattice
  private let limits: [AirLimit]

  /// So many pairs of bright neighbours make an object.
  private static let leastPairs = 4

  package init(cells: Lattice, limits: [AirLimit]) {
    precondition(limits.count == cells.count, "\(limits.count) limits of \(cells.count) cells")
    self.cells = cells
    self.limits = limits
  }

  /// Nil when no cell is near air.
  package init?(_ statistics: StoreStatistics) {
    guard statistics.airLimits.contains(where: { $0 != .tissue }) else { return nil }
    self.init(cells: statistics.grid.cells, limits: statistics.airLimits)
  }

  /// Whether `region` of the volume holds nothing but air.
  ///
  /// - Parameters:
  ///   - buffer: holds its voxels.
  ///   - place: where in the buffer the voxels of a box of the region lie; the box has one plane.
  package func isBackground(_ region: Region, of buffer: VoxelBuffer, at place: (Region) -> Coordinate) -> Bool {
    let positions = cells.positions(intersecting: region)
    var isAir = true
    positions.forEachPosition { position in
      if isAir, limits[cells.index(of: position)] == .tissue { isAir = false }
    }
    if !isAir { return false }
    var pairs = 0
    positions.forEachPosition { position in
      if !isAir { return }
      let limit = limits[cells.index(of: position)]
      let box = cells.region(at: position).intersection(region)
      for z in box.range(0) where isAir {
        let plane = Region(
          origin: Coordinate(z, box.origin.y, box.origin.x), extent: Extent(1, box.extent.y, box.extent.x))
        isAir = isExplained(Region(origin: place(plane), extent: plane.extent), of: buffer, by: limit, &pairs)
      }
    }
    return isAir
  }

  /// - Parameter pairs: of bright neighbours in the tile so far.
  private func isExplained(_ plane: Region, of buffer: VoxelBuffer, by limit: AirLimit, _ pairs: inout Int) -> Bool {
    defer { withExtendedLifetime(buffer) {} }
    return switch buffer.type {
    case .uint8: isExplained(plane, buffer.voxels(as: UInt8.self), buffer.extent, limit, &pairs)
    case .uint16: isExplained(plane, buffer.voxels(as: UInt16.self), buffer.extent, limit, &pairs)
    case .int16: isExplained(plane, buffer.voxels(as: Int16.self), buffer.extent, limit, &pairs)
    case .uint32: isExplained(plane, buffer.voxels(as: UInt32.self), buffer.extent, limit, &pairs)
    case .uint64: isExplained(plane, buffer.voxels(as: UInt64.self), buffer.extent, limit, &pairs)
    case .float32: isExplained(plane, buffer.voxels(as: Float.self), buffer.extent, limit, &pairs)
    }
  }

  private func isExplained<Scalar: VoxelScalar>(
    _ plane: Region, _ voxels: UnsafeMutableBufferPointer<Scalar>, _ extent: Extent, _ limit: AirLimit,
    _ pairs: inout Int
  ) -> Bool {
    // As single precision, to which voxels are converted; rounded down, so that at the limit a tile is evaluated.
    let (impossible, unlikely) = (lowered(limit.impossible), lowered(limit.unlikely))
    let width = plane.extent.x
    for y in plane.range(1) {
      let start = extent.index(of: Coordinate(plane.origin.z, y, plane.origin.x))
      let above = y > plane.origin.y ? start - extent.x : nil
      for x in 0..<width {
        let value = voxels[start + x].asFloat
        // Not-a-number is background.
        if !(value > unlikely) { continue }
        if value > impossible { return false }
        if x > 0, voxels[start + x - 1].asFloat > unlikely { pairs += 1 }
        if let above, voxels[above + x].asFloat > unlikely { pairs += 1 }
      }
      if pairs >= Self.leastPairs { return false }
    }
    return true
  }

  private func lowered(_ value: Double) -> Float {
    let rounded = Float(value)
    return Double(rounded) > value ? rounded.nextDown : rounded
  }
}
