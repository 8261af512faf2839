/// A half-open box of voxels: `origin` belongs to it, `end` does not.
public struct Region: Hashable, Sendable, Codable, CustomStringConvertible {
  public var origin: Coordinate
  public var extent: Extent

  public init(origin: Coordinate, extent: Extent) {
    self.origin = origin
    self.extent = extent
  }

  /// The whole of a volume.
  public init(_ extent: Extent) {
    self.init(origin: .zero, extent: extent)
  }

  /// From `origin` up to, not including, `end`; empty along an axis where `end` is not beyond `origin`.
  public init(from origin: Coordinate, to end: Coordinate) {
    self.init(
      origin: origin,
      extent: Extent(max(0, end.z - origin.z), max(0, end.y - origin.y), max(0, end.x - origin.x)))
  }

  public var end: Coordinate { origin + extent }
  public var count: Int { extent.count }
  public var isEmpty: Bool { extent.isEmpty }

  public func range(_ axis: Int) -> Range<Int> { origin[axis]..<(origin[axis] + extent[axis]) }

  public func contains(_ position: Coordinate) -> Bool {
    (0..<3).allSatisfy { range($0).contains(position[$0]) }
  }

  public func contains(_ other: Region) -> Bool {
    other.isEmpty || (0..<3).allSatisfy { other.origin[$0] >= origin[$0] && other.end[$0] <= end[$0] }
  }

  /// The common part; empty when the boxes do not meet.
  public func intersection(_ other: Region) -> Region {
    Region(
      from: Coordinate(
        max(origin.z, other.origin.z), max(origin.y, other.origin.y), max(origin.x, other.origin.x)),
      to: Coordinate(min(end.z, other.end.z), min(end.y, other.end.y), min(end.x, other.end.x)))
  }

  /// Grown by `halo` on both sides of every axis; may reach outside the volume.
  public func expanded(by halo: Extent) -> Region {
    Region(
      origin: Coordinate(origin.z - halo.z, origin.y - halo.y, origin.x - halo.x),
      extent: extent + halo * 2)
  }

  /// The same box seen from `newOrigin`.
  public func relative(to newOrigin: Coordinate) -> Region {
    Region(origin: origin - newOrigin, extent: extent)
  }

  public var description: String {
    "\(origin.z):\(end.z),\(origin.y):\(end.y),\(origin.x):\(end.x)"
  }
}
