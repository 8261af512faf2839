import Files

/// How the grid position of a chunk maps to a path below the array (Zarr v3, chunk key encodings).
package enum ChunkKeyEncoding: Hashable, Sendable {
  /// `c/1/23/45`
  case standard(separator: Separator)
  /// `1.23.45`, as in Zarr v2.
  case v2(separator: Separator)
  /// `45/23/1`: N5 lists its axes fastest first. Never occurs in Zarr metadata.
  case n5

  package enum Separator: String, Sendable {
    case slash = "/"
    case dot = "."
  }

  /// An absent encoding or configuration means the default, which tensorstore omits.
  init(_ json: JSONValue?) throws {
    guard let json else {
      self = .standard(separator: .slash)
      return
    }
    let named = try NamedConfiguration(json, "chunk_key_encoding")
    try named.requireOnly(["separator"])
    var separator: Separator?
    if let value = named.configuration["separator"] {
      separator = value.asString.flatMap(Separator.init)
      if separator == nil { throw MetadataError("separator must be \"/\" or \".\", found \(value.excerpt)") }
    }
    switch named.name {
    case "default": self = .standard(separator: separator ?? .slash)
    case "v2": self = .v2(separator: separator ?? .dot)
    default: throw MetadataError("chunk_key_encoding \"\(named.name)\" is unknown; expected \"default\" or \"v2\"")
    }
  }

  var json: JSONValue {
    switch self {
    case .standard(let separator):
      NamedConfiguration("default", ["separator": .string(separator.rawValue)]).json
    case .v2(let separator):
      NamedConfiguration("v2", ["separator": .string(separator.rawValue)]).json
    case .n5: "n5"
    }
  }

  func key(_ position: [Int]) -> String {
    switch self {
    case .standard(let separator):
      (["c"] + position.map(String.init)).joined(separator: separator.rawValue)
    case .v2(let separator):
      position.isEmpty ? "0" : position.map(String.init).joined(separator: separator.rawValue)
    case .n5: position.reversed().map(String.init).joined(separator: "/")
    }
  }
}
