import Files
import Foundation

/// Records which units of a job are done, and what each returned: an append-only file on rank 0.
///
/// 1. The file begins with 16 bytes, `sheaf journal 1` and a line feed, followed by records. A record is,
///    little-endian: kind (UInt64: 1 header, 2 unit, 3 complete, 4 unit taken back), unit (UInt64), payload length (UInt64), payload,
///    FNV-1a hash (UInt64) of all of that.
/// 2. The first record is the header: JSON with the command, job name, unit count and identity. Magic and header are
///    published in one step, so a journal without them was not written by Sheaf.
/// 3. Reading ends at the first record that is incomplete or whose hash is wrong: a kill or power failure can tear only
///    the end. Units whose records are dropped are done again, which is harmless since units are idempotent.
/// 4. A unit is taken back when its input has changed since: it counts as not done until it is recorded again.
/// 5. Each record is written in one call, so a killed process loses at most the unit in progress; records are flushed
///    to disk within about a second, so a power failure loses little more.
/// 6. At the end of the job the journal is published once more with its units in order and a record that marks it
///    complete, so that a finished output has the same bytes regardless of what ran when.
/// 7. An advisory lock prevents a second run of the same job.
package final class Journal {
  /// What the journal of a job is tied to.
  package struct Header: Codable, Equatable {
    package var command: String
    package var name: String
    package var unitCount: Int
    package var identity: String

    package init(command: String, name: String, unitCount: Int, identity: String) {
      self.command = command
      self.name = name
      self.unitCount = unitCount
      self.identity = identity
    }

    /// Whether the job continues what the first pass of its command began.
    var isLaterPass: Bool { name != command }
  }

  /// The contents of a journal file.
  package struct Contents {
    package var header: Header
    package var payloads: [Int: Data] = [:]
    package var isComplete = false
    /// Offset of the end of the last complete record, in bytes.
    package var validLength = 0

    package init(header: Header, validLength: Int = 0) {
      self.header = header
      self.validLength = validLength
    }
  }

  let path: String
  private let header: Header
  private let descriptor: Int32
  private var length: Int
  private var isDirty = false
  private var lastFlush = ContinuousClock.now

  deinit { close(descriptor) }

  /// What the journal contained when it was opened.
  package let contents: Contents

  /// Starts a journal with no units done.
  package convenience init(creating path: String, header: Header) throws {
    try publish(beginning(header), to: path)
    try self.init(continuing: path, header: header)
  }

  /// Opens an existing journal to append to it; anything after its last complete record is dropped.
  ///
  /// It is read while locked: a run whose launcher was killed continues for a moment, and records it still appends must
  /// not be cut off by a run that read the journal earlier.
  ///
  /// - Throws: `Fault.cannotCreate` when another run holds the journal, or has replaced it with one that has another
  ///   header.
  package init(continuing path: String, header: Header, patienceInSeconds: Double = 5) throws {
    self.path = path
    self.header = header
    let locked = try Self.openLocked(path, secondsSinceBoot() + patienceInSeconds)
    do {
      guard let found = try Self.read(path), found.header == header else {
        throw Fault.cannotCreate("cannot write \(path): another run has replaced it; run the same command again")
      }
      if ftruncate(locked, off_t(found.validLength)) != 0 { throw systemFault("write", path) }
      contents = found
    } catch {
      close(locked)
      throw error
    }
    descriptor = locked
    length = contents.validLength
  }

  /// A run that was just killed may take a moment to release the file; if it finishes in that moment, it puts a new
  /// file in its place.
  private static func openLocked(_ path: String, _ deadline: Double) throws -> Int32 {
    while true {
      let descriptor = open(path, O_RDWR | O_CLOEXEC)
      if descriptor < 0 { throw Fault.cannotCreate("cannot write \(path): \(systemErrorText())") }
      if lockIfFree(descriptor) {
        var (own, current) = (stat(), stat())
        if fstat(descriptor, &own) == 0, stat(path, &current) == 0, own.st_ino == current.st_ino { return descriptor }
      }
      close(descriptor)
      if secondsSinceBoot() >= deadline {
        throw Fault.cannotCreate("cannot write \(path): another run of the same job is still using it")
      }
      usleep(50_000)
    }
  }

  package func append(unit: Int, payload: Data) throws { try append(record(kind: .unit, unit: unit, payload: payload)) }

  package func append(takingBack unit: Int) throws {
    try append(record(kind: .takenBack, unit: unit, payload: Data()))
  }

  /// Finishes the journal of a job whose units have all been done.
  package func complete(_ payloads: [Data]) throws {
    precondition(payloads.count == header.unitCount)
    var data = try beginning(header)
    for (unit, payload) in payloads.enumerated() { data.append(record(kind: .unit, unit: unit, payload: payload)) }
    data.append(record(kind: .complete, unit: 0, payload: Data()))
    try publish(data, to: path)
  }

  private func append(_ bytes: Data) throws {
    try bytes.withUnsafeBytes { try writeFully($0, to: descriptor, at: length, path: path) }
    length += bytes.count
    isDirty = true
  }

  /// Flushes to disk if a second has passed since the last flush.
  package func flushIfDue() throws {
    if isDirty && ContinuousClock.now - lastFlush >= .seconds(1) { try flush() }
  }

  package func flush() throws {
    if fdatasync(descriptor) != 0 && errno != EINVAL { throw systemFault("flush", path) }
    isDirty = false
    lastFlush = .now
  }

  /// The header alone, from the beginning of the file.
  ///
  /// - Returns: nil when there is no such file.
  /// - Throws: as `read`.
  static func readHeader(_ path: String) throws -> Header? {
    guard fileExists(path) else { return nil }
    let file = try ReadableFile(path)
    for limit in [1 << 16, file.size] {
      let data = try file.read(at: 0, count: min(limit, file.size))
      var reader = RecordReader(data: data, offset: magic.count)
      guard data.starts(with: magic), let first = reader.next(), first.kind == .header,
        let header = try? JSONDecoder().decode(Header.self, from: first.payload)
      else { continue }
      return header
    }
    throw notAJournal(path)
  }

  private static func notAJournal(_ path: String) -> Fault {
    Fault.badData("\(path) is not a sheaf journal, or its beginning is damaged; remove the output and start again")
  }

  /// - Returns: nil when there is no such file.
  /// - Throws: `Fault.badData` when it does not begin with a journal's magic and header.
  package static func read(_ path: String) throws -> Contents? {
    guard fileExists(path) else { return nil }
    let data = try readWholeFile(path, limit: 1 << 36)
    var reader = RecordReader(data: data, offset: magic.count)
    guard data.starts(with: magic), let first = reader.next(), first.kind == .header,
      let header = try? JSONDecoder().decode(Header.self, from: first.payload)
    else {
      throw notAJournal(path)
    }
    var contents = Contents(header: header, validLength: reader.offset)
    while let record = reader.next() {
      switch record.kind {
      case .unit where record.unit < header.unitCount: contents.payloads[record.unit] = record.payload
      case .takenBack where record.unit < header.unitCount:
        contents.payloads[record.unit] = nil
        contents.isComplete = false
      case .complete where contents.payloads.count == header.unitCount: contents.isComplete = true
      default: return contents
      }
      contents.validLength = reader.offset
    }
    return contents
  }
}

extension Journal {
  /// What `verify` says of a journal.
  package struct Condition: Sendable {
    package let name: String
    package let unitCount: Int
    package let unitsDone: Int
    package let isComplete: Bool
    /// What is wrong with the file, as a sentence; nil when nothing is.
    package let damage: String?
  }

  /// Reads the journal at `path` to its end.
  ///
  /// - Throws: `Fault.badData` when its beginning is damaged, `Fault.noInput` when it is missing.
  package static func condition(of path: String) throws -> Condition {
    guard let contents = try read(path) else { throw Fault.noInput("\(path) is missing") }
    let unread = try ReadableFile(path).size - contents.validLength
    let damage =
      unread <= 0
      ? nil
      : "\(path) cannot be read from byte \(contents.validLength) on: the last \(unread) bytes are damaged, or were cut "
        + "off when the run was killed; the units that they record are done again"
    return Condition(
      name: contents.header.name, unitCount: contents.header.unitCount, unitsDone: contents.payloads.count,
      isComplete: contents.isComplete, damage: damage)
  }
}

private let magic = Data("sheaf journal 1\n".utf8)

private func beginning(_ header: Journal.Header) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return magic + record(kind: .header, unit: 0, payload: try encoder.encode(header))
}

private enum RecordKind: UInt64 {
  case header = 1
  case unit = 2
  case complete = 3
  case takenBack = 4
}

private func record(kind: RecordKind, unit: Int, payload: Data) -> Data {
  var writer = ByteWriter()
  for number in [kind.rawValue, UInt64(unit), UInt64(payload.count)] { writer.append(fixed: number) }
  writer.append(raw: payload)
  writer.append(fixed: fnv1a(writer.bytes))
  return Data(writer.bytes)
}

/// Parses records from the bytes of a journal until one is incomplete.
private struct RecordReader {
  let data: Data
  var offset: Int

  mutating func next() -> (kind: RecordKind, unit: Int, payload: Data)? {
    let left = data.count - offset
    guard left >= 32 else { return nil }
    let payloadLength = number(at: offset + 16)
    guard payloadLength <= UInt64(left - 32) else { return nil }
    let payloadEnd = offset + 24 + Int(payloadLength)
    guard number(at: payloadEnd) == fnv1a(data[offset..<payloadEnd]),
      let kind = RecordKind(rawValue: number(at: offset)), let unit = Int(exactly: number(at: offset + 8))
    else { return nil }
    let payload = Data(data[offset + 24..<payloadEnd])
    offset = payloadEnd + 8
    return (kind, unit, payload)
  }

  private func number(at position: Int) -> UInt64 {
    data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self)) }
  }
}
