import Codecs
import Files
import Foundation

/// The locations of a shard's chunks in its file, in C order over the shard's grid of chunks.
struct ShardIndex: Sendable {
  /// The value of both numbers in an entry without a chunk.
  static let absent = UInt64.max

  /// Alternating offsets and sizes in bytes, in native byte order.
  private let numbers: [UInt64]
  /// The offset of the shard in the file, to which chunk offsets are relative.
  private let start: Int
  /// The part of the shard that contains chunks.
  private let data: Range<Int>

  static func byteCount(chunkCount: Int, hasChecksum: Bool) -> Int {
    chunkCount * 16 + (hasChecksum ? CRC32CCodec.byteCount : 0)
  }

  /// Reads and verifies the index of the shard that occupies the bytes `shard` of an open file. Entries are checked
  /// when they are used, so that one bad entry does not hide the others.
  ///
  /// - Throws: `Fault.badData` when the file is too short (or empty) or the checksum is wrong.
  init(of file: ReadableFile, in shard: Range<Int>, sharding: ShardingCodec, chunkCount: Int) throws {
    let byteCount = ShardIndex.byteCount(chunkCount: chunkCount, hasChecksum: sharding.indexHasChecksum)
    guard shard.count >= byteCount else {
      throw Fault.badData(
        "\(file.path) is truncated: the index of a shard of \(chunkCount) chunks has \(byteCount) bytes, the shard has "
          + "\(shard.count); restore it or create the store again")
    }
    let isAtStart = sharding.indexLocation == .start
    start = shard.lowerBound
    data = isAtStart ? byteCount..<shard.count : 0..<(shard.count - byteCount)
    let bytes = try file.read(at: isAtStart ? start : shard.upperBound - byteCount, count: byteCount)
    if sharding.indexHasChecksum {
      let stored = bytes.suffix(CRC32CCodec.byteCount).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let computed = crc32c(bytes.dropLast(CRC32CCodec.byteCount))
      guard stored == computed else {
        throw Fault.badData(
          "\(file.path) is damaged: the checksum of its index is 0x\(hexadecimal(stored)), the index has "
            + "0x\(hexadecimal(computed)); restore the file or create the store again")
      }
    }
    numbers = bytes.withUnsafeBytes { raw in
      (0..<chunkCount * 2).map { position in
        let number = raw.loadUnaligned(fromByteOffset: position * 8, as: UInt64.self)
        return sharding.indexIsBigEndian ? UInt64(bigEndian: number) : UInt64(littleEndian: number)
      }
    }
  }

  var memoryInBytes: Int { numbers.count * 8 }

  /// The bytes of chunk `position` in the file; nil if the shard does not contain it.
  ///
  /// - Throws: `CodecError` when the entry points outside the part of the file that contains chunks.
  func range(ofChunk position: Int) throws -> Range<Int>? {
    let offset = numbers[position * 2]
    let count = numbers[position * 2 + 1]
    if offset == ShardIndex.absent && count == ShardIndex.absent { return nil }
    let (end, overflow) = offset.addingReportingOverflow(count)
    guard !overflow, offset >= UInt64(data.lowerBound), end <= UInt64(data.upperBound) else {
      throw CodecError(
        "its index entry (offset \(offset), \(count) bytes) points outside the bytes "
          + "\(data.lowerBound)…\(data.upperBound) that hold chunks")
    }
    return start + Int(offset)..<start + Int(end)
  }

  /// The numbers of the index as bytes, little-endian, without checksum: what a digest of the shard covers.
  var bytes: Data {
    var bytes = Data(capacity: numbers.count * 8)
    for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// The index as Sheaf writes it: little-endian with a checksum. `ranges` are in C order.
  static func encode(_ ranges: [Range<Int>?]) -> Data {
    var bytes = Data(capacity: byteCount(chunkCount: ranges.count, hasChecksum: true))
    func append(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
    for range in ranges {
      append(range.map { UInt64($0.lowerBound) } ?? absent)
      append(range.map { UInt64($0.count) } ?? absent)
    }
    withUnsafeBytes(of: crc32c(bytes).littleEndian) { bytes.append(contentsOf: $0) }
    return bytes
  }
}
