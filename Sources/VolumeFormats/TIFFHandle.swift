import CTIFF
import Files
import Foundation

/// One open TIFF file: owns the libtiff handle and its descriptor, both closed in `deinit`.
///
/// Like libtiff, not thread-safe: each thread opens its own handle.
final class TIFFHandle {
  let path: String
  /// Size of the file in bytes at the time it was opened.
  let size: Int
  let tiff: OpaquePointer
  private let message: UnsafeMutablePointer<sheaf_tiff_message>
  private let descriptor: Int32
  /// Offset of the last directory found to list all of its strips or tiles.
  var completeDirectory: UInt64?

  /// Upper limit on a single allocation by libtiff, so that a forged count cannot exhaust memory.
  private static let largestAllocation: tmsize_t = 1 << 31

  /// - Throws: `Fault.noInput` when the file cannot be opened, `Fault.badData` when it is not a TIFF.
  init(reading path: String) throws {
    self.path = path
    let opened: Int32
    (opened, size) = try openRegularFile(path)
    message = .allocate(capacity: 1)
    message.initialize(to: sheaf_tiff_message())
    // c: do not split large strips into smaller ones; m: no memory mapping, which would crash the program on a
    // truncated file.
    guard let tiff = sheaf_tiff_open(opened, path, "rcm", message, Self.largestAllocation) else {
      close(opened)
      let text = Self.text(of: message)
      message.deallocate()
      let found = size == 0 ? "an empty file" : text.isEmpty ? "something else" : "\"\(text)\""
      throw Fault.badData("\(path) is not a readable TIFF file: expected a TIFF header, found \(found)")
    }
    self.tiff = tiff
    descriptor = opened
  }

  /// Opens a TIFF for writing to `descriptor`, which is duplicated; `mode` is libtiff's, for example `w8` for BigTIFF.
  init(writing path: String, descriptor: Int32, mode: String) throws {
    self.path = path
    size = 0
    let duplicate = dup(descriptor)
    if duplicate < 0 { throw systemFault("write", path) }
    message = .allocate(capacity: 1)
    message.initialize(to: sheaf_tiff_message())
    guard let tiff = sheaf_tiff_open(duplicate, path, mode, message, Self.largestAllocation) else {
      close(duplicate)
      message.deallocate()
      throw systemFault("write", path)
    }
    self.tiff = tiff
    self.descriptor = duplicate
  }

  deinit {
    TIFFClose(tiff)
    message.deallocate()
  }

  private static func text(of message: UnsafeMutablePointer<sheaf_tiff_message>) -> String {
    withUnsafePointer(to: &message.pointee.text) {
      $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: message.pointee.text)) {
        String(cString: $0)
      }
    }
  }

  /// libtiff's message for the last failure.
  var lastMessage: String { Self.text(of: message) }

  /// An error for damaged input.
  func damage(_ expected: String) -> Fault {
    let text = lastMessage
    return Fault.badData(
      "\(path) is damaged: expected \(expected), found \(text.isEmpty ? "other bytes" : "\"\(text)\"")")
  }

  func unsigned16(_ tag: Int32) -> Int {
    var value: UInt16 = 0
    return sheaf_tiff_get_u16(tiff, UInt32(tag), &value) != 0 ? Int(value) : 0
  }

  func unsigned32(_ tag: Int32) -> Int? {
    var value: UInt32 = 0
    return sheaf_tiff_get_u32(tiff, UInt32(tag), &value) != 0 ? Int(value) : nil
  }

  func float(_ tag: Int32) -> Double? {
    var value: Float = 0
    return sheaf_tiff_get_float(tiff, UInt32(tag), &value) != 0 ? Double(value) : nil
  }

  /// A text tag; bytes that are not valid UTF-8 are read as Latin-1, which ImageJ writes.
  func text(_ tag: Int32) -> String? {
    guard let pointer = sheaf_tiff_get_text(tiff, UInt32(tag)) else { return nil }
    if let text = String(validatingCString: pointer) { return text }
    return String(data: Data(bytes: pointer, count: strlen(pointer)), encoding: .isoLatin1)
  }

  /// Fills `buffer` from `offset`, bypassing libtiff.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard offset >= 0, offset <= size, buffer.count <= size - offset else {
      throw Fault.badData(
        "\(path) is truncated: expected \(buffer.count) bytes of voxels at offset \(offset), but the file has \(size) bytes"
      )
    }
    let count = try readFully(into: buffer, from: descriptor, at: offset, path: path)
    guard count == buffer.count else {
      throw Fault.badData("\(path) shrank while it was being read: expected \(size) bytes, found \(offset + count)")
    }
  }
}

/// Memory for decoded pieces, reused across the pieces of one read.
final class Scratch {
  private var memory: UnsafeMutableRawBufferPointer?

  deinit { memory?.deallocate() }

  /// At least `count` bytes, 64-byte aligned; the contents are undefined.
  func bytes(_ count: Int) -> UnsafeMutableRawPointer {
    if let memory, memory.count >= count { return memory.baseAddress! }
    memory?.deallocate()
    let fresh = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    memory = fresh
    return fresh.baseAddress!
  }
}
