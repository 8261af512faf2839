/// The size of a box in voxels, (z, y, x).
public struct Extent: Hashable, Sendable, Codable, CustomStringConvertible {
  public var z: Int
  public var y: Int
  public var x: Int

  public init(z: Int, y: Int, x: Int) {
    self.z = z
    self.y = y
    self.x = x
  }

  public init(_ z: Int, _ y: Int, _ x: Int) {
    self.init(z: z, y: y, x: x)
  }

  /// A cube.
  public init(_ edge: Int) {
    self.init(edge, edge, edge)
  }

  /// Axis 0 is z, 1 is y, 2 is x.
  public subscript(axis: Int) -> Int {
    get { axis == 0 ? z : axis == 1 ? y : x }
    set {
      switch axis {
      case 0: z = newValue
      case 1: y = newValue
      default: x = newValue
      }
    }
  }

  /// Number of voxels. Traps on overflow: sizes read from files go through `checkedCount` first.
  public var count: Int { z * y * x }

  /// Number of voxels, or nil when it does not fit or an edge is negative.
  public var checkedCount: Int? {
    guard z >= 0, y >= 0, x >= 0 else { return nil }
    let (plane, overflow) = y.multipliedReportingOverflow(by: x)
    if overflow { return nil }
    let (volume, overflow2) = plane.multipliedReportingOverflow(by: z)
    return overflow2 ? nil : volume
  }

  public var isEmpty: Bool { z <= 0 || y <= 0 || x <= 0 }

  /// How many cells of edge `cell` cover this extent, the last one ragged.
  public func dividedRoundingUp(by cell: Extent) -> Extent {
    Extent((z + cell.z - 1) / cell.z, (y + cell.y - 1) / cell.y, (x + cell.x - 1) / cell.x)
  }

  /// The extent of the next coarser level of a pyramid: ceil(n / 2) along every axis.
  public var halvedRoundingUp: Extent { dividedRoundingUp(by: Extent(2)) }

  public func clamped(to limit: Extent) -> Extent {
    Extent(min(z, limit.z), min(y, limit.y), min(x, limit.x))
  }

  /// Linear index of `position` in C order (x fastest).
  public func index(of position: Coordinate) -> Int { (position.z * y + position.y) * x + position.x }

  /// The position with linear `index` in C order.
  public func position(of index: Int) -> Coordinate {
    Coordinate(index / (y * x), index / x % y, index % x)
  }

  public static func * (a: Extent, b: Int) -> Extent { Extent(a.z * b, a.y * b, a.x * b) }
  public static func * (a: Extent, b: Extent) -> Extent { Extent(a.z * b.z, a.y * b.y, a.x * b.x) }
  public static func + (a: Extent, b: Extent) -> Extent { Extent(a.z + b.z, a.y + b.y, a.x + b.x) }

  public var description: String { "\(z) × \(y) × \(x)" }
}
