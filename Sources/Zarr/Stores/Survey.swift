import Files
import Foundation

/// An output of Sheaf that `Verification` came across.
package struct VerifiedOutput: Sendable {
  package let path: String
  /// Nil for one that is not finished, or written by a version that did not record it.
  package let kind: OutputContents.Kind?
  package let isFinished: Bool
}

/// Walks through a directory: the hierarchy of a Zarr or N5 store, an output of Sheaf of any kind, or several of them
/// one inside the other. Collects arrays, files with digests, and problems in metadata.
struct Survey {
  private(set) var arrays: [ZarrArray] = []
  private(set) var outputs: [VerifiedOutput] = []
  /// Files to be compared with their digests.
  private(set) var files: [(output: String, contents: OutputContents, name: String)] = []
  private(set) var findings: [Finding] = []
  /// What cannot be checked, as sentences.
  private(set) var notes: [String] = []
  private var visited: Set<String> = []

  /// Deeper directories are not searched: links may lead in circles.
  private static let depthLimit = 16

  /// Runs `body`, turning errors about bad or missing files into findings.
  private mutating func check(_ path: String, _ body: (inout Survey) throws -> Void) throws {
    do {
      try body(&self)
    } catch let fault as Fault where fault.kind == .badData || fault.kind == .noInput {
      findings.append(Finding(path: path, message: fault.message))
    }
  }

  mutating func visit(_ path: String, depth: Int = 0) throws {
    guard depth <= Survey.depthLimit, visited.insert(path).inserted else { return }
    if isDirectory(PrivateDirectory.path(in: path)) || fileExists(joinPath(path, "run.json")) {
      try visitOwnFiles(of: path)
    }
    var isArray = false
    try check(joinPath(path, ZarrArray.metadataName)) { survey in
      isArray = try ZarrArray.isArray(path)
      if isArray {
        try survey.add(path)
      } else if Survey.isGroup(path) {
        let group = try GroupMetadata.open(path)
        if group.attributes["ome"]?["multiscales"] != nil { try survey.visitImage(path, depth) }
        try survey.visitLabels(of: path, depth)
      }
    }
    // What lies below an array are its chunks.
    if isArray { return }
    for name in try directoryEntries(path) where !name.hasPrefix(".") && isDirectory(joinPath(path, name)) {
      try visit(joinPath(path, name), depth: depth + 1)
    }
  }

  /// Whether a directory is, or was written as, a Zarr group: other outputs of Sheaf have no group's document.
  private static func isGroup(_ path: String) -> Bool {
    Store.isStore(path) || fileExists(joinPath(PrivateDirectory.path(in: path), ZarrArray.metadataName))
      || (try? StoreContents.read(ofStore: path)).map { !$0.arrays.isEmpty } == true
  }

  private mutating func add(_ path: String) throws {
    try check(path) { survey in
      // Groups of xarray and others also hold coordinates and tables.
      if let count = try ZarrArray.axisCount(path), !ArrayMetadata.ranks.contains(count) {
        survey.notes.append("\(path): an array of \(count) \(count == 1 ? "axis" : "axes"), which is not checked")
        return
      }
      // What the axes mean does not matter for reading every chunk.
      survey.arrays += try ZarrArray.open(path) { metadata in
        (try? metadata.axes(path))?.volume(channel: 0, timePoint: 0) ?? .last(of: metadata.shape.count)
      }.viewsOfAllChunks()
    }
  }

  private mutating func visitImage(_ path: String, _ depth: Int) throws {
    // Opening checks what the individual arrays cannot: that axes, levels and types are consistent.
    try check(path) { _ in _ = try Store.open(path) }
    for dataset in try Store.multiscale(of: GroupMetadata.open(path), path: path).datasets {
      let array = joinPath(path, dataset.path)
      if visited.insert(array).inserted { try add(array) }
    }
  }

  /// The labels listed by the group, and those that exist but are not listed because the list was damaged.
  private mutating func visitLabels(of path: String, _ depth: Int) throws {
    let directory = joinPath(path, "labels")
    guard isDirectory(directory) else { return }
    visited.insert(directory)
    try check(joinPath(directory, ZarrArray.metadataName)) { survey in
      let listed = try Store.labelNames(ofImage: path)
      let document = joinPath(directory, ZarrArray.metadataName)
      if listed.contains(where: { StoreContents.isSheafStore(joinPath(directory, $0)) }),
        try !Store.labelsGroup(listed).isContained(
          in: JSONValue(parsing: MetadataDocument.read(document), path: document))
      {
        survey.findings.append(
          Finding(path: document, message: "\(document) has changed: it is not the list of labels that Sheaf writes"))
      }
      for name in listed { try survey.visit(joinPath(directory, name), depth: depth + 2) }
      for name in try directoryEntries(directory) where !listed.contains(name) {
        let metadata = joinPath(directory, name, ZarrArray.metadataName)
        if fileExists(metadata) {
          survey.findings.append(
            Finding(path: metadata, message: "\(joinPath(directory, name)) is not listed by \(directory)/zarr.json"))
        }
      }
    }
  }

  /// What a finished output without contents is, if it is of a version that gave none to its kind; nil when it is not
  /// finished.
  private static func kindOfEarlierVersion(_ path: String) throws -> OutputContents.Kind? {
    func document(_ name: String) throws -> JSONValue? {
      let file = joinPath(path, name)
      return fileExists(file) ? try JSONValue(parsing: readWholeFile(file), path: file) : nil
    }
    if let manifest = try document("corpus.json"), manifest["tableChecksum"] == nil { return .corpus }
    guard !isDirectory(PrivateDirectory.path(in: path)), let record = try document("run.json") else { return nil }
    let finished = JSONValue.bool(true)
    return record["isFinished"] == finished || record["is_finished"] == finished ? .trainingRun : nil
  }

  /// Reads the contents file of an output of Sheaf: metadata documents are compared at once, other files later.
  private mutating func visitOwnFiles(of path: String) throws {
    try check(OutputContents.path(in: path)) { survey in
      guard let contents = try OutputContents.read(in: path) else {
        if let kind = try Survey.kindOfEarlierVersion(path) {
          survey.outputs.append(VerifiedOutput(path: path, kind: kind, isFinished: true))
          survey.notes.append(
            "\(path): an earlier version wrote this \(kind.rawValue), without checksums of its files: they cannot be "
              + "verified")
          return
        }
        survey.outputs.append(VerifiedOutput(path: path, kind: nil, isFinished: false))
        survey.findings.append(
          Finding(
            path: OutputContents.path(in: path),
            message: "\(path) was never finished; run the command that writes it again to resume"))
        return
      }
      survey.outputs.append(VerifiedOutput(path: path, kind: contents.kind, isFinished: true))
      let ofStore = StoreContents(contents)
      let documents = Set(ofStore.metadata.keys).union(
        contents.files.keys.filter { $0.hasSuffix(ZarrArray.metadataName) })
      for name in documents.sorted() {
        let document = joinPath(path, name)
        try survey.check(document) { survey in
          guard
            let difference = try ofStore.difference(ofMetadata: name, MetadataDocument.read(document), path: document)
          else { return }
          survey.findings.append(Finding(path: document, message: "\(document) \(difference)"))
        }
      }
      survey.files += contents.files.keys.sorted().filter { !documents.contains($0) }.map { (path, contents, $0) }
      let unlisted = try OutputContents.ownFiles(in: path).filter {
        contents.files[$0] == nil && !documents.contains($0)
      }
      if !unlisted.isEmpty {
        survey.notes.append(
          "\(path): no checksum was recorded of \(unlisted.joined(separator: ", ")): an earlier version wrote it")
      }
    }
  }
}
