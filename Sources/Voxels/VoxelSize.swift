import Foundation

/// The edges of a voxel in micrometres, (z, y, x).
public struct VoxelSize: Hashable, Sendable, Codable, CustomStringConvertible {
  public var z: Double
  public var y: Double
  public var x: Double

  public init(z: Double, y: Double, x: Double) {
    self.z = z
    self.y = y
    self.x = x
  }

  public init(_ z: Double, _ y: Double, _ x: Double) {
    self.init(z: z, y: y, x: x)
  }

  /// Axis 0 is z, 1 is y, 2 is x.
  public subscript(axis: Int) -> Double { axis == 0 ? z : axis == 1 ? y : x }

  /// Whether all edges are finite and above zero; sizes read from files often are not.
  public var isMeaningful: Bool { (0..<3).allSatisfy { self[$0].isFinite && self[$0] > 0 } }

  public static func * (a: VoxelSize, b: Double) -> VoxelSize { VoxelSize(a.z * b, a.y * b, a.x * b) }

  /// For people: at most six significant digits.
  public var description: String {
    let edges = (0..<3).map { String(format: "%.6g", self[$0]) }
    return "\(edges[0]) × \(edges[1]) × \(edges[2]) µm"
  }

  /// With every digit, as settings are compared.
  package var exactText: String { "\(z) × \(y) × \(x) µm" }
}
