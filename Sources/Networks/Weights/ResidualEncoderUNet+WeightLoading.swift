import Files
import Foundation
import Torch

extension ResidualEncoderUNet {
  /// Overwrites parameters in place with those of a file.
  ///
  /// - Throws: `Fault` of kind `badData` when not a single parameter could be loaded or the file is damaged, `TorchError`
  ///   when memory runs out.
  package func load(_ weights: any StoredWeights, _ selection: WeightSelection = .everything) throws -> LoadingReport {
    var report = LoadingReport()
    let storedTensors = weights.tensors
    let wanted = Set(parameters.map(\.name))
    let matching = WeightMatching(storedTensors, wanted: wanted)
    report.unexpected = matching.unexpected
    report.asides = matching.asides
    var leftOver: Set<String> = []
    for name in matching.unexpected where storedTensors[name]?.isOfRealNumbers == true {
      let canonical = WeightNames.canonical(name)
      if selection.claims(canonical), leftOver.insert(canonical).inserted { report.leftOver.append(name) }
    }
    for (name, kind) in weights.unreadable.sorted(by: { $0.key < $1.key }) {
      let canonical = WeightNames.canonical(name)
      if matching.names[canonical] == nil, wanted.contains(canonical) {
        report.unreadable.append("\(name) is a \(kind)")
      }
    }
    for parameter in parameters where selection.includes(parameter.name) {
      guard let names = matching.names[parameter.name], let stored = storedTensors[names[0]] else {
        report.missing.append(parameter.name)
        continue
      }
      guard stored.shape == parameter.tensor.shape else {
        report.misshaped.append(
          .init(name: parameter.name, expected: parameter.tensor.shape, found: stored.shape))
        continue
      }
      let tensor = try weights.tensor(names[0]).to(.float32)
      let values = try tensor.floats()
      for other in names.dropFirst() where try !holds(values, weights, other, shape: stored.shape) {
        report.ambiguous += [names[0], other]
      }
      report.examine(values, parameter.name)
      try parameter.tensor.copy(from: tensor)
      report.loaded.append(parameter.name)
    }
    if report.loaded.isEmpty {
      let found = storedTensors.keys.sorted().prefix(3).joined(separator: ", ")
      throw Fault.badData(
        "no tensor in \(weights.path) matches the network: expected tensors such as \(parameters[0].name) "
          + "\(parameters[0].tensor.shape), found \(found.isEmpty ? "no tensors" : found) (\(report.summary)); give the "
          + "weights of a \(architecture.encoder.className) of the same stages")
    }
    return report
  }

  /// Whether the tensor `name` of a file has these values; NaN is equal to NaN.
  private func holds(_ values: [Float], _ weights: any StoredWeights, _ name: String, shape: [Int]) throws -> Bool {
    guard weights.tensors[name]?.shape == shape else { return false }
    let others = try weights.tensor(name).to(.float32).floats()
    return values.withUnsafeBytes { first in
      others.withUnsafeBytes { second in memcmp(first.baseAddress!, second.baseAddress!, first.count) == 0 }
    }
  }

  /// Writes the parameters to a safetensors file under their canonical names, with the other names of nnU-Net's state
  /// dictionary in the metadata.
  package func save(to path: String, metadata: [String: String] = [:]) throws {
    let aliases = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, WeightNames.aliases(of: $0.name)) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var metadata = metadata
    metadata["format"] = "pt"
    metadata["aliases"] = String(decoding: try encoder.encode(aliases.filter { !$0.value.isEmpty }), as: UTF8.self)
    try SafetensorsFile.write(parameters.map { ($0.name, $0.tensor) }, metadata: metadata, to: path)
  }
}
