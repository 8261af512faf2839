import Files
import VolumeFormats
import YAML
import Yams

/// A YAML list of pairs. Paths are relative to the list; a `*` in the file name of both volumes stands for any text, the
/// same in both.
package struct PairList {
  let path: String
  let roles: PairRoles
  private let text: String

  /// - Throws: `Fault.noInput` or `Fault.io` when the file cannot be read, `Fault.badData` when it is no text.
  package init(_ path: String, _ roles: PairRoles) throws {
    self.path = path
    self.roles = roles
    let data = try readWholeFile(path, limit: 1 << 26)
    guard let text = String(data: data, encoding: .utf8) else {
      throw Fault.badData("\(path) is not UTF-8 text; expected \(PairList.expected(roles))")
    }
    self.text = text
  }

  private static func expected(_ roles: PairRoles) -> String {
    "a YAML list of pairs such as '- {\(roles.first): a.tif, \(roles.second): b.tif, structure: axons}'"
  }

  /// - Throws: `Fault.badData` with the line, when the text is no YAML, a key is unknown, missing or repeated, or a value
  ///   is of the wrong kind; `Fault.noInput` when nothing matches a pattern.
  package func pairs() throws -> PairListing {
    guard let root = try composeYAML(text, of: path, expected: PairList.expected(roles)) else { return PairListing([]) }
    guard let entries = root.sequence else {
      throw fault(root, "expected \(PairList.expected(roles)), found \(kind(root))")
    }
    return PairListing(try entries.flatMap(pairs))
  }

  private func pairs(_ node: Node) throws -> [VolumePair] {
    guard let mapping = node.mapping else {
      throw fault(node, "expected a pair such as {\(roles.first): a.tif, \(roles.second): b.tif}, found \(kind(node))")
    }
    let known = roles.volumeKeys + roles.otherKeys
    for (key, _) in mapping {
      let name = key.string ?? ""
      guard !known.contains(name) else { continue }
      let similar = nearestNames(to: name, among: known)
      let hint = similar.isEmpty ? "expected one of \(known.joined(separator: ", "))" : "did you mean '\(similar[0])'?"
      throw fault(key, "unknown key '\(name)'; \(hint)")
    }
    let entry = Entry(list: self, mapping: mapping, node: node)
    let category = try entry.text("category") ?? ""
    if !category.isEmpty, StructureCategory(rawValue: category) == nil {
      let known = StructureCategory.allCases.map(\.rawValue).joined(separator: ", ")
      throw fault(mapping["category"] ?? node, "unknown category '\(category)'; expected one of \(known)")
    }
    let volumes = try matches(try entry.member(roles.first), try entry.member(roles.second), node)
    return try volumes.map { first, second in
      let name = first.path.split(separator: "/").last.map(String.init) ?? first.path
      var pair = VolumePair(name: stemOfVolume(name), first: first, second: second)
      pair.structure = try entry.text("structure") ?? ""
      pair.category = category
      pair.source = try entry.text("source") ?? ""
      pair.sourcePath = pair.source.isEmpty ? nil : entry.resolved(pair.source)
      pair.fold = try entry.integer("fold")
      pair.isValidation = try entry.flag("validation") ?? false
      return pair
    }
  }

  /// One pair, or one for every file that a pattern matches.
  private func matches(
    _ first: VolumePair.Member, _ second: VolumePair.Member, _ node: Node
  ) throws -> [(VolumePair.Member, VolumePair.Member)] {
    let patterns = [first.path, second.path].map { $0.contains("*") && !fileExists($0) }
    guard patterns.contains(true) else { return [(first, second)] }
    guard patterns == [true, true], let pattern = FilePattern(first.path), let partner = FilePattern(second.path) else {
      throw fault(
        node, "expected one * in the file name of both volumes, or in neither, found \(first.path) and \(second.path)")
    }
    let texts = try pattern.matches()
    guard !texts.isEmpty else { throw Fault.noInput("\(path):\(line(node)): no file matches \(first.path)") }
    return try texts.map { text in
      var (image, label) = (first, second)
      image.path = pattern.path(text)
      label.path = partner.path(text)
      guard fileExists(label.path) else {
        throw Fault.badData("\(path):\(line(node)): \(image.path) has no \(roles.second): there is no \(label.path)")
      }
      return (image, label)
    }
  }

  // MARK: Messages

  fileprivate func fault(_ node: Node, _ text: String) -> Fault { Fault.badData("\(path):\(line(node)): \(text)") }

  private func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

  private func kind(_ node: Node) -> String {
    switch node {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "the text '\(scalar.string.prefix(40))'"
    case .alias: "an alias"
    }
  }
}

/// The values of one pair.
private struct Entry {
  let list: PairList
  let mapping: Node.Mapping
  let node: Node

  func member(_ role: String) throws -> VolumePair.Member {
    guard let path = try text(role), !path.isEmpty else { throw list.fault(node, "the pair has no '\(role)'") }
    return VolumePair.Member(
      resolved(path), dataset: try text("\(role)-dataset"), channel: try index("\(role)-channel"),
      timePoint: try index("\(role)-time-point"))
  }

  /// A path that is relative to the list.
  func resolved(_ path: String) -> String {
    let base = parentDirectory(of: list.path)
    return path.hasPrefix("/") || base == "." ? path : joinPath(base, path)
  }

  func text(_ key: String) throws -> String? {
    guard let value = mapping[key] else { return nil }
    guard let scalar = value.scalar else { throw list.fault(value, "'\(key)' must be one text, not a list or mapping") }
    return value.null != nil ? nil : scalar.string
  }

  func integer(_ key: String) throws -> Int? {
    guard let text = try text(key) else { return nil }
    guard let number = Int(text) else {
      throw list.fault(mapping[key]!, "'\(key)' must be a whole number, found '\(text)'")
    }
    return number
  }

  private func index(_ key: String) throws -> Int? {
    guard let number = try integer(key) else { return nil }
    guard number >= 0 else { throw list.fault(mapping[key]!, "'\(key)' must be 0 or more, found \(number)") }
    return number
  }

  func flag(_ key: String) throws -> Bool? {
    guard let text = try text(key) else { return nil }
    guard let flag = mapping[key]?.bool else {
      throw list.fault(mapping[key]!, "'\(key)' must be true or false, found '\(text)'")
    }
    return flag
  }
}

/// A path with one `*` in its file name.
private struct FilePattern {
  private let directory: String
  private let before: String
  private let after: String

  /// Nil when there is not one `*`, or it is not in the file name.
  init?(_ path: String) {
    directory = parentDirectory(of: path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let parts = name.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !directory.contains("*") else { return nil }
    before = parts[0]
    after = parts[1]
  }

  func path(_ text: String) -> String { joinPath(directory, before + text + after) }

  /// What stands for the `*` in the files that are there, hidden ones aside.
  func matches() throws -> [String] {
    try directoryEntries(directory).sorted().filter {
      $0.hasPrefix(before) && $0.hasSuffix(after) && $0.count > before.count + after.count
        && (!$0.hasPrefix(".") || before.hasPrefix("."))
    }.map { String($0.dropFirst(before.count).dropLast(after.count)) }
  }
}
