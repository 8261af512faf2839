import Files
import Foundation
import Torch

/// What a weights file gave to a network.
package struct LoadingReport: Sendable, Codable, Equatable {
  package struct Misfit: Sendable, Codable, Equatable {
    package let name: String
    package let expected: [Int]
    package let found: [Int]
  }

  /// Canonical names of parameters that were set.
  package var loaded: [String] = []
  /// Wanted, but not in the file.
  package var missing: [String] = []
  /// In the file, but not in the network; names as in the file.
  package var unexpected: [String] = []
  /// In both, but of another shape; left as they were.
  package var misshaped: [Misfit] = []

  package var isComplete: Bool { missing.isEmpty && misshaped.isEmpty }

  /// One line for people.
  package var summary: String { parts(naming: 1).joined(separator: ", ") }

  /// A line each for what was loaded, missing, of another shape, and not in the network, with a few names.
  package var lines: [String] { parts(naming: 4) }

  private func parts(naming limit: Int) -> [String] {
    var parts = ["\(loaded.count) tensors loaded"]
    func add(_ names: [String], _ word: String) {
      if names.isEmpty { return }
      let few = names.prefix(limit).joined(separator: ", ")
      parts.append("\(names.count) \(word) (\(few)\(names.count > limit ? ", …" : ""))")
    }
    add(missing, "missing")
    add(misshaped.map { "\($0.name): \($0.found) in place of \($0.expected)" }, "of another shape")
    add(unexpected, "not in this network")
    return parts
  }
}

/// Which parameters to take from a weights file.
package enum WeightSelection: String, Sendable, Codable, CaseIterable {
  case encoder
  /// All but the output layers, which belong to a task.
  case encoderAndDecoder = "encoder-and-decoder"
  case everything

  func includes(_ name: String) -> Bool {
    switch self {
    case .encoder: name.hasPrefix("encoder.")
    case .encoderAndDecoder: !name.hasPrefix("decoder.seg_layers.")
    case .everything: true
    }
  }
}

extension ResidualEncoderUNet {
  /// Overwrites parameters, in place, by those of a file.
  ///
  /// - Throws: `Fault.badData` when not one parameter could be taken.
  package func load(_ weights: any StoredWeights, _ selection: WeightSelection = .everything) throws -> LoadingReport {
    var nameInFile: [String: String] = [:]
    var report = LoadingReport()
    let wanted = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
    // Of several spellings of one tensor the canonical one wins, else the first in the alphabet: any will do, but the
    // same every time.
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
        "nothing in \(weights.path) fits the network: expected tensors such as \(parameters[0].name) "
          + "\(parameters[0].tensor.shape), found \(found.isEmpty ? "no tensors" : found) (\(report.summary)); give the "
          + "weights of a residual-encoder U-Net of the same stages")
    }
    return report
  }

  /// Writes the parameters under their canonical names, the other names of nnU-Net's state dictionary in the metadata.
  package func save(to path: String, metadata: [String: String] = [:]) throws {
    let aliases = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, WeightNames.aliases(of: $0.name)) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var metadata = metadata
    metadata["format"] = "pt"
    metadata["aliases"] = String(decoding: try encoder.encode(aliases.filter { !$0.value.isEmpty }), as: UTF8.self)
    try WeightsFile.write(parameters.map { ($0.name, $0.tensor) }, metadata: metadata, to: path)
  }
}
