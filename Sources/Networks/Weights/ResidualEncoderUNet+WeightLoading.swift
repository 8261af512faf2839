import Files
import Foundation
import Torch

extension ResidualEncoderUNet {
  /// Overwrites parameters in place with those of a file.
  ///
  /// - Throws: `Fault` of kind `badData` when not a single parameter could be loaded or the file is damaged, `TorchError`
  ///   when memory runs out.
  package func load(_ weights: any StoredWeights, _ selection: WeightSelection = .everything) throws -> LoadingReport {
    var nameInFile: [String: String] = [:]
    var report = LoadingReport()
    let wanted = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
    // Of several names of one tensor the canonical one wins, otherwise the alphabetically first: any would do, but it must
    // be the same every time.
    let storedTensors = weights.tensors
    for name in storedTensors.keys.sorted() {
      let canonical = WeightNames.canonical(name)
      if wanted[canonical] == nil {
        report.unexpected.append(name)
      } else if nameInFile[canonical] == nil || name == canonical {
        nameInFile[canonical] = name
      }
    }
    for parameter in parameters where selection.includes(parameter.name) {
      guard let name = nameInFile[parameter.name], let stored = storedTensors[name] else {
        report.missing.append(parameter.name)
        continue
      }
      guard stored.shape == parameter.tensor.shape else {
        report.misshaped.append(
          .init(name: parameter.name, expected: parameter.tensor.shape, found: stored.shape))
        continue
      }
      try parameter.tensor.copy(from: weights.tensor(name))
      report.loaded.append(parameter.name)
    }
    if report.loaded.isEmpty {
      let found = storedTensors.keys.sorted().prefix(3).joined(separator: ", ")
      throw Fault.badData(
        "no tensor in \(weights.path) matches the network: expected tensors such as \(parameters[0].name) "
          + "\(parameters[0].tensor.shape), found \(found.isEmpty ? "no tensors" : found) (\(report.summary)); give the "
          + "weights of a residual-encoder U-Net of the same stages")
    }
    return report
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
