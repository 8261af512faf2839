import Architectures
import Files
import Foundation
import Torch

/// What must be known about weights to use them; written as JSON beside them and into their metadata.
///
/// Keys are in camelCase, but those under `architecture` are nnU-Net's. The first format had no `formatVersion` and keys
/// in snake_case, and is still read. Absent keys take defaults; only `crop` is required.
public struct ModelDescription: Codable, Hashable, Sendable {
  package enum Task: String, Codable, Sendable {
    /// Predicts the probability of foreground.
    case segmentation
    /// Reconstructs masked voxels; a starting point for fine-tuning.
    case reconstruction
  }

  /// What the last layer of a network returns.
  package enum Output: String, Codable, Sendable {
    case logits
    case probabilities
    /// Logits of structures that may overlap, without background: foreground is where any of them is.
    case regions
  }

  package var task: Task
  /// Nil for a TorchScript module, which contains its own.
  package var architecture: ArchitectureDescription?
  package var normalisation: NormalisationRecipe
  /// Edges (z, y, x) of the crops it was trained on: the natural tile for inference.
  package var crop: [Int]
  package var precision: Precision
  package var output: Output
  /// What is averaged over tiles, mirrored passes and networks.
  package var averaging: Averaging
  /// How small volumes are padded: as its crops were, and by mirroring where these were whole or nothing is known.
  package var padding: Padding
  /// Axes (0 for z) along which its training samples were mirrored, and tiles may be; nil where it is not known.
  package var mirrorAxes: [Int]?
  /// Distances (z, y, x) of the voxels it was trained on, in the unit of their files, which is not known; nil where it was
  /// trained on voxels of any size.
  package var spacing: [Double]?
  /// The voxels it was trained on; nil where they are not known.
  package var voxelSizes: TrainedVoxelSizes?
  /// What it tells apart, background left out; empty where that is not known.
  package var structures: [String]
  /// The probability from which on its validation chose to take voxels for foreground; nil where nothing was chosen.
  package var threshold: Double?
  /// The voxels of an object below which its validation chose to drop it, of the size it was trained on; 0 for none, nil
  /// where nothing was chosen.
  package var minimumObjectSize: Int?
  /// What its validation chose for each structure by its name, where it was trained on several; empty otherwise.
  package var structureChoices: [String: ObjectChoice]
  /// Names of the sources it was trained on, for people.
  package var trainedOn: [String]
  /// What is doubtful about the description, in sentences; not written.
  package var doubts: [String] = []

  package init(
    task: Task, architecture: ArchitectureDescription?, normalisation: NormalisationRecipe = .init(), crop: [Int],
    precision: Precision = .float32, output: Output = .logits, averaging: Averaging = .probabilities,
    padding: Padding = .mirror, mirrorAxes: [Int]? = nil, spacing: [Double]? = nil,
    voxelSizes: TrainedVoxelSizes? = nil, structures: [String] = [], threshold: Double? = nil,
    minimumObjectSize: Int? = nil, structureChoices: [String: ObjectChoice] = [:], trainedOn: [String] = []
  ) {
    self.task = task
    self.architecture = architecture
    self.normalisation = normalisation
    self.crop = crop
    self.precision = precision
    self.output = output
    self.averaging = averaging
    self.padding = padding
    self.mirrorAxes = mirrorAxes
    self.spacing = spacing
    self.voxelSizes = voxelSizes
    self.structures = structures
    self.threshold = threshold
    self.minimumObjectSize = minimumObjectSize
    self.structureChoices = structureChoices
    self.trainedOn = trainedOn
  }

  /// Of what `json` writes.
  private static let formatVersion = 2

  private enum CodingKeys: CodingKey, CaseIterable {
    case formatVersion, task, architecture, normalisation, crop, precision, output, averaging, padding, mirrorAxes,
      spacing, voxelSizeInMicrometres, structures, threshold, minimumObjectSize, structureChoices,
      trainedOn
  }

  private enum FirstFormatKeys: String, CodingKey { case trainedOn = "trained_on" }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let version = try values.decodeIfPresent(Int.self, forKey: .formatVersion) ?? 1
    guard (1...Self.formatVersion).contains(version) else {
      throw DecodingError.dataCorruptedError(
        forKey: .formatVersion, in: values,
        debugDescription: "formatVersion \(version), of which this program reads 1 to \(Self.formatVersion)")
    }
    task = try values.decodeIfPresent(Task.self, forKey: .task) ?? .segmentation
    architecture = try values.decodeIfPresent(ArchitectureDescription.self, forKey: .architecture)
    normalisation = try values.decodeIfPresent(NormalisationRecipe.self, forKey: .normalisation) ?? .init()
    crop = try values.decode([Int].self, forKey: .crop)
    precision = try values.decodeIfPresent(Precision.self, forKey: .precision) ?? .float32
    output = try values.decodeIfPresent(Output.self, forKey: .output) ?? .logits
    averaging = try values.decodeIfPresent(Averaging.self, forKey: .averaging) ?? .probabilities
    padding = try values.decodeIfPresent(Padding.self, forKey: .padding) ?? .mirror
    mirrorAxes = try values.decodeIfPresent([Int].self, forKey: .mirrorAxes)
    spacing = try values.decodeIfPresent([Double].self, forKey: .spacing)
    voxelSizes = try values.decodeIfPresent(TrainedVoxelSizes.self, forKey: .voxelSizeInMicrometres)
    structures = try values.decodeIfPresent([String].self, forKey: .structures) ?? []
    threshold = try values.decodeIfPresent(Double.self, forKey: .threshold)
    minimumObjectSize = try values.decodeIfPresent(Int.self, forKey: .minimumObjectSize)
    structureChoices = try values.decodeIfPresent([String: ObjectChoice].self, forKey: .structureChoices) ?? [:]
    let first = try decoder.container(keyedBy: FirstFormatKeys.self)
    trainedOn =
      try values.decodeIfPresent([String].self, forKey: .trainedOn)
      ?? first.decodeIfPresent([String].self, forKey: .trainedOn) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Self.formatVersion, forKey: .formatVersion)
    try values.encode(task, forKey: .task)
    try values.encodeIfPresent(architecture, forKey: .architecture)
    try values.encode(normalisation, forKey: .normalisation)
    try values.encode(crop, forKey: .crop)
    try values.encode(precision, forKey: .precision)
    try values.encode(output, forKey: .output)
    if averaging != .probabilities { try values.encode(averaging, forKey: .averaging) }
    if padding != .mirror { try values.encode(padding, forKey: .padding) }
    try values.encodeIfPresent(mirrorAxes, forKey: .mirrorAxes)
    try values.encodeIfPresent(spacing, forKey: .spacing)
    try values.encodeIfPresent(voxelSizes, forKey: .voxelSizeInMicrometres)
    if !structures.isEmpty { try values.encode(structures, forKey: .structures) }
    try values.encodeIfPresent(threshold, forKey: .threshold)
    try values.encodeIfPresent(minimumObjectSize, forKey: .minimumObjectSize)
    if !structureChoices.isEmpty { try values.encode(structureChoices, forKey: .structureChoices) }
    try values.encode(trainedOn, forKey: .trainedOn)
  }

  /// - Throws: `Fault` of kind `badData` that names `source`.
  package init(json: Data, from source: String) throws {
    do {
      self = try JSONDecoder().decode(ModelDescription.self, from: json)
    } catch let refusal as ArchitectureDescription.Refusal {
      throw Fault.badData(
        "the network description in \(source) is malformed: \(refusal.reason); correct the description")
    } catch {
      throw Fault.badData(
        "the network description in \(source) cannot be read: expected JSON with crop, architecture and the like, "
          + "found \(Self.explain(error)); correct the description")
    }
    guard crop.count == 3, crop.allSatisfy({ (1...100_000).contains($0) }) else {
      throw Fault.badData(
        "the network description in \(source) is malformed: expected a crop of three positive edges, found \(crop)")
    }
    if let mirrorAxes {
      guard Set(mirrorAxes).count == mirrorAxes.count, mirrorAxes.allSatisfy((0...2).contains) else {
        throw Fault.badData(
          "the network description in \(source) is malformed: expected mirrorAxes from 0 (z) to 2 (x), each once, found "
            + "\(mirrorAxes)")
      }
    }
    if averaging == .logits {
      guard architecture != nil, output != .probabilities else {
        throw Fault.badData(
          "the network description in \(source) is malformed: averaging of logits takes an architecture whose output is "
            + "logits or regions; correct it, or leave averaging out")
      }
    }
    if let spacing {
      guard spacing.count == 3, spacing.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw Fault.badData(
          "the network description in \(source) is malformed: expected a spacing of three positive numbers, found "
            + "\(spacing)")
      }
    }
    if let voxelSizes, !voxelSizes.isValid {
      throw Fault.badData(
        "the network description in \(source) is malformed: expected a voxelSizeInMicrometres with a median of three positive "
          + "edges (z, y, x) and, where volumes differ, lowest and highest, found median \(voxelSizes.median), lowest "
          + "\(voxelSizes.lowest), highest \(voxelSizes.highest)")
    }
    // A default stands for what is absent, which is never wrong.
    let general = ObjectChoice(threshold: threshold ?? 0.5, minimumObjectSize: minimumObjectSize ?? 0)
    if let refusal = general.refusal {
      throw Fault.badData("the network description in \(source) is malformed: \(refusal)")
    }
    for (structure, choice) in structureChoices.sorted(by: { $0.key < $1.key }) {
      guard let refusal = choice.refusal else { continue }
      throw Fault.badData("the network description in \(source) is malformed: of \(structure), \(refusal)")
    }
    let percentiles = [normalisation.lowerPercentile, normalisation.upperPercentile]
    guard percentiles.allSatisfy({ (0...100).contains($0) }), percentiles[0] < percentiles[1] else {
      throw Fault.badData(
        "the network description in \(source) is malformed: expected a lower and a higher percentile between 0 and "
          + "100, found \(percentiles)")
    }
    try architecture?.validate(from: source)
  }

  /// For a description that people wrote, in which a misspelt key would be a default.
  ///
  /// - Throws: `Fault` of kind `badData` that names `source` and a key that no description has.
  package init(handwritten json: Data, from source: String) throws {
    try self.init(json: json, from: source)
    let known = CodingKeys.allCases.map(\.stringValue)
    let keys = try JSONValue(parsing: json, path: source).asObject?.keys.sorted() ?? []
    if let unknown = keys.first(where: { !known.contains($0) && $0 != FirstFormatKeys.trainedOn.rawValue }) {
      throw Fault.badData(
        "the network description in \(source) has an unknown key \(unknown): expected any of "
          + "\(known.joined(separator: ", ")); correct or remove it")
    }
  }

  /// Whether JSON that has been read says what the network was trained for, which is otherwise taken to be segmentation.
  static func statesTask(_ json: Data) -> Bool {
    struct Document: Decodable { let task: String? }
    return (try? JSONDecoder().decode(Document.self, from: json))?.task != nil
  }

  private static func explain(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "no \(key.stringValue)"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "something else at \(context.codingPath.map(\.stringValue).joined(separator: "."))"
    case DecodingError.dataCorrupted(let context) where context.codingPath.last?.stringValue == "formatVersion":
      context.debugDescription
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      "an unknown value at \(context.codingPath.map(\.stringValue).joined(separator: "."))"
    default: "text that is not JSON"
    }
  }

  /// JSON with sorted keys, so that the same description is the same bytes.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
