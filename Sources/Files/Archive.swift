import CISAL
import Foundation
import Synchronization

/// A zip archive read as a directory, as single-file OME-Zarr (OME-NGFF RFC-9, `.ozx`) and the ZipStore of zarr-python
/// are: the path of something inside is that of the archive, a slash, and its name there.
///
/// `fileExists`, `isDirectory`, `directoryEntries`, `readWholeFile` and `ReadableFile` accept such paths, so readers of
/// directories read archives too. Members that are stored without compression are read in place. Where everything lies
/// in one directory, as when a directory was packed by its name, that directory is left out of the paths. Nothing is
/// written into archives.
package final class Archive: Sendable {
  package let path: String
  let openFile: OpenFile
  private let file: ReadableFile
  private let members: [String: ZipDirectory.Member]
  /// The names in every directory, sorted.
  private let directories: [String: [String]]
  private let stamp: Stamp

  /// Larger members are refused when they are compressed, as they would have to be decoded as a whole.
  private static let longestInflated = 256 << 20

  private struct Stamp: Equatable {
    let identity: FileIdentity
    let size: Int
    let seconds: Int

    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      identity = FileIdentity(status)
      size = Int(status.st_size)
      seconds = Int(status.st_mtim.tv_sec)
    }
  }

  private static let known = Mutex<[String: Archive]>([:])

  /// Whether the file at `path` is a zip archive.
  package static func isArchive(_ path: String) -> Bool {
    guard Stamp(path) != nil, let file = try? OpenFile(path) else { return false }
    return begins(file)
  }

  private static func begins(_ file: OpenFile) -> Bool {
    var head = [UInt8](repeating: 0, count: min(4, file.size))
    let isRead: ()? = head.withUnsafeMutableBytes { buffer in try? file.read(into: buffer, at: 0) }
    return isRead != nil && ZipDirectory.matches(head)
  }

  /// The file that holds what is at `path`: the archive if it lies in one, otherwise `path` itself.
  package static func fileHolding(_ path: String) -> String {
    (try? containing(path + "/"))?.archive.path ?? path
  }

  /// The archive that a path leads into, and what follows in the path; nil for the path of an archive itself, and where
  /// there is none.
  ///
  /// - Throws: `Fault.badData` when the archive is damaged.
  package static func containing(_ path: String) throws -> (archive: Archive, name: String)? {
    var status = stat()
    // Nothing of the file system lies behind a file.
    if stat(path, &status) == 0 || errno != ENOTDIR { return nil }
    var parts: [String] = []
    var place = Substring(path)
    while let slash = place.lastIndex(of: "/") {
      parts.append(String(place[place.index(after: slash)...]))
      place = place[..<slash]
      guard !place.isEmpty else { return nil }
      if let stamp = Stamp(String(place)) {
        guard let archive = try open(String(place), stamp) else { return nil }
        var names: [String] = []
        for part in parts.reversed() where !part.isEmpty && part != "." {
          if part == ".." { if names.popLast() == nil { return nil } } else { names.append(part) }
        }
        return (archive, names.joined(separator: "/"))
      }
    }
    return nil
  }

  private static func open(_ path: String, _ stamp: Stamp) throws -> Archive? {
    if let archive = known.withLock({ $0[path] }), archive.stamp == stamp { return archive }
    let file = try OpenFile(path)
    guard begins(file) else { return nil }
    let archive = try Archive(file, stamp)
    known.withLock { $0[path] = archive }
    return archive
  }

  private init(_ file: OpenFile, _ stamp: Stamp) throws {
    path = file.path
    openFile = file
    self.file = ReadableFile(archive: file)
    self.stamp = stamp
    var members: [String: ZipDirectory.Member] = [:]
    // Of several members with one name the last counts: writers replace a member by adding it again.
    for member in try ZipDirectory(self.file).members {
      let parts = member.name.split(separator: "/")
      // What macOS adds to every archive is not of the user's making.
      if parts.isEmpty || parts.contains("..") || parts[0] == "__MACOSX" || member.name.hasSuffix("/") { continue }
      members[parts.joined(separator: "/")] = member
    }
    while let first = members.keys.first?.split(separator: "/").first,
      members.keys.allSatisfy({ $0.hasPrefix("\(first)/") })
    {
      members = Dictionary(uniqueKeysWithValues: members.map { (String($0.key.dropFirst(first.count + 1)), $0.value) })
    }
    self.members = members
    var directories: [String: Set<String>] = ["": []]
    for name in members.keys {
      var parent = ""
      for part in name.split(separator: "/") {
        directories[parent, default: []].insert(String(part))
        parent = joinPath(parent, String(part))
      }
    }
    self.directories = directories.mapValues { $0.sorted() }
  }

  /// The members of the archive at `path` by their names; nil when it is none or damaged.
  package static func names(in path: String) -> [String]? {
    (try? containing(path + "/"))?.archive.members.keys.sorted()
  }

  /// What is wrong with the archive at `path` or the checksum of a member, as sentences.
  package static func damage(of path: String) -> [String] {
    do {
      guard let (archive, _) = try containing(path + "/") else { return ["\(path) is not a zip archive"] }
      return archive.members.keys.sorted().compactMap { name in
        do {
          try ReadableFile(joinPath(path, name)).compareArchivedChecksum()
          return nil
        } catch {
          return plainText(of: error)
        }
      }
    } catch {
      return [plainText(of: error)]
    }
  }

  func member(_ name: String) -> ZipDirectory.Member? { members[name] }

  /// The names in directory `name` of the archive; nil when it is not one.
  func entries(_ name: String) -> [String]? { directories[name] }

  /// Where the bytes of a stored member lie.
  func range(of member: ZipDirectory.Member) throws -> Range<Int> {
    let range = try ZipDirectory.data(of: member, in: file)
    guard member.method != 0 || range.count == member.byteCount else {
      throw Fault.badData(
        "\(path) is damaged: \(member.name) in it has \(range.count) bytes where \(member.byteCount) are expected; copy "
          + "the archive again from its source")
    }
    guard member.method == 0, !member.isEncrypted else {
      throw Fault.badData(
        "\(path): \(member.name) is \(member.isEncrypted ? "encrypted" : "compressed by method \(member.method)"): expected "
          + "members that are stored or deflated; unpack the archive and give the directory")
    }
    return range
  }

  /// The contents of a deflated member; nil for one that is not deflated.
  ///
  /// - Throws: `Fault.badData` when it is damaged or too large to be decoded as a whole.
  func inflated(_ member: ZipDirectory.Member) throws -> Data? {
    guard member.method == 8, !member.isEncrypted else { return nil }
    guard member.byteCount <= Archive.longestInflated else {
      throw Fault.badData(
        "\(path): \(member.name) has \(member.byteCount) bytes and is compressed in the archive: at most "
          + "\(Archive.longestInflated >> 20) MiB are decoded; pack the store without compression (zip -0), or unpack it"
      )
    }
    let range = try ZipDirectory.data(of: member, in: file)
    var encoded = try file.read(at: range.lowerBound, count: range.count)
    // One byte more, to notice data that does not end where the directory says.
    var decoded = Data(count: member.byteCount + 1)
    let count = encoded.withUnsafeMutableBytes { input in
      decoded.withUnsafeMutableBytes { output -> Int? in
        withUnsafeTemporaryAllocation(of: inflate_state.self, capacity: 1) { memory -> Int? in
          let state = memory.baseAddress!
          isal_inflate_init(state)
          state.pointee.crc_flag = UInt32(ISAL_DEFLATE)
          state.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
          state.pointee.avail_in = UInt32(input.count)
          state.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
          state.pointee.avail_out = UInt32(output.count)
          guard isal_inflate(state) == ISAL_DECOMP_OK, state.pointee.block_state == ISAL_BLOCK_FINISH else {
            return nil
          }
          return output.count - Int(state.pointee.avail_out)
        }
      }
    }
    guard count == member.byteCount else {
      throw Fault.badData(
        "\(path) is damaged: \(member.name) in it cannot be decompressed; copy the archive again from its source")
    }
    decoded.removeLast()
    try Archive.compare(
      decoded.withUnsafeBytes { Archive.checksum($0) }, member.checksum, path: joinPath(path, member.name))
    return decoded
  }

  /// The CRC-32 of zip archives, continued from `start`.
  package static func checksum(_ bytes: UnsafeRawBufferPointer, from start: UInt32 = 0) -> UInt32 {
    guard let base = bytes.baseAddress else { return start }
    return crc32_gzip_refl(start, base.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }

  /// - Throws: `Fault.badData` when a checksum is not what the archive records.
  package static func compare(_ found: UInt32, _ expected: UInt32, path: String) throws {
    guard found != expected else { return }
    throw Fault.badData(
      "\(path) is damaged: its checksum is 0x\(hexadecimal(found)), the archive records 0x\(hexadecimal(expected)); copy "
        + "the archive again from its source")
  }
}

extension ReadableFile {
  /// Reads the whole member of an archive and compares its checksum; nothing for other files.
  ///
  /// - Throws: `Fault.badData` when it differs.
  package func compareArchivedChecksum() throws {
    guard let archivedChecksum else { return }
    let step = 1 << 20
    var checksum: UInt32 = 0
    for offset in stride(from: 0, to: size, by: step) {
      let piece = try read(at: offset, count: min(step, size - offset))
      checksum = piece.withUnsafeBytes { Archive.checksum($0, from: checksum) }
    }
    try Archive.compare(checksum, archivedChecksum, path: path)
  }
}
