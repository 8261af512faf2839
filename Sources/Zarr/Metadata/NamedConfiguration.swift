import Files

/// An extension point in Zarr v3 metadata (codec, chunk grid, key encoding): a name and its configuration.
///
/// Written as an object with both members; also read in the short-hand string form that version 3.1 of the
/// specification allows but zarr-python and tensorstore refuse.
struct NamedConfiguration: Equatable {
  let name: String
  let configuration: [String: JSONValue]

  init(_ name: String, _ configuration: [String: JSONValue] = [:]) {
    self.name = name
    self.configuration = configuration
  }

  /// - Throws: `MetadataError` naming `what`.
  init(_ value: JSONValue?, _ what: String) throws {
    switch value {
    case .string(let name):
      self.init(name)
    case .object(let members):
      guard let name = members["name"]?.asString else {
        throw MetadataError("\(what) has no name, found \(JSONValue.object(members).excerpt)")
      }
      for key in members.keys.sorted() where !["name", "configuration", "must_understand"].contains(key) {
        throw MetadataError("\(what) \"\(name)\" has an unknown member \"\(key)\"")
      }
      switch members["configuration"] {
      case nil: self.init(name)
      case .object(let configuration): self.init(name, configuration)
      case .some(let other):
        throw MetadataError("configuration of \(what) \"\(name)\" is not an object, found \(other.excerpt)")
      }
    default:
      throw MetadataError("\(what) is not an object, found \(value?.excerpt ?? "nothing")")
    }
  }

  var json: JSONValue {
    var members: [String: JSONValue] = ["name": .string(name)]
    if !configuration.isEmpty { members["configuration"] = .object(configuration) }
    return .object(members)
  }

  /// Refuses members that this program would otherwise silently ignore.
  func requireOnly(_ known: Set<String>) throws {
    for key in configuration.keys.sorted() where !known.contains(key) {
      throw MetadataError("configuration of \"\(name)\" has an unknown member \"\(key)\"")
    }
  }

  /// An integer member within `range`; `fallback` if it is absent.
  func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int {
    guard let value = configuration[key] else {
      if let fallback { return fallback }
      throw MetadataError("configuration of \"\(name)\" lacks \"\(key)\"")
    }
    guard let number = value.asInteger, range.contains(number) else {
      throw MetadataError(
        "\"\(key)\" of \"\(name)\" must be an integer from \(range.lowerBound) to \(range.upperBound), "
          + "found \(value.excerpt)")
    }
    return number
  }
}

/// What is wrong in a metadata document, without its path; the code that reads the file turns it into a `Fault`.
struct MetadataError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

extension JSONValue {
  /// A list of integers, each within `range`.
  func integers(_ what: String, in range: ClosedRange<Int>) throws -> [Int] {
    guard let items = asArray else { throw MetadataError("\(what) must be a list, found \(excerpt)") }
    return try items.map { item in
      guard let number = item.asInteger, range.contains(number) else {
        throw MetadataError("\(what) must contain integers of at least \(range.lowerBound), found \(item.excerpt)")
      }
      return number
    }
  }
}
