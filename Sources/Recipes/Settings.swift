import Architectures

/// A table of settings: a stored property for each `Setting`, in the order in which recipes list them.
public protocol SettingsTable: Sendable {
  /// The one table of its kind.
  static var table: Self { get }
}

extension SettingsTable {
  /// All settings in order of declaration.
  public static var all: [any AnySetting] {
    Mirror(reflecting: table).children.compactMap { $0.value as? any AnySetting }
  }
}

/// A value for every setting of a table. `settings.learningRate` is the value of the table's setting `learningRate`.
@dynamicMemberLookup
public struct Settings<Table: SettingsTable>: Sendable, Equatable {
  /// By key.
  private var values: [String: SettingStorage]

  /// The defaults of a command and tier.
  init(_ command: TrainingCommand, _ tier: Tier) {
    values = Dictionary(uniqueKeysWithValues: Table.all.map { ($0.key, $0.defaultValue(command, tier)) })
  }

  public subscript<Value>(dynamicMember setting: KeyPath<Table, Setting<Value>>) -> Value {
    get { Value(stored: values[Table.table[keyPath: setting].key]!) }
    set { values[Table.table[keyPath: setting].key] = newValue.stored }
  }

  /// Checks each value on its own.
  ///
  /// - Throws: `Fault.usage` naming the first setting whose value is not valid.
  func checkEach() throws {
    for setting in Table.all { try setting.check(values[setting.key]!) }
  }
}

extension Settings: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: SettingKey.self)
    values = try Dictionary(uniqueKeysWithValues: Table.all.map { ($0.key, try $0.decode(from: container)) })
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: SettingKey.self)
    for setting in Table.all { try setting.encode(values[setting.key]!, to: &container) }
  }
}
