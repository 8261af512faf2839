import Architectures

/// One setting of a training recipe: the only place that says what it is called, what its default is, which values it
/// takes and what it is for. Parsing, validation messages, `recipe.yaml` and the reference page all follow from it.
package struct Setting<Value: SettingValue>: Sendable {
  /// The name in recipes and after `--set`, in kebab-case.
  package let key: String
  /// What the setting does, in one sentence without a full stop at the end where it is a phrase.
  package let help: String
  let defaults: SettingDefault<Value>
  let valid: ValidValues<Value>

  init(_ key: String, _ defaults: SettingDefault<Value>, _ valid: ValidValues<Value>, _ help: String) {
    self.key = key
    self.help = help
    self.defaults = defaults
    self.valid = valid
  }
}

/// A setting of any type, as a recipe goes through all of them.
package protocol AnySetting: Sendable {
  var key: String { get }
  var help: String { get }
  /// `number`, `integer`, `true/false` or `text`.
  var typeName: String { get }
  /// Which values are valid, in words that follow "expected".
  var validText: String { get }
  func defaultValue(_ command: TrainingCommand, _ tier: Tier) -> SettingStorage
  func decode(from container: KeyedDecodingContainer<SettingKey>) throws -> SettingStorage
  func encode(_ value: SettingStorage, to container: inout KeyedEncodingContainer<SettingKey>) throws
  /// - Throws: `Fault.usage` naming the setting, the value found and what was expected.
  func check(_ value: SettingStorage) throws
}

extension AnySetting {
  /// The defaults of each tier, or one where all have the same; empty where the default is empty text.
  package func defaultTexts(of command: TrainingCommand) -> [String] {
    let texts = Tier.allCases.map { tier in
      let text = defaultValue(command, tier).description
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    return Set(texts).count == 1 ? [texts[0]] : texts
  }
}

extension Setting: AnySetting {
  package var typeName: String { Value.typeName }
  package var validText: String { valid.text }

  package func defaultValue(_ command: TrainingCommand, _ tier: Tier) -> SettingStorage {
    defaults.value(command, tier).stored
  }

  package func decode(from container: KeyedDecodingContainer<SettingKey>) throws -> SettingStorage {
    try container.decode(Value.self, forKey: SettingKey(key)).stored
  }

  package func encode(_ value: SettingStorage, to container: inout KeyedEncodingContainer<SettingKey>) throws {
    try container.encode(Value(stored: value), forKey: SettingKey(key))
  }

  package func check(_ value: SettingStorage) throws {
    let value = Value(stored: value)
    try require(valid.contains(value), key, value, valid.text)
  }
}

/// The command that trains by a recipe.
package enum TrainingCommand: String, Sendable, CaseIterable {
  case pretrain
  case finetune
}

/// The default of a setting, which may depend on the command and on the tier.
struct SettingDefault<Value: SettingValue>: Sendable {
  let value: @Sendable (TrainingCommand, Tier) -> Value

  /// The same for both commands and all tiers.
  static func always(_ value: Value) -> SettingDefault { SettingDefault { _, _ in value } }

  static func ofTier(_ value: @escaping @Sendable (Tier) -> Value) -> SettingDefault {
    SettingDefault { _, tier in value(tier) }
  }

  static func byTier(xs: Value, s: Value, l: Value) -> SettingDefault {
    .ofTier { tier in
      switch tier {
      case .extraSmall: xs
      case .small: s
      case .large: l
      }
    }
  }

  static func byCommand(pretrain: SettingDefault, finetune: SettingDefault) -> SettingDefault {
    SettingDefault { command, tier in
      switch command {
      case .pretrain: pretrain.value(command, tier)
      case .finetune: finetune.value(command, tier)
      }
    }
  }
}

/// The name of a setting as a key of YAML.
package struct SettingKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }

  package init(_ key: String) { stringValue = key }
  package init?(stringValue: String) { self.init(stringValue) }
  package init?(intValue: Int) { nil }
}

/// A type that the value of a setting may have.
package protocol SettingValue: Codable, Sendable, Equatable, CustomStringConvertible {
  static var typeName: String { get }
  var stored: SettingStorage { get }
  /// - Precondition: `stored` holds a value of this type.
  init(stored: SettingStorage)
}

/// The value of a setting of any type.
package enum SettingStorage: Sendable, Equatable, CustomStringConvertible {
  case number(Double)
  case integer(Int)
  case unsigned(UInt64)
  case flag(Bool)
  case text(String)

  package var description: String {
    switch self {
    case .number(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .text(let value): value
    }
  }

  fileprivate func isNot(_ type: Any.Type) -> Never { preconditionFailure("the setting is not a \(type): \(self)") }
}

extension Double: SettingValue {
  package static var typeName: String { "number" }
  package var stored: SettingStorage { .number(self) }
  package init(stored: SettingStorage) {
    guard case .number(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}

extension Int: SettingValue {
  package static var typeName: String { "integer" }
  package var stored: SettingStorage { .integer(self) }
  package init(stored: SettingStorage) {
    guard case .integer(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}

extension UInt64: SettingValue {
  package static var typeName: String { "integer" }
  package var stored: SettingStorage { .unsigned(self) }
  package init(stored: SettingStorage) {
    guard case .unsigned(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}

extension Bool: SettingValue {
  package static var typeName: String { "true/false" }
  package var stored: SettingStorage { .flag(self) }
  package init(stored: SettingStorage) {
    guard case .flag(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}

extension String: SettingValue {
  package static var typeName: String { "text" }
  package var stored: SettingStorage { .text(self) }
  package init(stored: SettingStorage) {
    guard case .text(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}
