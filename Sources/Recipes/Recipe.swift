import Architectures
import Files
import YAML
import Yams

/// The resolved settings of a training run, written to `recipe.yaml` and compared when a run is resumed.
public protocol Recipe: Codable, Sendable, Equatable {
  associatedtype OwnSettings: SettingsTable

  /// The command that trains by it.
  static var command: TrainingCommand { get }
  var training: TrainingRecipe { get set }
  /// The settings that the other command does not have.
  var own: Settings<OwnSettings> { get set }
  /// Memory that the loss needs beside the network, in bytes for each voxel of a sample.
  var lossBytesPerVoxel: Int { get }
  /// - Throws: `Fault.usage` naming the first setting that is not valid.
  func check() throws
  /// Takes the defaults that suit the weights a run starts from.
  mutating func suit(_ network: InheritedNetwork)

  init(training: TrainingRecipe, own: Settings<OwnSettings>)
}

extension Recipe {
  public mutating func suit(_ network: InheritedNetwork) {}

  /// The defaults of a network size, or nil for an unknown one.
  public static func standard(tier: String) -> Self? {
    Tier(rawValue: tier).map { Self(training: TrainingRecipe(command, $0), own: Settings(command, $0)) }
  }

  public init(from decoder: any Decoder) throws {
    self.init(training: try TrainingRecipe(from: decoder), own: try Settings(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    try training.encode(to: encoder)
    try own.encode(to: encoder)
  }

  /// Resolves the settings: the defaults of the tier and the optimiser, then the recipe file, then `options` in order,
  /// the later winning.
  ///
  /// - Parameters:
  ///   - file: path of a YAML mapping of settings, as a run's own `recipe.yaml` is.
  ///   - options: (key, value text) as the command line gives them.
  ///   - network: whose stages and tier apply where neither file nor options name any.
  ///   - begun: the settings that the run was begun with, when it is resumed: they stand where neither file nor options say
  ///     otherwise, whatever has become of the defaults since.
  /// - Throws: `Fault.usage` for an unknown key, a value of the wrong kind or out of range; `Fault.badData` for a file
  ///   that is not a YAML mapping.
  public static func resolve(
    file: String?, options: [(key: String, value: String)], network: InheritedNetwork? = nil,
    begun: [String: String]? = nil
  ) throws -> Self {
    var overrides: [(key: String, value: Node, origin: String)] = []
    if let file {
      for (key, value) in try mappingNode(ofFile: file) { overrides.append((key.string ?? "?", value, file)) }
    }
    for option in options { overrides.append((option.key, Node(option.value), "the command line")) }
    // Underscores are accepted too, so that settings can be pasted from nnU-Net's plans.
    for index in overrides.indices { overrides[index].key = overrides[index].key.replacing("_", with: "-") }
    let namesNetwork = overrides.contains { $0.key == "tier" || StageLists.keys.contains($0.key) }
    let start = network
    let network = namesNetwork ? nil : network
    let tier = overrides.last { $0.key == "tier" }?.value.string ?? (network?.tier ?? .extraSmall).rawValue
    if let own = overrides.last(where: { $0.key == "tier" && $0.origin == file })?.value.string, own != tier {
      // The whole recipe of another run with a different tier: the network is that of the tier.
      overrides.removeAll { $0.origin == file && StageLists.keys.contains($0.key) }
    }
    guard var defaults = standard(tier: tier) else {
      throw Fault.usage("the setting tier is '\(tier)'; expected \(TrainingSettings.table.tier.validText)")
    }
    network?.adopt(into: &defaults.training)
    if let start { defaults.suit(start) }
    let optimizer = overrides.last { $0.key == "optimizer" }?.value.string
    if let kind = optimizer.flatMap(OptimizerKind.init(rawValue:)) { defaults.training.adopt(kind) }
    if let features = overrides.last(where: { $0.key == StageLists.featuresKey })?.value {
      defaults.training.stageLists.setStageCount(listText(features).split(separator: ",").count)
    }
    guard var mapping = try Yams.compose(yaml: defaults.yaml())?.mapping else {
      preconditionFailure("the default recipe is a mapping")
    }
    if let begun, begun["tier"] == tier {
      for key in mapping.keys.compactMap(\.string) {
        if let value = begun[key] ?? earlierValue(of: key) { mapping[Node(key)] = Node(value) }
      }
    }
    for (name, value, origin) in overrides {
      guard mapping[Node(name)] != nil else {
        let known = mapping.keys.compactMap(\.string).joined(separator: ", ")
        throw Fault.usage("\(origin) has an unknown setting '\(name)'; expected one of \(known)")
      }
      let isList = value.sequence != nil && (StageLists.keys.contains(name) || name == TrainingSettings.table.crop.key)
      guard isList || value.scalar != nil else {
        throw Fault.usage("the setting \(name) of \(origin) is a list or mapping; expected one value")
      }
      mapping[Node(name)] = isList ? Node(listText(value)) : value
    }
    let recipe = try decoded(Node(mapping.map { ($0.key, $0.value) }))
    try recipe.check()
    return recipe
  }

  /// The settings as a YAML mapping, keys in order of declaration; equal recipes give equal text.
  public func yaml() throws -> String {
    try YAMLEncoder().encode(self)
  }

  /// The settings as text, in order of declaration. The kind of network, and what earlier versions did not have, are among
  /// them only where they are not what these did, so that their runs can be resumed.
  public func settings() throws -> [(key: String, value: String)] {
    guard let mapping = try Yams.compose(yaml: yaml())?.mapping else { preconditionFailure("a recipe is a mapping") }
    return mapping.map { ($0.key.string ?? "", $0.value.string ?? "") }
      .filter { Self.earlierValue(of: $0.0) != $0.1 }
  }

  /// What earlier versions did where they did not have a setting; nil for those they had.
  private static func earlierValue(of key: String) -> String? {
    key == StageLists.networkKey
      ? StageLists.usualNetwork
      : PretrainingSettings.ofEarlierVersions[key] ?? FinetuningSettings.ofEarlierVersions[key]
  }

  /// Whether a recipe file or the options say what a setting is.
  ///
  /// - Throws: as `resolve`.
  public static func names(_ key: String, file: String?, options: [(key: String, value: String)]) throws -> Bool {
    let inFile = try file.map { try mappingNode(ofFile: $0).keys.compactMap(\.string) } ?? []
    return (inFile + options.map(\.key)).contains { $0.replacing("_", with: "-") == key }
  }

  /// A list as `StageLists` writes it: `[8, 16]` as `8,16`, `[[1, 2, 2]]` as `1x2x2`.
  private static func listText(_ node: Node) -> String {
    guard let entries = node.sequence else { return node.string ?? "?" }
    return entries.map { entry in
      entry.sequence.map { $0.map { $0.string ?? "?" }.joined(separator: "x") } ?? entry.string ?? "?"
    }.joined(separator: ",")
  }

  private static func mappingNode(ofFile path: String) throws -> Node.Mapping {
    let node = try composeYAML(atPath: path, limit: 1 << 20, expected: "a mapping of settings such as 'steps: 1000'")
    guard let mapping = node?.mapping else {
      throw Fault.badData("\(path) is not a YAML mapping of settings such as 'steps: 1000'")
    }
    return mapping
  }

  private static func decoded(_ node: Node) throws -> Self {
    do {
      return try YAMLDecoder().decode(Self.self, from: node)
    } catch let error as DecodingError {
      throw Fault.usage(usageText(error, in: node))
    }
  }

  private static func usageText(_ error: DecodingError, in node: Node) -> String {
    switch error {
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return text(context.codingPath, type, in: node)
    case .dataCorrupted(let context): return text(context.codingPath, nil, in: node)
    case .keyNotFound(let key, _): return "the setting \(key.stringValue) is missing"
    @unknown default: return "a setting has a value of the wrong kind: \(error)"
    }
  }

  private static func text(_ path: [any CodingKey], _ type: (any Any.Type)?, in node: Node) -> String {
    let key = path.last?.stringValue ?? "?"
    let found = node.mapping?[key]?.string ?? "?"
    let expected =
      switch type {
      case is Double.Type, is Float.Type: "a number"
      case is Int.Type, is UInt64.Type: "a whole number"
      case is Bool.Type: "true or false"
      case is CropEdges.Type: "one edge, or three for z,y,x such as 16,64,64"
      default: "a value of another kind"
      }
    return "the setting \(key) is '\(found)'; expected \(expected)"
  }
}
