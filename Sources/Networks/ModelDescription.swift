import Files
import Foundation
import Torch

/// How a volume's voxels become the numbers a network sees: clipped between two percentiles of the whole volume, then
/// shifted and scaled to mean 0 and standard deviation 1.
package struct NormalisationRecipe: Codable, Hashable, Sendable {
  package var lowerPercentile: Double
  package var upperPercentile: Double

  package init(lowerPercentile: Double = 0.5, upperPercentile: Double = 99.99) {
    self.lowerPercentile = lowerPercentile
    self.upperPercentile = upperPercentile
  }

  private enum CodingKeys: String, CodingKey {
    case lowerPercentile = "lower_percentile"
    case upperPercentile = "upper_percentile"
  }
}

/// What must be known about weights to use them; stands as JSON beside them and in their metadata.
package struct ModelDescription: Codable, Hashable, Sendable {
  package enum Task: String, Codable, Sendable {
    /// Gives the probability of foreground.
    case segmentation
    /// Fills in hidden voxels; a start for fine-tuning.
    case reconstruction
  }

  /// What a network's last layer gives.
  package enum Output: String, Codable, Sendable {
    case logits
    case probabilities
  }

  package var task: Task
  /// Nil for a TorchScript module, which brings its own.
  package var architecture: ArchitectureDescription?
  package var normalisation: NormalisationRecipe
  /// Edges (z, y, x) of the crops it was trained on: the natural tile for inference.
  package var crop: [Int]
  package var precision: Precision
  package var output: Output
  /// The sources it has seen, for people.
  package var trainedOn: [String]

  package init(
    task: Task, architecture: ArchitectureDescription?, normalisation: NormalisationRecipe = .init(), crop: [Int],
    precision: Precision = .float32, output: Output = .logits, trainedOn: [String] = []
  ) {
    self.task = task
    self.architecture = architecture
    self.normalisation = normalisation
    self.crop = crop
    self.precision = precision
    self.output = output
    self.trainedOn = trainedOn
  }

  private enum CodingKeys: String, CodingKey {
    case task, architecture, normalisation, crop, precision, output
    case trainedOn = "trained_on"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    task = try values.decodeIfPresent(Task.self, forKey: .task) ?? .segmentation
    architecture = try values.decodeIfPresent(ArchitectureDescription.self, forKey: .architecture)
    normalisation = try values.decodeIfPresent(NormalisationRecipe.self, forKey: .normalisation) ?? .init()
    crop = try values.decode([Int].self, forKey: .crop)
    precision = try values.decodeIfPresent(Precision.self, forKey: .precision) ?? .float32
    output = try values.decodeIfPresent(Output.self, forKey: .output) ?? .logits
    trainedOn = try values.decodeIfPresent([String].self, forKey: .trainedOn) ?? []
  }

  /// - Throws: `Fault.badData` naming `source`.
  package init(json: Data, from source: String) throws {
    do {
      self = try JSONDecoder().decode(ModelDescription.self, from: json)
    } catch {
      throw Fault.badData(
        "the network description in \(source) cannot be read: expected JSON with crop, architecture and the like, "
          + "found \(Self.explain(error)); correct the description")
    }
    guard crop.count == 3, crop.allSatisfy({ (1...100_000).contains($0) }) else {
      throw Fault.badData(
        "the network description in \(source) is malformed: expected a crop of three positive edges, found \(crop)")
    }
    let percentiles = [normalisation.lowerPercentile, normalisation.upperPercentile]
    guard percentiles.allSatisfy({ (0...100).contains($0) }), percentiles[0] < percentiles[1] else {
      throw Fault.badData(
        "the network description in \(source) is malformed: expected a lower and a higher percentile between 0 and "
          + "100, found \(percentiles)")
    }
    try architecture?.validate(from: source)
  }

  private static func explain(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "no \(key.stringValue)"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "something else at \(context.codingPath.map(\.stringValue).joined(separator: "."))"
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
