/// The result of loading a weights file into a network.
package struct LoadingReport: Sendable, Codable, Equatable {
  /// A parameter whose shape in the file differs.
  package struct Misfit: Sendable, Codable, Equatable {
    package let name: String
    package let expected: [Int]
    package let found: [Int]
  }

  /// Canonical names of parameters that were set.
  package var loaded: [String] = []
  /// Selected, but not in the file.
  package var missing: [String] = []
  /// In the file, but not in the network; names as in the file.
  package var unexpected: [String] = []
  /// In the file, but not part of the network: of another network beside it, or integers such as counters.
  package var asides: [String] = []
  /// Missing because the file has them as something else than a plain tensor: name and kind.
  package var unreadable: [String] = []
  /// In both, but of different shape; not changed.
  package var misshaped: [Misfit] = []

  /// Selected parts for which the network has no place, each once, by their names in the file.
  package var leftOver: [String] = []
  /// Parameters for which the file has several tensors that differ, by their names in the file.
  package var ambiguous: [String] = []
  /// Parameters with infinite values or NaN.
  package var notFinite: [NotFinite] = []

  package struct NotFinite: Sendable, Codable, Equatable {
    package let name: String
    package let count: Int
    package let elementCount: Int
  }

  package var isComplete: Bool { missing.isEmpty && misshaped.isEmpty }

  /// Whether the encoder is there, and what does not fit is the decoder or missing from it: a file of an encoder, or of a network
  /// with another decoder.
  package var lacksDecoderAlone: Bool {
    let unfit = missing + misshaped.map(\.name)
    return !unfit.isEmpty && unfit.allSatisfy { $0.hasPrefix("decoder.") }
  }

  /// Notes what is not finite in a parameter.
  mutating func examine(_ values: [Float], _ name: String) {
    if values.withUnsafeBufferPointer(areFinite) { return }
    notFinite.append(NotFinite(name: name, count: values.count { !$0.isFinite }, elementCount: values.count))
  }

  /// One line, naming one tensor of each kind.
  package var summary: String { parts(naming: 1).joined(separator: ", ") }

  /// One line each for tensors loaded, missing, mismatched and unused, with a few names.
  package var lines: [String] { parts(naming: 4) }

  private func parts(naming limit: Int) -> [String] {
    var parts = ["\(loaded.count) tensors loaded"]
    func add(_ names: [String], _ word: String) {
      if names.isEmpty { return }
      let few = names.prefix(limit).joined(separator: ", ")
      parts.append("\(names.count) \(word) (\(few)\(names.count > limit ? ", …" : ""))")
    }
    add(missing, "missing")
    add(misshaped.map { "\($0.name): found \($0.found), expected \($0.expected)" }, "mismatched")
    add(unexpected, "unused")
    add(asides, "of something else")
    add(unreadable, "not read")
    return parts
  }
}
