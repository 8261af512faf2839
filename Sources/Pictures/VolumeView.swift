import Files
import Voxels

/// A volume to be drawn: in memory, or read piece by piece.
public struct PicturedVolume: Sendable {
  /// For errors.
  package let name: String
  package let extent: Extent
  package let voxelType: VoxelType
  /// Reads one region in the volume's voxel type.
  package let read: @Sendable (Region) throws -> VoxelBuffer

  package init(
    name: String, extent: Extent, voxelType: VoxelType, read: @escaping @Sendable (Region) throws -> VoxelBuffer
  ) {
    self.name = name
    self.extent = extent
    self.voxelType = voxelType
    self.read = read
  }

  package init(_ buffer: VoxelBuffer) {
    self.init(name: "the volume", extent: buffer.extent, voxelType: buffer.type) { buffer.cropped(to: $0) }
  }
}

/// How a volume is viewed. Axis 0 is z, 1 is y, 2 is x; rows of the picture run along the first of the two other
/// axes, columns along the second.
package enum VolumeView: Equatable, Sendable {
  /// The plane with this index along an axis.
  case plane(axis: Int, index: Int)
  /// The maximum along an axis.
  case projection(axis: Int)

  package var axis: Int {
    switch self {
    case .plane(let axis, _), .projection(let axis): axis
    }
  }

  package var rowAxis: Int { axis == 0 ? 1 : 0 }
  package var columnAxis: Int { axis == 2 ? 1 : 2 }

  /// Which level of a pyramid to draw: the finest one that is quick to read and not much larger than the picture; the
  /// coarsest when all are larger.
  ///
  /// - Parameters:
  ///   - levels: extents, the finest first; not empty.
  ///   - longestEdge: of the picture, in pixels.
  package func level(of levels: [Extent], longestEdge: Int) -> Int {
    precondition(!levels.isEmpty, "a pyramid has a level")
    let mostVoxels = 1 << 28
    return levels.firstIndex { extent in
      max(extent[rowAxis], extent[columnAxis]) <= 2 * longestEdge
        && (region(of: extent).extent.checkedCount ?? .max) <= mostVoxels
    } ?? levels.count - 1
  }

  /// The voxels in view.
  package func region(of extent: Extent) -> Region {
    var region = Region(extent)
    if case .plane(let axis, let index) = self {
      region.origin[axis] = index
      region.extent[axis] = 1
    }
    return region
  }
}

/// Values of a view, row after row.
package struct ViewedPlane<Value: Sendable & Equatable>: Sendable, Equatable {
  package let width: Int
  package let height: Int
  package var values: [Value]

  package init(width: Int, height: Int, values: [Value]) {
    precondition(values.count == width * height, "\(values.count) values do not fill \(width) × \(height) pixels")
    self.width = width
    self.height = height
    self.values = values
  }

  package subscript(row: Int, column: Int) -> Value { values[row * width + column] }
}

extension PicturedVolume {
  /// Voxels that are in memory at once.
  private static let pieceCount = 4 << 20

  /// Voxels along the edge of a pixel such that no edge of the picture is longer than `longestEdge` pixels.
  package func stride(_ view: VolumeView, longestEdge: Int) -> Int {
    max(1, (max(extent[view.rowAxis], extent[view.columnAxis]) + longestEdge - 1) / longestEdge)
  }

  /// The brightest voxel behind each pixel of a view, with pixels of `stride` × `stride` voxels.
  package func brightness(_ view: VolumeView, stride: Int = 1) throws -> ViewedPlane<Float> {
    try sample(view, stride: stride, start: -Float.infinity) { buffer, visit in
      withVoxelScalar(buffer.type) { forEachVoxel(of: buffer, $0, visit) }
    }
  }

  private func forEachVoxel<Scalar: VoxelScalar>(
    of buffer: VoxelBuffer, _ scalar: Scalar.Type, _ visit: (Float) -> Void
  ) {
    defer { withExtendedLifetime(buffer) {} }
    for voxel in buffer.voxels(as: scalar) { visit(voxel.asFloat) }
  }

  /// The largest label behind each pixel of a view, 0 where there is none.
  ///
  /// - Throws: `Fault.badData` when a voxel cannot be a label: negative, or no whole number.
  package func labels(_ view: VolumeView, stride: Int = 1) throws -> ViewedPlane<UInt64> {
    var impossible: Float?
    let plane: ViewedPlane<UInt64> = try sample(view, stride: stride, start: 0) { buffer, visit in
      func visitRounded(_ voxel: Float) {
        // Rounded as everywhere: labels that went through a scaling factor are nearly whole.
        let whole = voxel.rounded()
        guard abs(Double(voxel) - Double(whole)) <= ValueCensus.tolerance, let label = UInt64(exactly: whole) else {
          impossible = impossible ?? voxel
          return visit(0)
        }
        visit(label)
      }
      defer { withExtendedLifetime(buffer) {} }
      switch buffer.type {
      case .uint8: for voxel in buffer.voxels(as: UInt8.self) { visit(UInt64(voxel)) }
      case .uint16: for voxel in buffer.voxels(as: UInt16.self) { visit(UInt64(voxel)) }
      case .uint32: for voxel in buffer.voxels(as: UInt32.self) { visit(UInt64(voxel)) }
      case .uint64: for voxel in buffer.voxels(as: UInt64.self) { visit(voxel) }
      case .int16: for voxel in buffer.voxels(as: Int16.self) { visitRounded(Float(voxel)) }
      case .float32: for voxel in buffer.voxels(as: Float.self) { visitRounded(voxel) }
      }
    }
    if let impossible {
      throw Fault.badData(
        "\(name) cannot hold labels: expected whole numbers from 0, found \(impossible)")
    }
    return plane
  }

  /// Takes the maximum of what lies behind each pixel, reading the volume in pieces of full rows.
  private func sample<Value: Comparable & Sendable>(
    _ view: VolumeView, stride: Int, start: Value,
    _ forEachVoxel: (VoxelBuffer, (Value) -> Void) -> Void
  ) throws -> ViewedPlane<Value> {
    let width = (extent[view.columnAxis] + stride - 1) / stride
    let height = (extent[view.rowAxis] + stride - 1) / stride
    var values = [Value](repeating: start, count: width * height)
    let region = view.region(of: extent)
    let rows = min(region.extent.y, max(1, PicturedVolume.pieceCount / max(1, region.extent.x)))
    let planes = min(region.extent.z, max(1, PicturedVolume.pieceCount / max(1, region.extent.x * rows)))
    let pieces = Lattice(extent: region.extent, cell: Extent(planes, rows, max(1, region.extent.x)))
    for index in 0..<pieces.count {
      var piece = pieces.region(index)
      piece.origin = piece.origin + region.origin
      let buffer = try read(piece)
      let (size, origin) = (piece.extent, piece.origin)
      withExtendedLifetime(buffer) {
        var place = origin
        // Voxels come in C order, so their position is incremented instead of computed.
        forEachVoxel(buffer) { value in
          let pixel = place[view.rowAxis] / stride * width + place[view.columnAxis] / stride
          if value > values[pixel] { values[pixel] = value }
          place.x += 1
          if place.x == origin.x + size.x {
            place.x = origin.x
            place.y += 1
            if place.y == origin.y + size.y {
              place.y = origin.y
              place.z += 1
            }
          }
        }
      }
    }
    return ViewedPlane(width: width, height: height, values: values)
  }
}
