import Files
import Foundation
import VolumeFormats
import Voxels
import YAML
import Yams

/// A sources file: a YAML list of mappings, one for each source or glob of sources.
///
/// ```yaml
/// - path: stores/cfos-*.zarr         # relative to the file
///   structure: c-Fos cells
///   category: isolated-sparse
/// - path: scans/vessels.ims
///   channel: 1
///   voxel-size: [4, 2, 2]
/// - patches: isolated_structures
///   file-list: source-volumes.csv
/// ```
package enum SourcesFile {
  private static let keys = [
    "path", "patches", "name", "structure", "category", "channel", "time-point", "voxel-size", "dataset", "planes",
    "file-list",
  ]
  private static let example = "'- {path: brain.zarr, structure: vessels, category: contiguous-dense}'"

  /// - Throws: `Fault.badData` naming the line for anything but such a list, `Fault.noInput` for a path or glob that
  ///   matches nothing.
  package static func read(_ path: String) throws -> [SourceRequest] {
    let root = try composeYAML(atPath: path, limit: 1 << 26, expected: "a list of sources such as \(example)")
    guard let entries = root?.sequence, !entries.isEmpty else {
      throw Fault.badData(
        "\(path) holds no list of sources: expected entries such as \(example), found \(described(root))")
    }
    return try entries.flatMap { try Entry($0, file: path).requests() }
  }

  private static func described(_ node: Node?) -> String {
    guard let node else { return "nothing" }
    if node.sequence != nil { return "an empty list" }
    return node.mapping != nil ? "a mapping; begin every source with '- '" : "\"\(node.string ?? "?")\""
  }

  /// One entry of the list.
  private struct Entry {
    let file: String
    let line: Int
    private let mapping: Node.Mapping
    private var place: String { "\(file):\(line)" }

    init(_ node: Node, file: String) throws {
      self.file = file
      line = node.mark?.line ?? 1
      guard let mapping = node.mapping else {
        throw Fault.badData(
          "\(file):\(line): expected a source such as \(example), found "
            + (node.string.map { "\"\($0)\"; write path: \($0)" } ?? "a list"))
      }
      self.mapping = mapping
      var seen: Set<String> = []
      for (key, _) in mapping {
        let name = key.string ?? "?"
        guard keys.contains(name) else {
          let similar = nearestNames(to: name.lowercased().replacingOccurrences(of: "_", with: "-"), among: keys)
          throw Fault.badData(
            "\(file):\(key.mark?.line ?? line): unknown key \"\(name)\""
              + (similar.isEmpty
                ? "; expected one of \(keys.joined(separator: ", "))"
                : "; did you mean \(similar.joined(separator: " or "))?"))
        }
        guard seen.insert(name).inserted else {
          throw Fault.badData("\(file):\(key.mark?.line ?? line): \(name) is given twice in one source")
        }
      }
    }

    func requests() throws -> [SourceRequest] {
      var request = SourceRequest("")
      request.name = try text("name")
      request.structure = try text("structure")
      request.category = try text("category")
      if let category = request.category, !SourceRequest.categories.contains(category) {
        throw fault(
          "category", "expected one of \(SourceRequest.categories.joined(separator: ", ")), found \"\(category)\"")
      }
      request.options = VolumeOptions(
        voxelSizeInMicrometres: try voxelSize(), channel: try number("channel") ?? 0,
        timePoint: try number("time-point") ?? 0, dataset: try text("dataset"), planes: try text("planes"))
      if let list = try text("file-list") {
        request.fileList = resolved(list)
        guard fileExists(request.fileList!) else { throw missing("file-list", list) }
      }
      switch (try text("path"), try text("patches")) {
      case (let path?, nil): return try volumes(path, request)
      case (nil, let patches?): return try self.patches(patches, request)
      case (nil, nil): throw Fault.badData("\(place): the source has no path; give path: or patches:")
      case (_?, _?): throw Fault.badData("\(place): path and patches are both given; leave out one of them")
      }
    }

    private func volumes(_ path: String, _ template: SourceRequest) throws -> [SourceRequest] {
      let found = try matches(path, key: "path")
      if found.count > 1, let name = template.name {
        throw fault(
          "name", "\"\(name)\" cannot be the name of all \(found.count) sources that \(path) matches; leave it out")
      }
      return found.map { path in
        var request = template
        request.path = path
        return request
      }
    }

    /// One request for each directory, and one for all files.
    private func patches(_ path: String, _ template: SourceRequest) throws -> [SourceRequest] {
      let found = try matches(path, key: "patches")
      var requests = found.filter(isDirectory).map { directory in
        var request = template
        request.path = directory
        request.patchFiles = []
        return request
      }
      let files = found.filter { !isDirectory($0) }
      if !files.isEmpty {
        // The directory in front of the first wildcard.
        let fixed = path.prefix { !"*?[".contains($0) }
        let root = parentDirectory(of: resolved(String(fixed) + "x"))
        let prefix = root.hasSuffix("/") ? root : root + "/"
        var request = template
        request.path = root
        request.patchFiles = files.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
        requests.append(request)
      }
      return requests
    }

    private func matches(_ path: String, key: String) throws -> [String] {
      let resolved = resolved(path)
      if fileExists(resolved) { return [resolved] }
      let found = try expandedGlob(resolved)
      guard !found.isEmpty else { throw missing(key, path) }
      return found
    }

    private func missing(_ key: String, _ path: String) -> Fault {
      let isPattern = path.contains { "*?[".contains($0) }
      return Fault.noInput(
        "\(file):\(lineOf(key)): "
          + (isPattern ? "nothing matches \(path)" : "there is no such file or directory: \(path)")
          + (path.hasPrefix("/") ? "" : "; paths are relative to the sources file")
          + (path.hasPrefix("~") ? ", and ~ is not expanded" : ""))
    }

    private func resolved(_ path: String) -> String {
      path.hasPrefix("/") || parentDirectory(of: file) == "." ? path : joinPath(parentDirectory(of: file), path)
    }

    // MARK: Values

    private func lineOf(_ key: String) -> Int { mapping[Node(key)]?.mark?.line ?? line }

    private func fault(_ key: String, _ problem: String) -> Fault {
      Fault.badData("\(file):\(lineOf(key)): \(key): \(problem)")
    }

    private func text(_ key: String) throws -> String? {
      guard let node = mapping[Node(key)] else { return nil }
      guard let text = node.string, !text.isEmpty, !text.contains(where: \.isNewline) else {
        throw fault(key, "expected one line of text, found \(described(node))")
      }
      return text
    }

    private func number(_ key: String) throws -> Int? {
      guard let node = mapping[Node(key)] else { return nil }
      guard let number = node.string.flatMap({ Int($0) }), number >= 0 else {
        throw fault(key, "expected a whole number counted from 0, found \(described(node))")
      }
      return number
    }

    private func voxelSize() throws -> VoxelSize? {
      guard let node = mapping[Node("voxel-size")] else { return nil }
      let texts =
        node.sequence?.map { $0.string ?? "?" }
        ?? (node.string ?? "?").split { ", ".contains($0) }.map(String.init)
      let edges = texts.compactMap { Double($0) }
      let size =
        edges.count == 1
        ? VoxelSize(edges[0], edges[0], edges[0]) : edges.count == 3 ? VoxelSize(edges[0], edges[1], edges[2]) : nil
      guard edges.count == texts.count, let size, size.isMeaningful else {
        throw fault("voxel-size", "expected z, y and x in micrometres such as [4, 2, 2], found \(texts)")
      }
      return size
    }
  }
}

/// The paths that match a pattern of the shell (`*`, `?`, `[…]`), sorted by bytes; none where nothing does.
///
/// - Throws: `Fault.noInput` for a directory that cannot be read.
package func expandedGlob(_ pattern: String) throws -> [String] {
  var result = glob_t()
  defer { globfree(&result) }
  let code = glob(pattern, GLOB_ERR, nil, &result)
  if code == GLOB_NOMATCH { return [] }
  guard code == 0 else { throw Fault.noInput("cannot read the directories of \(pattern): \(systemErrorText())") }
  let paths = (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
  return paths.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
}
