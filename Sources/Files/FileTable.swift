import Dispatch
import Foundation

/// Every file that an input consists of, with what the file system says about it: recorded beside an output, and
/// compared when the output is continued.
///
/// Ten thousand files take some ten milliseconds. As text: a line `sheaf inputs 1`; a line `root` with the directory that
/// the names are relative to; for each file a line of size in bytes, modification and change time in nanoseconds since
/// 1970 and the name, or `- - -` and the name for a file that may be absent and is; a line `hash` with the `Fingerprint`
/// of everything before.
package struct FileTable: Equatable, Sendable {
  /// The directory that contains all files, without symbolic links.
  package private(set) var root: String
  package private(set) var files: [Entry] = []

  package struct Entry: Equatable, Sendable {
    /// Relative to the root.
    package let name: String
    /// Nil for a file that is absent.
    package let stamp: FileStamp?
  }

  /// The files as they are now.
  ///
  /// - Parameter paths: in the order in which the format lists them.
  package init(_ paths: [String]) {
    let parents = Set(paths.map(parentDirectory(of:)))
    let directory = Self.commonDirectory(parents)
    root = Self.absolute(directory)
    let prefix = directory == "." ? "" : directory.hasSuffix("/") ? directory : directory + "/"
    let stamps = Self.stamps(of: paths)
    files = zip(paths, stamps).map { path, stamp in
      Entry(
        name: prefix.isEmpty || !path.hasPrefix(prefix) ? path : String(path.dropFirst(prefix.count)), stamp: stamp)
    }
  }

  /// Many files are asked for side by side: on a network file system each takes a fraction of a millisecond.
  private static func stamps(of paths: [String]) -> [FileStamp?] {
    let share = 512
    let shareCount = (paths.count + share - 1) / share
    if shareCount <= 1 { return paths.map { FileStamp(of: $0) } }
    return [FileStamp?](unsafeUninitializedCapacity: paths.count) { buffer, count in
      nonisolated(unsafe) let stamps = buffer.baseAddress!
      DispatchQueue.concurrentPerform(iterations: shareCount) { number in
        for index in number * share..<min((number + 1) * share, paths.count) {
          (stamps + index).initialize(to: FileStamp(of: paths[index]))
        }
      }
      count = paths.count
    }
  }

  package var byteCount: Int { files.reduce(0) { $0 + ($1.stamp?.sizeInBytes ?? 0) } }

  /// A file that is not as it was recorded.
  package struct Change: Sendable {
    /// Of the file now; nil for one that is not among the files any more.
    package let index: Int?
    package let name: String
    /// What changed, in words.
    package let what: String
  }

  /// The files of `later` that are not as they are here, first ones first. Where there are as many files, they are
  /// compared in order, so that a renamed file is one that changed; else by name.
  package func changes(to later: FileTable) -> [Change] {
    if files.count == later.files.count {
      return later.files.indices.compactMap { Self.change(files[$0], later.files[$0], index: $0) }
    }
    let known = Dictionary(files.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let current = Set(later.files.map(\.name))
    return later.files.enumerated().compactMap { Self.change(known[$1.name], $1, index: $0) }
      + files.filter { !current.contains($0.name) }.map { Change(index: nil, name: $0.name, what: "it is gone") }
  }

  /// Whether `later` is about the same place under the same names, whatever happened to the files there.
  package func isSamePlace(as later: FileTable) -> Bool {
    root == later.root
      && (files.count != later.files.count || zip(files, later.files).allSatisfy { $0.name == $1.name })
  }

  private static func change(_ before: Entry?, _ now: Entry, index: Int) -> Change? {
    guard let before else { return Change(index: index, name: now.name, what: "it is new") }
    switch (before.stamp, now.stamp) {
    case (nil, nil): return nil
    case (nil, .some): return Change(index: index, name: now.name, what: "it is new")
    case (.some(let stamp), let later):
      return stamp.difference(from: later).map { Change(index: index, name: now.name, what: $0) }
    }
  }

  private static func commonDirectory(_ directories: Set<String>) -> String {
    guard var common = directories.min() else { return "." }
    while !directories.allSatisfy({ $0 == common || $0.hasPrefix(common == "/" ? common : common + "/") }) {
      let parent = parentDirectory(of: common)
      if parent == common { return common }
      common = parent
    }
    return common
  }

  private static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  // MARK: On disk

  private static let firstLine = "sheaf inputs 1"

  package func publish(to path: String) throws {
    var text = "\(Self.firstLine)\nroot \(Self.escaped(root))\n"
    for file in files {
      if let stamp = file.stamp {
        text += "\(stamp.sizeInBytes) \(stamp.modified) \(stamp.changed) \(Self.escaped(file.name))\n"
      } else {
        text += "- - - \(Self.escaped(file.name))\n"
      }
    }
    try Files.publish(text + "hash \(Self.hash(text))\n", to: path)
  }

  /// Nil when there is none, or it is damaged: what an input was is then not known.
  package init?(readFrom path: String) {
    guard fileExists(path), let data = try? readWholeFile(path, limit: 1 << 32) else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    guard let end = text.range(of: "hash ", options: .backwards) else { return nil }
    let body = String(text[..<end.lowerBound])
    guard text[end.lowerBound...] == "hash \(Self.hash(body))\n" else { return nil }
    var lines = body.split(separator: "\n")[...]
    guard lines.popFirst() == Self.firstLine[...], let root = lines.popFirst(), root.hasPrefix("root ") else {
      return nil
    }
    self.root = Self.unescaped(root.dropFirst(5))
    files.reserveCapacity(lines.count)
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      guard parts.count == 4 else { return nil }
      var stamp: FileStamp?
      if parts[0] != "-" {
        guard let size = Int(parts[0]), let modified = Int(parts[1]), let changed = Int(parts[2]) else { return nil }
        stamp = FileStamp(sizeInBytes: size, modified: modified, changed: changed)
      }
      files.append(Entry(name: Self.unescaped(parts[3]), stamp: stamp))
    }
  }

  private static func hash(_ text: String) -> String {
    Fingerprint.text(Array(text.utf8).withUnsafeBytes { Fingerprint.of($0) })
  }

  private static func escaped(_ name: String) -> String {
    name.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
  }

  private static func unescaped(_ name: Substring) -> String {
    guard name.contains("\\") else { return String(name) }
    var text = ""
    var isEscaped = false
    for character in name {
      if isEscaped {
        text.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        text.append(character)
      }
    }
    return text
  }
}
