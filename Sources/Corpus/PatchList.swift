import Files
import Foundation
import VolumeFormats

/// A table that tells from which volume each patch was cut: CSV with a header, a column of files (`patch`, `file`, …)
/// and one of volumes (`volume`, `source`, …); commas, semicolons or tabs between the fields.
struct PatchList {
  let path: String
  private let volumes: [String: String]

  private static let fileColumns = ["patch", "file", "filename", "patch_file", "path", "patchvolume", "name"]
  private static let volumeColumns = ["volume", "source", "source_volume", "sample", "brain", "specimen", "image"]

  /// - Throws: `Fault.badData` naming the line that cannot be used.
  init(_ path: String) throws {
    self.path = path
    guard let text = String(data: try readWholeFile(path, limit: 1 << 30), encoding: .utf8) else {
      throw Fault.badData("\(path) is not text in UTF-8; expected a table with the columns patch and volume")
    }
    let lines = text.replacingOccurrences(of: "\r\n", with: "\n").split(
      separator: "\n", omittingEmptySubsequences: false)
    let first = lines.first.map { $0.hasPrefix("\u{FEFF}") ? $0.dropFirst() : $0 } ?? ""
    let separator: Character =
      [",", ";", "\t"].max { a, b in
        first.count { String($0) == a } < first.count { String($0) == b }
      }.map { Character($0) } ?? ","
    func fields(_ line: Substring) -> [String] {
      line.split(separator: separator, omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
      }
    }
    let names = fields(first).map { $0.lowercased().replacingOccurrences(of: " ", with: "_") }
    guard let file = Self.fileColumns.compactMap(names.firstIndex).first,
      let volume = Self.volumeColumns.compactMap(names.firstIndex).first, file != volume
    else {
      throw Fault.badData(
        "\(path) does not say from which volume a patch was cut: expected a header with a column patch (or file) and a "
          + "column volume (or source), found \"\(first.prefix(120))\"")
    }
    var volumes: [String: String] = [:]
    for (number, line) in lines.enumerated().dropFirst() where !line.allSatisfy(\.isWhitespace) {
      let values = fields(line)
      guard values.indices.contains(max(file, volume)), !values[file].isEmpty, !values[volume].isEmpty else {
        throw Fault.badData(
          "\(path):\(number + 1): expected a patch and its volume, found \"\(line.prefix(120))\"")
      }
      if let other = volumes.updateValue(values[volume], forKey: values[file]), other != values[volume] {
        throw Fault.badData(
          "\(path):\(number + 1): the patch \(values[file]) is of the volume \(values[volume]), but a line before "
            + "says \(other)")
      }
    }
    self.volumes = volumes
  }

  var count: Int { volumes.count }

  /// The volume of each file, nil where the table does not name it, and how many lines name no file.
  ///
  /// A line names a file by its path relative to `root` or by the end of that path, whole components, with or without the
  /// ending.
  ///
  /// - Throws: `Fault.badData` when a line names several files.
  func volumes(of files: [String], root: String) throws -> (volumes: [String?], unused: Int) {
    var bySuffix: [String: [Int]] = [:]
    for (index, file) in files.enumerated() {
      let parts = file.split(separator: "/")
      for start in parts.indices {
        let suffix = parts[start...].joined(separator: "/")
        bySuffix[suffix, default: []].append(index)
        let stem = stemOfVolume(suffix)
        if stem != suffix { bySuffix[stem, default: []].append(index) }
      }
    }
    var found = [String?](repeating: nil, count: files.count)
    var unused = 0
    for (name, volume) in volumes {
      var key = name
      while key.hasPrefix("./") { key.removeFirst(2) }
      if key.hasPrefix(root + "/") { key.removeFirst(root.count + 1) }
      // A path may begin above the root.
      var matches = bySuffix[key] ?? []
      var parts = key.split(separator: "/")[...]
      while matches.isEmpty, parts.count > 1 {
        parts = parts.dropFirst()
        matches = bySuffix[parts.joined(separator: "/")] ?? []
      }
      guard matches.count <= 1 else {
        throw Fault.badData(
          "\(path): \(name) may be \(files[matches[0]]) or \(files[matches[1]]); give the path of the patch, relative to "
            + root)
      }
      if let match = matches.first { found[match] = volume } else { unused += 1 }
    }
    return (found, unused)
  }
}
