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
    // On bytes: characters would take longer than the file system.
    var parents: Set<String> = []
    var last: Substring.UTF8View?
    for path in paths {
      let parent = path.utf8[..<(path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex)]
      if let last, parent.elementsEqual(last) { continue }
      last = parent
      parents.insert(parentDirectory(of: path))
    }
    let directory = Self.commonDirectory(parents)
    root = Self.absolute(directory)
    let prefix = directory == "." ? "" : directory.hasSuffix("/") ? directory : directory + "/"
    let stamps = Self.stamps(of: paths)
    files = zip(paths, stamps).map { path, stamp in
      Entry(
        name: path.utf8.starts(with: prefix.utf8) ? String(path.utf8.dropFirst(prefix.utf8.count))! : path, stamp: stamp
      )
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
    var bytes = Array("\(Self.firstLine)\nroot \(Self.escaped(root))\n".utf8)
    bytes.reserveCapacity(files.count * 80)
    for file in files {
      if let stamp = file.stamp {
        for number in [stamp.sizeInBytes, stamp.modified, stamp.changed] {
          bytes.append(contentsOf: String(number).utf8)
          bytes.append(UInt8(ascii: " "))
        }
      } else {
        bytes.append(contentsOf: "- - - ".utf8)
      }
      bytes.append(contentsOf: Self.escaped(file.name).utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
    let hash = bytes.withUnsafeBytes { Fingerprint.of($0) }
    bytes.append(contentsOf: "hash \(Fingerprint.text(hash))\n".utf8)
    try Files.publish(Data(bytes), to: path)
  }

  /// Nil when there is none, or it is damaged: what an input was is then not known.
  package init?(readFrom path: String) {
    guard fileExists(path), let data = try? readWholeFile(path, limit: 1 << 32) else { return nil }
    // Nothing in the last line depends on the lines before but the hash itself.
    let lastLine = 5 + 16 + 1
    guard data.count > lastLine else { return nil }
    let body = data.dropLast(lastLine)
    let hash = body.withUnsafeBytes { Fingerprint.of($0) }
    guard data.suffix(lastLine).elementsEqual("hash \(Fingerprint.text(hash))\n".utf8) else { return nil }
    var lines = Array(body).split(separator: UInt8(ascii: "\n"))[...]
    func text(_ bytes: ArraySlice<UInt8>) -> String { Self.unescaped(String(decoding: bytes, as: UTF8.self)) }
    guard let first = lines.popFirst(), first.elementsEqual(Self.firstLine.utf8), let root = lines.popFirst(),
      root.starts(with: "root ".utf8)
    else { return nil }
    self.root = text(root.dropFirst(5))
    files.reserveCapacity(lines.count)
    for line in lines {
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
      guard parts.count == 4 else { return nil }
      var stamp: FileStamp?
      if parts[0].first != UInt8(ascii: "-") {
        guard let size = Self.number(parts[0]), let modified = Self.number(parts[1]),
          let changed = Self.number(parts[2])
        else { return nil }
        stamp = FileStamp(sizeInBytes: size, modified: modified, changed: changed)
      }
      files.append(Entry(name: text(parts[3]), stamp: stamp))
    }
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }

  private static func escaped(_ name: String) -> String {
    if !name.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") }) { return name }
    return name.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
  }

  private static func unescaped(_ name: String) -> String {
    guard name.utf8.contains(UInt8(ascii: "\\")) else { return name }
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
