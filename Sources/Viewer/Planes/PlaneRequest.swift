import Voxels

/// A rectangle of a plane, or of the maximum over a slab of planes, of one level of a layer.
///
/// Axis 0 is z, 1 is y, 2 is x. Rows run along the first of the two other axes, columns along the second.
package struct PlaneRequest: Sendable, Equatable {
  package var layer: Int
  package var level: Int
  package var axis: Int
  /// The first plane, and how many; the maximum over them is shown.
  package var planes: Range<Int>
  package var rows: Range<Int>
  package var columns: Range<Int>

  package init(layer: Int, level: Int, axis: Int, planes: Range<Int>, rows: Range<Int>, columns: Range<Int>) {
    (self.layer, self.level, self.axis) = (layer, level, axis)
    (self.planes, self.rows, self.columns) = (planes, rows, columns)
  }

  /// Edge of the largest rectangle, in voxels, and most planes of a slab: what one request may cost.
  static let largestEdge = 1024
  static let largestSlab = 512

  package var rowAxis: Int { axis == 0 ? 1 : 0 }
  package var columnAxis: Int { axis == 2 ? 1 : 2 }

  /// The box of voxels.
  package var region: Region {
    var origin = Coordinate.zero
    var extent = Extent(1, 1, 1)
    for (axis, range) in [(axis, planes), (rowAxis, rows), (columnAxis, columns)] {
      origin[axis] = range.lowerBound
      extent[axis] = range.count
    }
    return Region(origin: origin, extent: extent)
  }

  /// The part of the request that lies in the volume; nil where nothing does.
  package func clamped(to extent: Extent) -> PlaneRequest? {
    var result = self
    result.planes = planes.clamped(to: 0..<extent[axis])
    result.rows = rows.clamped(to: 0..<extent[rowAxis])
    result.columns = columns.clamped(to: 0..<extent[columnAxis])
    let isEmpty = result.planes.isEmpty || result.rows.isEmpty || result.columns.isEmpty
    return isEmpty ? nil : result
  }
}
