// How extents, regions and voxel sizes are written on the command line.

extension Extent {
  /// Reads "Z,Y,X", or "N" for a cube; nil unless these are whole numbers of at least 1 whose product fits an `Int`.
  public init?(text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    switch parts.count {
    case 1:
      guard let edge = parts[0] else { return nil }
      self.init(edge)
    case 3:
      guard let z = parts[0], let y = parts[1], let x = parts[2] else { return nil }
      self.init(z, y, x)
    default: return nil
    }
    if isEmpty || checkedCount == nil { return nil }
  }

  /// "Z,Y,X", the form `init(text:)` reads.
  public var text: String { "\(z),\(y),\(x)" }
}

extension Region {
  /// Reads "z0:z1,y0:y1,x0:x1", half-open; nil unless every axis has 0 ≤ start < end. A region is written in this form
  /// by `description`.
  public init?(text: String) {
    let axes = text.split(separator: ",", omittingEmptySubsequences: false)
    guard axes.count == 3 else { return nil }
    var origin = Coordinate.zero
    var end = Coordinate.zero
    for (axis, part) in axes.enumerated() {
      let ends = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count == 2, let from = ends[0], let to = ends[1], from >= 0, from < to else { return nil }
      origin[axis] = from
      end[axis] = to
    }
    self.init(from: origin, to: end)
    if extent.checkedCount == nil { return nil }
  }
}

extension VoxelSize {
  /// Reads "Z,Y,X", or one number for a cube, in micrometres; nil unless these are finite and above zero.
  package init?(text: String) {
    let edges = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let known = edges.compactMap { $0 }
    guard known.count == edges.count, known.count == 1 || known.count == 3 else { return nil }
    self.init(known[0], known[known.count / 2], known[known.count - 1])
    if !isMeaningful { return nil }
  }
}
