import Files
import Foundation
import Voxels

/// Voxels written as text.
enum TextVoxels {
  /// The voxels in the numbers' own type and this machine's byte order.
  ///
  /// - Parameters:
  ///   - text: numbers separated by blanks, commas or line breaks.
  ///   - count: how many there have to be.
  /// - Throws: `Fault.badData` when there are fewer, or one is not a number of the type.
  static func decode(_ text: Data, count: Int, of type: StoredType, path: String) throws -> [UInt8] {
    let (size, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
    // A number and what separates it from the next are two characters at least.
    guard !overflow, size <= MemorySource.largest, count <= text.count / 2 + 1 else {
      throw Fault.badData(
        "\(path) is truncated or too large: expected \(count) numbers as text, at most \(MemorySource.largest) bytes of them, found \(text.count) characters; convert it to binary voxels"
      )
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    func append<Value: BitwiseCopyable>(_ value: Value?, _ word: Data) throws {
      guard let value else {
        throw Fault.badData(
          "\(path) is damaged: expected numbers of \(type.rawValue) as text, found \"\(String(decoding: word.prefix(40), as: UTF8.self))\""
        )
      }
      withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }
    var found = 0
    for word in text.split(whereSeparator: { $0 <= 32 || $0 == 44 }) {
      if found == count { break }
      found += 1
      let number = String(decoding: word, as: UTF8.self)
      switch type {
      case .uint8: try append(UInt8(number), word)
      case .int8: try append(Int8(number), word)
      case .uint16: try append(UInt16(number), word)
      case .int16: try append(Int16(number), word)
      case .uint32: try append(UInt32(number), word)
      case .int32: try append(Int32(number), word)
      case .uint64: try append(UInt64(number), word)
      case .int64: try append(Int64(number), word)
      case .float16: try append(Float16(number), word)
      case .float32: try append(Float(number), word)
      case .float64: try append(Double(number), word)
      }
    }
    guard found == count else {
      throw Fault.badData("\(path) is truncated: expected \(count) numbers as text, found \(found)")
    }
    return bytes
  }
}
