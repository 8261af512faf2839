import Files
import Foundation
import Torch

/// The file with all that is needed, besides the recipe, to resume a run bit-identically: samples, masks and augmentation
/// are functions of (seed, step), so the number of steps done replaces all random state.
///
/// Little-endian:
///
///       0  8 bytes      "SHEAFCK2"
///       8  uint64       steps done
///      16  uint64       n, numbers in each array
///      24  uint64       k, number of arrays
///      32  k × 32 bytes names of the arrays, ASCII, zero-padded
///       …  k × n floats the arrays
///       …  uint64       fingerprint of everything before
struct Checkpoint {
  let path: String
  let step: Int
  private let file: ReadableFile
  /// Of each array, as compared with the file's own.
  private let hashes: [UInt64]
  private let names: [String]
  /// Numbers in each array.
  private let count: Int

  private static let magic = Array("SHEAFCK2".utf8)
  private static let headByteCount = 32
  private static let nameByteCount = 32
  /// More than any optimiser has: an upper limit for damaged files.
  private static let mostArrays = 16

  private var arraysStart: Int { Checkpoint.headByteCount + names.count * Checkpoint.nameByteCount }

  /// Publishes a file with the elements of flat tensors of one length.
  static func write(step: Int, _ tensors: [(name: String, tensor: Tensor)], to path: String) throws {
    let count = tensors[0].tensor.count
    precondition(tensors.allSatisfy { $0.tensor.count == count && $0.name.utf8.count <= nameByteCount })
    let file = try PendingFile(path)
    var header = Data(magic)
    for number in [step, count, tensors.count] { header.append(UInt64(number)) }
    for (name, _) in tensors {
      header.append(contentsOf: name.utf8)
      header.append(Data(count: nameByteCount - name.utf8.count))
    }
    try file.append(header)
    var hashes = [header.withUnsafeBytes(Fingerprint.of)]
    for (_, tensor) in tensors {
      try withBytes(of: tensor) {
        hashes.append(Fingerprint.of($0))
        try file.append($0)
      }
    }
    var end = Data()
    end.append(hashes.withUnsafeBytes(Fingerprint.of))
    try file.append(end)
    try file.publish()
  }

  /// Opens a file and reads all of it once, comparing its fingerprint.
  ///
  /// - Throws: `Fault.badData` when the file is damaged.
  init(_ path: String) throws {
    self.path = path
    file = try ReadableFile(path)
    let head = try file.read(at: 0, count: Checkpoint.headByteCount)
    guard Array(head.prefix(8)) == Checkpoint.magic else {
      throw Fault.badData("\(path) is not a checkpoint: it does not begin with SHEAFCK2")
    }
    let numbers = (1..<4).map { head.number(at: $0 * 8) }
    guard let step = Int(exactly: numbers[0]), numbers[1] <= 1 << 40, numbers[2] >= 1,
      numbers[2] <= Checkpoint.mostArrays
    else { throw Fault.badData("\(path) is damaged: it declares \(numbers[2]) arrays of \(numbers[1]) numbers") }
    self.step = step
    count = Int(numbers[1])
    let arrays = Int(numbers[2])
    let headerByteCount = Checkpoint.headByteCount + arrays * Checkpoint.nameByteCount
    let expected = headerByteCount + arrays * count * MemoryLayout<Float>.size + 8
    guard file.size == expected else {
      throw Fault.badData("\(path) is truncated: expected \(expected) bytes, found \(file.size)")
    }
    let header = try file.read(at: 0, count: headerByteCount)
    names = (0..<arrays).map { number in
      let start = Checkpoint.headByteCount + number * Checkpoint.nameByteCount
      return String(decoding: header[start..<(start + Checkpoint.nameByteCount)].prefix { $0 != 0 }, as: UTF8.self)
    }
    var hashes = [header.withUnsafeBytes(Fingerprint.of)]
    for number in names.indices {
      hashes.append(
        try Checkpoint.array(number, of: file, count: count, from: headerByteCount).withUnsafeBytes(Fingerprint.of))
    }
    let found = hashes.withUnsafeBytes(Fingerprint.of)
    self.hashes = Array(hashes.dropFirst())
    let wanted = try file.read(at: expected - 8, count: 8).number(at: 0)
    guard found == wanted else {
      throw Fault.badData(
        "\(path) is damaged: expected fingerprint \(Fingerprint.text(wanted)), found \(Fingerprint.text(found))")
    }
  }

  /// Overwrites the elements of `tensors` with those of the arrays of the same names.
  ///
  /// - Throws: `Fault.usage` when the file holds other arrays: it is of another optimiser or network; `Fault.badData` when
  ///   it has changed since it was opened.
  func restore(_ tensors: [(name: String, tensor: Tensor)]) throws {
    let wanted = tensors.map(\.name)
    guard names == wanted else {
      throw Fault.usage(
        "\(path) holds \(names.joined(separator: ", ")), but this run needs \(wanted.joined(separator: ", ")): it was "
          + "written with another optimizer or ema; give the settings it was written with, or another name to -o")
    }
    for (number, tensor) in tensors.map(\.tensor).enumerated() {
      guard tensor.count == count else {
        throw Fault.usage("\(path) holds \(count) parameters, but this run's network has \(tensor.count)")
      }
      let values = try array(number)
      guard values.withUnsafeBytes(Fingerprint.of) == hashes[number] else {
        throw Fault.badData("\(path) has changed while it was read")
      }
      try tensor.set(values)
    }
  }

  private func array(_ number: Int) throws -> [Float] {
    try Checkpoint.array(number, of: file, count: count, from: arraysStart)
  }

  private static func array(_ number: Int, of file: ReadableFile, count: Int, from start: Int) throws -> [Float] {
    let byteCount = count * MemoryLayout<Float>.size
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<byteCount]), at: start + number * byteCount)
      initializedCount = count
    }
  }
}

/// The elements in host memory, without a copy where they are there already.
private func withBytes(of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
  if try tensor.device().isCPU {
    try tensor.withUnsafeBytes { try body(UnsafeRawBufferPointer($0)) }
  } else {
    try tensor.floats().withUnsafeBytes(body)
  }
}

extension Data {
  fileprivate mutating func append(_ number: UInt64) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  /// The little-endian number at byte `offset` of data that begins at index 0.
  fileprivate func number(at offset: Int) -> UInt64 {
    withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
  }
}
