import Files

/// What ties an output to the command that began it: one `name: value` a line, for each setting that decides a byte and
/// for each input.
///
/// Inputs are recognised by their contents, so an input that was moved or touched is still the same. Records of earlier
/// versions hold fingerprints of inputs instead (`legacyFingerprint`); those are computed only when such a record is
/// found.
package struct OutputIdentity: Sendable, ExpressibleByStringLiteral {
  package let text: String
  /// Names of the inputs and where they lie, for messages.
  private let inputPaths: [String: [String]]
  /// The identity as earlier versions recorded it; nil when they would have recorded the same.
  private let legacyText: (@Sendable () throws -> String)?

  package init(
    _ text: String, inputPaths: [String: [String]] = [:], legacyText: (@Sendable () throws -> String)? = nil
  ) {
    self.text = text
    self.inputPaths = inputPaths
    self.legacyText = legacyText
  }

  package init(stringLiteral text: String) { self.init(text) }

  /// Settings and inputs, in order.
  private var entries: [(name: String, value: String)] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }

  /// The value of a setting or input, of inputs of one name the first; nil where there is none of that name.
  subscript(name: String) -> String? { entries.first { $0.name == name }?.value }

  /// Settings and inputs by name; of inputs of one name the last.
  package var values: [String: String] { Dictionary(entries.map { ($0.name, $0.value) }) { $1 } }

  /// How the identity that an output recorded differs from this one, as words that follow the output's path; nil when
  /// it does not.
  package func difference(from recorded: String) throws -> String? {
    if recorded == text { return nil }
    if let legacyText, OutputIdentity.hasLegacyFingerprint(recorded) {
      let legacy = try legacyText()
      if recorded == legacy { return nil }
      return OutputIdentity(legacy, inputPaths: inputPaths).firstDifference(from: recorded)
    }
    return firstDifference(from: recorded)
  }

  private func firstDifference(from recorded: String) -> String? {
    let found = recorded.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = text.split(separator: "\n", omittingEmptySubsequences: false)
    var inputsSeen: [String: Int] = [:]
    for index in 0..<max(found.count, wanted.count) {
      let old = index < found.count ? String(found[index]) : "nothing"
      let new = index < wanted.count ? String(wanted[index]) : "nothing"
      let name = String(new.prefix { $0 != ":" })
      let number = inputsSeen[name, default: 0]
      if inputPaths[name] != nil { inputsSeen[name] = number + 1 }
      if old == new { continue }
      if let paths = inputPaths[name], old.hasPrefix(name + ": ") {
        let path = paths.indices.contains(number) ? paths[number] : paths.last ?? name
        return "was begun with another input than \(path) is now "
          + "(\(name): it was \"\(old.dropFirst(name.count + 2))\", now \"\(new.dropFirst(name.count + 2))\")"
      }
      return "was begun with other settings (expected \"\(new)\", found \"\(old)\")"
    }
    return nil
  }

  /// Whether a line of an identity ends like a fingerprint: `input: 12 entries, 0123456789abcdef`.
  private static func hasLegacyFingerprint(_ identity: String) -> Bool {
    identity.split(separator: "\n").contains { line in
      let words = line.split(separator: " ")
      guard words.count >= 4, let count = Int(words[words.count - 3]), count >= 0 else { return false }
      return ["bytes,", "entries,"].contains(words[words.count - 2]) && words[words.count - 1].count == 16
        && words[words.count - 1].allSatisfy(\.isHexDigit)
    }
  }
}

extension OutputIdentity: Equatable {
  package static func == (first: OutputIdentity, second: OutputIdentity) -> Bool { first.text == second.text }
}
