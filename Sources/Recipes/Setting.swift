import Architectures

/// One setting of a training recipe: the only place that says what it is called, what its default is, which values it
/// takes and what it is for. Parsing, validation messages, `recipe.yaml` and the reference page all follow from it.
public struct Setting<Value: SettingValue>: Sendable {
  /// The name in recipes and after `--set`, in kebab-case.
  public let key: String
  /// What the setting does, in one sentence without a full stop at the end where it is a phrase.
  public let help: String
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
public protocol AnySetting: Sendable {
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
  public func defaultTexts(of command: TrainingCommand) -> [String] {
    let texts = Tier.allCases.map { tier in
      let text = defaultValue(command, tier).description
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    return Set(texts).count == 1 ? [texts[0]] : texts
  }
}

extension Setting: AnySetting {
  public var typeName: String { Value.typeName }
  public var validText: String { valid.text }

  public func defaultValue(_ command: TrainingCommand, _ tier: Tier) -> SettingStorage {
    defaults.value(command, tier).stored
  }

  public func decode(from container: KeyedDecodingContainer<SettingKey>) throws -> SettingStorage {
    try container.decode(Value.self, forKey: SettingKey(key)).stored
  }

  public func encode(_ value: SettingStorage, to container: inout KeyedEncodingContainer<SettingKey>) throws {
    try container.encode(Value(stored: value), forKey: SettingKey(key))
  }

  public func check(_ value: SettingStorage) throws {
    let value = Value(stored: value)
    try require(valid.contains(value), key, value, valid.text)
  }
}

/// The command that trains by a recipe.
public enum TrainingCommand: String, Sendable, CaseIterable {
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
public struct SettingKey: CodingKey {
  public let stringValue: String
  public var intValue: Int? { nil }

  public init(_ key: String) { stringValue = key }
  public init?(stringValue: String) { self.init(stringValue) }
  public init?(intValue: Int) { nil }
}

/// A type that the value of a setting may have.
public protocol SettingValue: Codable, Sendable, Equatable, CustomStringConvertible {
  static var typeName: String { get }
  var stored: SettingStorage { get }
  /// - Precondition: `stored` holds a value of this type.
  init(stored: SettingStorage)
}

/// The value of a setting of any type.
public enum SettingStorage: Sendable, Equatable, CustomStringConvertible {
  case number(Double)
  case integer(Int)
  case unsigned(UInt64)
  case flag(Bool)
  case text(String)

  public var description: String {
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
  public static var typeName: String { "number" }
  public var stored: SettingStorage { .number(self) }
  public init(stored: SettingStorage) {
    guard case .number(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}

extension Int: SettingValue {
  public static var typeName: String { "integer" }
  public var stored: SettingStorage { .integer(self) }
  public init(stored: SettingStorage) {
    guard case .integer(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}

extension UInt64: SettingValue {
  public static var typeName: String { "integer" }
  public var stored: SettingStorage { .unsigned(self) }
  public init(stored: SettingStorage) {
    guard case .unsigned(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}

extension Bool: SettingValue {
  public static var typeName: String { "true/false" }
  public var stored: SettingStorage { .flag(self) }
  public init(stored: SettingStorage) {
    guard case .flag(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}

extension String: SettingValue {
  public static var typeName: String { "text" }
  public var stored: SettingStorage { .text(self) }
  public init(stored: SettingStorage) {
    guard case .text(let value) = stored else { stored.isNot(Self.self) }
    self = value
  }
}
