import Foundation

/// What a finished output of Sheaf consists of: `.sheaf/contents.json`, which every output directory of any kind has.
/// It is the last file that a command writes, so its presence means that the output is finished; and it is all that
/// `sheaf verify` needs to know of a kind.
///
/// ```json
/// { "formatVersion": 2, "kind": "training run",
///   "files": { "recipe.yaml": { "crc32c": "0x…", "size": 812 }, … },
///   "checksum": "0x…" }
/// ```
///
/// 1. `files` lists every file that Sheaf wrote there, by its path relative to the output, unless it checks itself:
///    shards, journals, and outputs inside this one that have contents of their own. Locks, which are empty, are not
///    listed either.
/// 2. A kind may add members of its own (a store: its arrays with their empty shards, and its metadata).
/// 3. `checksum` is the CRC-32C of the document without that member, serialised with sorted keys.
/// 4. Version 1, without `formatVersion` and `kind`, recorded only checksums; it is still read.
///
/// A command seals its output as its last step, on rank 0:
///
/// ```swift
/// try OutputContents.seal(directory, kind: .corpus, files: ["corpus.json", "patches.csv"] + …)
/// ```
///
/// and removes the seal (`OutputContents.unseal`) before it changes a finished output.
package struct OutputContents: Sendable {
  /// What sort of output it is, in words for messages. A new kind needs a name here, and nothing in `verify`.
  package struct Kind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package static let store = Kind(rawValue: "store")
    package static let corpus = Kind(rawValue: "corpus")
    package static let trainingRun = Kind(rawValue: "training run")
    package static let phantom = Kind(rawValue: "phantom")
    package static let planes = Kind(rawValue: "exported planes")
    package static let patches = Kind(rawValue: "exported patches")
    package static let evaluation = Kind(rawValue: "evaluation")
  }

  package static let fileName = "contents.json"
  private static let newestVersion = 2
  /// Contents of more bytes are refused; a million files take about 100 MB.
  private static let limitInBytes = 1 << 32
  private static let ownMembers: Set = ["formatVersion", "kind", "files", "checksum"]

  /// Nil in outputs of version 1, which are stores.
  package let kind: Kind?
  /// By path relative to the output.
  package let files: [String: FileDigest]
  /// What the kind added.
  package let members: [String: JSONValue]

  package init(kind: Kind?, files: [String: FileDigest], members: [String: JSONValue] = [:]) {
    precondition(OutputContents.ownMembers.isDisjoint(with: members.keys), "a kind's members have names of their own")
    self.kind = kind
    self.files = files
    self.members = members
  }

  package static func path(in output: String) -> String { joinPath(PrivateDirectory.path(in: output), fileName) }

  /// Whether the output was finished.
  package static func isSealed(_ output: String) -> Bool { fileExists(path(in: output)) }

  /// Reads the digests of `files`, paths relative to the output, and closes the output with them. Once a file is
  /// listed, any change to it is damage.
  ///
  /// - Throws: `Fault.noInput` when one of the files is missing.
  package static func seal(
    _ output: String, kind: Kind, files: [String], members: [String: JSONValue] = [:]
  ) throws {
    var digests: [String: FileDigest] = [:]
    for file in files { digests[file] = try FileDigest(of: joinPath(output, file)) }
    try OutputContents(kind: kind, files: digests, members: members).publish(in: output)
  }

  /// Marks a directory as an output of Sheaf that is not finished. Jobs do so by their journals; for commands without.
  package static func begin(_ output: String) throws {
    try createDirectory(PrivateDirectory.path(in: output))
    try unseal(output)
  }

  /// Makes a finished output an unfinished one, before it is changed.
  package static func unseal(_ output: String) throws {
    let path = path(in: output)
    if unlink(path) != 0 && errno != ENOENT { throw systemFault("remove", path) }
  }

  /// Nil if the output is not finished.
  ///
  /// - Throws: `Fault.badData` when the file is damaged.
  package static func read(in output: String) throws -> OutputContents? {
    let path = path(in: output)
    guard fileExists(path) else { return nil }
    let json = try JSONValue(parsing: readWholeFile(path, limit: limitInBytes), path: path)
    guard var members = json.asObject, case .string(let stored)? = members.removeValue(forKey: "checksum"),
      stored == checksumText(of: members), let listed = members["files"]?.asObject
    else {
      throw Fault.badData("\(path) is damaged: its checksum is wrong; restore the file or create the output again")
    }
    guard (members["formatVersion"]?.asInteger ?? 1) <= newestVersion else {
      throw Fault.badData("\(path) was written by a newer version of Sheaf; verify it with that version")
    }
    let files = listed.compactMapValues(FileDigest.init)
    guard files.count == listed.count else { throw Fault.badData("\(path) lists files without a checksum") }
    return OutputContents(
      kind: members["kind"]?.asString.map(Kind.init), files: files,
      members: members.filter { !ownMembers.contains($0.key) })
  }

  package func publish(in output: String) throws {
    var all = members
    all["formatVersion"] = .integer(OutputContents.newestVersion)
    all["kind"] = kind.map { .string($0.rawValue) }
    all["files"] = .object(files.mapValues(\.json))
    all["checksum"] = .string(OutputContents.checksumText(of: all))
    try createDirectory(PrivateDirectory.path(in: output))
    try Files.publish(JSONValue.object(all).serialised(), to: OutputContents.path(in: output))
  }

  /// The files in `.sheaf` of an output, as paths relative to the output: settings, summaries and whatever else a command
  /// left there, to be listed in its seal. Not journals, which check themselves and may tell how the work was divided;
  /// not locks, which are empty; and nothing in subdirectories, which are for the time of a run.
  package static func ownFiles(in output: String) throws -> [String] {
    let directory = PrivateDirectory.path(in: output)
    guard isDirectory(directory) else { return [] }
    return try directoryEntries(directory).filter { name in
      !isPartialFile(name) && ![".journal", "lock"].contains(where: name.hasSuffix) && name != fileName
        && !isDirectory(joinPath(directory, name))
    }.map { joinPath(PrivateDirectory.name, $0) }
  }

  private static func checksumText(of members: [String: JSONValue]) -> String {
    "0x\(hexadecimal(crc32c(JSONValue.object(members).serialised())))"
  }

  /// What is wrong with `file` of the output; nil if nothing is, or it is not listed.
  package func finding(of file: String, in output: String) throws -> Finding? {
    let path = joinPath(output, file)
    guard let digest = files[file], let difference = try digest.difference(at: path) else { return nil }
    return Finding(path: path, message: "\(path) \(difference)")
  }

  /// What is wrong with the listed files, by their paths.
  package func findings(in output: String) throws -> [Finding] {
    try files.keys.sorted().compactMap { try finding(of: $0, in: output) }
  }
}

/// The regular files in a directory and below it, as paths relative to it, sorted; without what killed processes left.
/// For seals of directories in which only Sheaf writes.
package func regularFiles(below directory: String) throws -> [String] {
  try directoryEntries(directory).flatMap { name -> [String] in
    if isPartialFile(name) { return [] }
    let path = joinPath(directory, name)
    return isDirectory(path) ? try regularFiles(below: path).map { joinPath(name, $0) } : [name]
  }
}
