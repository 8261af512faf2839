/// Parses the few kinds of Python literals that occur in NumPy headers. Nothing is evaluated, and nesting is limited to
/// a tuple in a dictionary.
struct PythonLiteral {
  enum Value: Equatable {
    case text(String)
    case bool(Bool)
    case tuple([Int])
    case dictionary([Entry])
  }

  struct Entry: Equatable {
    var key: String
    var value: Value
  }

  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

  /// A dictionary, or nil when the text does not start with a valid one.
  mutating func value() -> Value? {
    guard take("{") else { return nil }
    var entries: [Entry] = []
    while !take("}") {
      guard let key = text(), take(":"), let value = simpleValue() else { return nil }
      // Duplicate keys are rejected, because one would hide the other.
      guard !entries.contains(where: { $0.key == key }) else { return nil }
      entries.append(Entry(key: key, value: value))
      if !take(",") {
        guard take("}") else { return nil }
        break
      }
    }
    return .dictionary(entries)
  }

  private mutating func simpleValue() -> Value? {
    if let text = text() { return .text(text) }
    if take("True") { return .bool(true) }
    if take("False") { return .bool(false) }
    guard take("(") else { return nil }
    var numbers: [Int] = []
    while !take(")") {
      guard let number = number() else { return nil }
      numbers.append(number)
      if !take(",") {
        guard take(")") else { return nil }
        break
      }
    }
    return .tuple(numbers)
  }

  private mutating func take(_ token: String) -> Bool {
    rest = rest.drop(while: \.isWhitespace)
    guard rest.hasPrefix(token) else { return false }
    rest = rest.dropFirst(token.count)
    return true
  }

  private mutating func text() -> String? {
    rest = rest.drop(while: \.isWhitespace)
    guard let quote = rest.first, quote == "'" || quote == "\"" else { return nil }
    let inside = rest.dropFirst().prefix { $0 != quote && $0 != "\\" }
    let after = rest.dropFirst(1 + inside.count)
    guard after.first == quote else { return nil }
    rest = after.dropFirst()
    return String(inside)
  }

  private mutating func number() -> Int? {
    rest = rest.drop(while: \.isWhitespace)
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard let number = Int(digits) else { return nil }
    rest = rest.dropFirst(digits.count)
    // Python 2 wrote long integers with this suffix.
    if rest.first == "L" { rest = rest.dropFirst() }
    return number
  }
}
