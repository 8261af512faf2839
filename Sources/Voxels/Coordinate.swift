/// A position in a volume or a grid, (z, y, x) like everything in Sheaf.
public struct Coordinate: Hashable, Sendable, Codable, CustomStringConvertible {
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

  public static let zero = Coordinate(0, 0, 0)

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

  public static func + (a: Coordinate, b: Extent) -> Coordinate { Coordinate(a.z + b.z, a.y + b.y, a.x + b.x) }
  public static func + (a: Coordinate, b: Coordinate) -> Coordinate { Coordinate(a.z + b.z, a.y + b.y, a.x + b.x) }
  public static func - (a: Coordinate, b: Coordinate) -> Coordinate { Coordinate(a.z - b.z, a.y - b.y, a.x - b.x) }

  public var description: String { "(\(z), \(y), \(x))" }
}
