import Files

/// Which values of a setting are valid. What depends on other settings is checked by the recipe.
struct ValidValues<Value: SettingValue>: Sendable {
  /// In words that follow "expected".
  let text: String
  let contains: @Sendable (Value) -> Bool

  init(_ text: String, _ contains: @escaping @Sendable (Value) -> Bool) {
    self.text = text
    self.contains = contains
  }

  /// For text whose form the recipe checks, and numbers of which all are valid.
  static func any(_ text: String) -> ValidValues { ValidValues(text) { _ in true } }
}

extension ValidValues where Value == Double {
  static var aboveZero: ValidValues { ValidValues("a number above 0") { $0.isFinite && $0 > 0 } }
  static var atLeastZero: ValidValues { ValidValues("a number of at least 0") { $0.isFinite && $0 >= 0 } }
  static var fraction: ValidValues { ValidValues("a fraction from 0 to 1") { $0 >= 0 && $0 <= 1 } }
  /// The decay of a running average.
  static var decay: ValidValues { ValidValues("a number of at least 0 and below 1") { $0 >= 0 && $0 < 1 } }

  static func range(_ range: ClosedRange<Double>) -> ValidValues {
    ValidValues("a number from \(short(range.lowerBound)) to \(short(range.upperBound))") { range.contains($0) }
  }

  private static func short(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}

extension ValidValues where Value == Int {
  static func atLeast(_ lowest: Int, _ unit: String = "") -> ValidValues {
    ValidValues("at least \(lowest)" + (unit.isEmpty ? "" : " \(unit)")) { $0 >= lowest }
  }

  static func range(_ range: ClosedRange<Int>, _ unit: String = "") -> ValidValues {
    ValidValues("\(range.lowerBound) to \(range.upperBound)" + (unit.isEmpty ? "" : " \(unit)")) { range.contains($0) }
  }
}

extension ValidValues where Value == String {
  /// One of a few words.
  static func oneOf(_ words: [String]) -> ValidValues {
    let text = words.count == 1 ? words[0] : words.dropLast().joined(separator: ", ") + " or " + words.last!
    return ValidValues(text) { words.contains($0) }
  }
}

extension ValidValues where Value == Bool {
  static var either: ValidValues { .any("true or false") }
}

/// - Throws: `Fault.usage` unless `condition` holds.
func require(_ condition: Bool, _ key: String, _ found: some Any, _ expected: String) throws {
  if !condition { throw Fault.usage("the setting \(key) is \(found); expected \(expected)") }
}
