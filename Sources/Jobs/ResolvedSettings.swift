import Files
import Foundation

/// Everything that decides the bytes of an output: the command's settings after all defaults, and its inputs.
///
/// Its `identity` ties a journal to them; `write(to:)` leaves them beside the output as `settings.json`. Ranks, threads,
/// memory and time limits do not belong here: they change no byte.
package struct ResolvedSettings: Sendable {
  package let command: String
  package let programVersion: String
  private var settings: [(name: String, value: String)] = []
  private var inputs: [(name: String, path: String, fingerprint: String)] = []

  package init(command: String, programVersion: String) {
    self.command = command
    self.programVersion = programVersion
  }

  /// Adds a setting as the command line names it, without dashes.
  package mutating func add(_ name: String, _ value: some CustomStringConvertible) {
    settings.append((name, value.description))
  }

  /// Adds an input file or directory with the fingerprint of its content.
  ///
  /// - Throws: `Fault.noInput` when it is missing or unreadable.
  package mutating func add(input name: String, path: String) throws {
    inputs.append((name, path, try fingerprint(of: path)))
  }

  /// One setting a line. Inputs count by their content, so an input that was moved is still the same, and program
  /// versions do not count.
  package var identity: String {
    ([("command", command)] + settings.map { ($0.name, $0.value) } + inputs.map { ($0.name, $0.fingerprint) })
      .map { "\($0.0): \(oneLine($0.1))" }.joined(separator: "\n")
  }

  private struct Document: Encodable {
    struct Input: Encodable {
      let name: String
      let path: String
      let fingerprint: String
    }
    let program = "sheaf"
    let version: String
    let command: String
    let settings: [String: String]
    let inputs: [Input]
  }

  /// Publishes `settings.json` in `directory`.
  package func write(to directory: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      version: programVersion, command: command,
      settings: Dictionary(settings.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }),
      inputs: inputs.map { .init(name: $0.name, path: $0.path, fingerprint: $0.fingerprint) })
    try publish(try encoder.encode(document) + Data("\n".utf8), to: joinPath(directory, "settings.json"))
  }
}

private func oneLine(_ text: String) -> String {
  text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
}

/// A short text that changes when a file, or the files of a directory, change: cheap, so that checking an input of
/// terabytes takes a moment. Of a file it takes the size and 64 KiB at either end; of a directory the names and sizes
/// of what is in it at any depth (hidden files excepted) and the ends of its first and last file. Stores of millions of
/// chunks are not walked to the end: beyond the first 20,000 entries only those of the directory itself count.
///
/// - Throws: `Fault.noInput` when the path is missing or unreadable.
package func fingerprint(of path: String) throws -> String {
  var walk = Fingerprint()
  guard isDirectory(path) else {
    let size = try walk.mixEnds(of: path)
    return "\(size) bytes, \(hexadecimal(walk.hash))"
  }
  let count = try walk.mixEntries(of: path, isTop: true)
  for file in Set([walk.first, walk.last].compactMap { $0 }).sorted() { _ = try walk.mixEnds(of: file) }
  return "\(count) entries, \(hexadecimal(walk.hash))"
}

private struct Fingerprint {
  private(set) var hash = fnv1a([])
  /// The first and the last file that were met.
  private(set) var first: String?
  private(set) var last: String?
  private var entriesLeft = 20_000

  private mutating func mix(_ bytes: some Sequence<UInt8>) { hash = fnv1a(bytes, seed: hash) }

  /// - Returns: the size of the file.
  mutating func mixEnds(of path: String) throws -> Int {
    let file = try ReadableFile(path)
    let part = min(file.size, 1 << 16)
    mix("\(file.size)\n".utf8)
    mix(try file.read(at: 0, count: part))
    mix(try file.read(at: file.size - part, count: part))
    return file.size
  }

  /// - Returns: the number of entries of the directory itself.
  mutating func mixEntries(of directory: String, isTop: Bool) throws -> Int {
    let names = try directoryEntries(directory).filter { !$0.hasPrefix(".") }
    for name in names where isTop || entriesLeft > 0 {
      entriesLeft -= 1
      let entry = joinPath(directory, name)
      var status = stat()
      if stat(entry, &status) != 0 { throw systemFault("read", entry) }
      guard (status.st_mode & S_IFMT) == S_IFDIR else {
        mix("\(name) \(status.st_size)\n".utf8)
        if first == nil { first = entry }
        last = entry
        continue
      }
      mix("\(name)/\n".utf8)
      // A link may lead back up.
      var link = stat()
      if lstat(entry, &link) == 0, (link.st_mode & S_IFMT) == S_IFLNK { continue }
      _ = try mixEntries(of: entry, isTop: false)
      mix("/\n".utf8)
    }
    return names.count
  }
}

private func hexadecimal(_ hash: UInt64) -> String {
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
