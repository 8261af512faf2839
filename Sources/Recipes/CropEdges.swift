/// The edges of a training crop in voxels, (z, y, x). A cube is written as one number, as in recipes from before other crops.
public struct CropEdges: Hashable, Sendable {
  public var z: Int
  public var y: Int
  public var x: Int

  public init(_ z: Int, _ y: Int, _ x: Int) {
    (self.z, self.y, self.x) = (z, y, x)
  }

  /// A cube.
  public init(_ edge: Int) { self.init(edge, edge, edge) }

  /// - Parameter edges: three.
  public init(_ edges: [Int]) { self.init(edges[0], edges[1], edges[2]) }

  /// "EDGE" or "Z,Y,X"; nil for anything else.
  public init?(text: String) {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      Int(part.drop { $0 == " " })
    }
    let edges = numbers.compactMap { $0 }
    guard edges.count == numbers.count, edges.count == 1 || edges.count == 3 else { return nil }
    if edges.count == 1 { self.init(edges[0]) } else { self.init(edges) }
  }

  /// Axis 0 is z, 1 is y, 2 is x.
  public var edges: [Int] { [z, y, x] }
  public var voxelCount: Int { z * y * x }
  var isCube: Bool { z == y && y == x }

  /// For people: `48³` or `16 × 64 × 64`.
  public var product: String { isCube ? "\(z)³" : "\(z) × \(y) × \(x)" }
}

extension CropEdges: CustomStringConvertible {
  /// The form that `init(text:)` reads.
  public var description: String { isCube ? "\(z)" : "\(z),\(y),\(x)" }
}

extension CropEdges: ExpressibleByIntegerLiteral {
  public init(integerLiteral edge: Int) { self.init(edge) }
}

extension CropEdges: SettingValue {
  public static var typeName: String { "integer or three" }
  public var stored: SettingStorage { .text(description) }

  public init(stored: SettingStorage) {
    guard case .text(let text) = stored, let edges = CropEdges(text: text) else {
      preconditionFailure("the setting is not the edges of a crop: \(stored)")
    }
    self = edges
  }

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let edge = try? value.decode(Int.self) {
      self.init(edge)
    } else if let edges = CropEdges(text: try value.decode(String.self)) {
      self = edges
    } else {
      throw DecodingError.typeMismatch(
        CropEdges.self, DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "edges of a crop"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    if isCube { try value.encode(z) } else { try value.encode(description) }
  }
}
