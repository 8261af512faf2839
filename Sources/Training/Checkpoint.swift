import Files
import Foundation

/// All that is needed to carry on a run with the same bits, besides its recipe: samples, masks and augmentation are
/// functions of (seed, step), so the number of steps done stands for every random state.
package struct Checkpoint: Sendable, Equatable {
  /// Steps done.
  package var step: Int
  /// The flat parameters of `FlatParameters`.
  package var values: [Float]
  /// The optimiser's flat velocity.
  package var velocity: [Float]

  package init(step: Int, values: [Float], velocity: [Float]) {
    self.step = step
    self.values = values
    self.velocity = velocity
  }

  // The file, little-endian:
  //   0  8 bytes  "SHEAFCK1"
  //   8  uint64   steps done
  //  16  uint64   n, numbers in `values` and in `velocity`
  //  24  uint64   fingerprint of what follows
  //  32  n floats values, n floats velocity
  private static let magic = Array("SHEAFCK1".utf8)
  private static let headerByteCount = 32

  func write(to path: String) throws {
    precondition(values.count == velocity.count)
    let file = try PendingFile(path)
    var header = Data(Checkpoint.magic)
    let fingerprint = values.withUnsafeBufferPointer { Fingerprint.of($0) } ^ velocityFingerprint
    for number in [UInt64(step), UInt64(values.count), fingerprint] {
      withUnsafeBytes(of: number.littleEndian) { header.append(contentsOf: $0) }
    }
    try file.append(header)
    try values.withUnsafeBytes { try file.append($0) }
    try velocity.withUnsafeBytes { try file.append($0) }
    try file.publish()
  }

  /// - Parameter flatCount: how many parameters the network has.
  /// - Throws: `Fault.badData` when the file is damaged or belongs to another network.
  init(reading path: String, flatCount: Int) throws {
    let file = try ReadableFile(path)
    let header = try file.read(at: 0, count: Checkpoint.headerByteCount)
    guard Array(header.prefix(8)) == Checkpoint.magic else {
      throw Fault.badData("\(path) is no checkpoint: it does not begin with SHEAFCK1")
    }
    let numbers = header.withUnsafeBytes { bytes in
      (1..<4).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
    }
    guard numbers[1] == UInt64(flatCount), let step = Int(exactly: numbers[0]) else {
      throw Fault.badData("\(path) holds \(numbers[1]) parameters; expected \(flatCount)")
    }
    let expected = Checkpoint.headerByteCount + 2 * flatCount * MemoryLayout<Float>.size
    guard file.size == expected else {
      throw Fault.badData("\(path) is truncated: expected \(expected) bytes, found \(file.size)")
    }
    self.step = step
    values = try Checkpoint.floats(file, flatCount, at: Checkpoint.headerByteCount)
    velocity = try Checkpoint.floats(
      file, flatCount, at: Checkpoint.headerByteCount + flatCount * MemoryLayout<Float>.size)
    let fingerprint = values.withUnsafeBufferPointer { Fingerprint.of($0) } ^ velocityFingerprint
    guard fingerprint == numbers[2] else {
      throw Fault.badData(
        "\(path) is damaged: expected fingerprint \(Fingerprint.text(numbers[2])), found \(Fingerprint.text(fingerprint))"
      )
    }
  }

  /// Turned, so that swapping the two halves does not go unseen.
  private var velocityFingerprint: UInt64 {
    let hash = velocity.withUnsafeBufferPointer { Fingerprint.of($0) }
    return hash << 1 | hash >> 63
  }

  private static func floats(_ file: ReadableFile, _ count: Int, at offset: Int) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(count * 4)]), at: offset
      )
      initializedCount = count
    }
  }
}
