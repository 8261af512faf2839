import Foundation

/// A JSON document as a value; Zarr metadata has too many optional and foreign parts for fixed structs.
///
/// Integers keep all their digits up to 64 bits, as the fill values of uint64 arrays require. The tokens `NaN`,
/// `Infinity` and `-Infinity`, which JSON does not have but Python writes, are read as texts of that name, which is how
/// Zarr v3 spells them.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// For integers above `Int.max`.
  case unsigned(UInt64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// More deeply nested documents are refused, so that a hostile one cannot exhaust the stack.
  fileprivate static let depthLimit = 64

  /// - Throws: `Fault.badData` naming `path` when the bytes are not JSON.
  package init(parsing data: Data, path: String) throws {
    do {
      do {
        self = try JSONDecoder().decode(JSONValue.self, from: data)
      } catch  where ["NaN", "Infinity"].contains(where: { data.range(of: Data($0.utf8)) != nil }) {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        self = try decoder.decode(JSONValue.self, from: data)
      }
    } catch {
      throw Fault.badData("\(path) is not valid JSON: \(plainText(of: error)); restore the file or create it again")
    }
  }

  /// UTF-8 text with sorted keys and a trailing newline: equal values give equal bytes.
  package func serialised() -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Encoding can fail only for a number that is not finite, and values never contain one.
    guard var data = try? encoder.encode(self) else { preconditionFailure("JSON numbers must be finite") }
    data.append(UInt8(ascii: "\n"))
    return data
  }
}

extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    guard decoder.codingPath.count <= JSONValue.depthLimit else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "values nest deeper than \(JSONValue.depthLimit) levels"))
    }
    // Each wrong guess creates and discards an error, so the most frequent kinds come first.
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if var items = try? decoder.unkeyedContainer() {
      var values: [JSONValue] = []
      while !items.isAtEnd { values.append(try items.decode(JSONValue.self)) }
      self = .array(values)
    } else if let members = try? decoder.container(keyedBy: MemberName.self) {
      var values: [String: JSONValue] = [:]
      for name in members.allKeys { values[name.stringValue] = try members.decode(JSONValue.self, forKey: name) }
      self = .object(values)
    } else if let value = try? container.decode(Double.self) {
      if value.isFinite {
        self = (try? container.decode(UInt64.self)).map(JSONValue.unsigned) ?? .number(value)
      } else {
        self = .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
      }
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if container.decodeNil() {
      self = .null
    } else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a number is out of range")
    }
  }

  private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}

extension JSONValue {
  /// The member `key` of an object; nil for anything else.
  package subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }

  package var asObject: [String: JSONValue]? {
    if case .object(let members) = self { return members }
    return nil
  }

  package var asArray: [JSONValue]? {
    if case .array(let items) = self { return items }
    return nil
  }

  package var asString: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  package var asInteger: Int? {
    if case .integer(let value) = self { return value }
    return nil
  }

  /// Any number as a `Double`.
  package var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// Whether everything in `self` is also in `other`, with the same value. Objects may have more members there; lists
  /// must be of the same length.
  package func isContained(in other: JSONValue) -> Bool {
    switch (self, other) {
    case (.object(let members), .object(let others)):
      members.allSatisfy { name, value in others[name].map(value.isContained) ?? false }
    case (.array(let items), .array(let others)):
      items.count == others.count && zip(items, others).allSatisfy { $0.isContained(in: $1) }
    default: self == other
    }
  }

  /// One line for error messages, truncated to a readable length.
  package var excerpt: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "?"
    return text.count <= 80 ? text : text.prefix(77) + "…"
  }
}
