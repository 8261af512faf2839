/// Bitshuffle as written by its HDF5 filter (registered number 32008) and the bitshuffle library. Decode-only.
///
/// Elements are processed in blocks; the last block has the remaining elements, rounded down to a multiple of 8, and
/// fewer than 8 elements at the end are stored unchanged. Each block has its bits transposed. Without compression the
/// data is just the sequence of blocks. With compression it begins with the decoded size in bytes (8 bytes) and the
/// decoded size of a full block (4), and every block is preceded by its compressed size (4), all big-endian; a block is
/// one raw LZ4 block or one Zstd frame. The filter's values are the library's version (2 values), the element size in
/// bytes, the block size in elements (0 means about 8 KiB), and the compression. (K. Masui, bitshuffle,
/// `bshuf_h5filter.h` and `bitshuffle.h`.)
package struct BitshuffleCodec: BytesCodec {
  package enum Compression: Int, Sendable {
    case none = 0
    case lz4 = 2
    case zstd = 3
  }

  package let compression: Compression
  /// The filter's values.
  private let values: [Int]
  package var name: String { "bitshuffle" }

  private static let headerByteCount = 12

  /// - Returns: nil if the filter's values name an unknown compression.
  package init?(values: [Int]) {
    guard let compression = Compression(rawValue: values.count > 4 ? values[4] : 0) else { return nil }
    self.compression = compression
    self.values = values
  }

  /// The element size in bytes; nil if the values do not contain a valid one.
  private var elementByteCount: Int? { values.count > 2 && (1...8).contains(values[2]) ? values[2] : nil }

  private func defaultBlockInElements(_ elementByteCount: Int) -> Int {
    if values.count > 3, values[3] > 0 { return values[3] }
    return max(8192 / elementByteCount / 8 * 8, 128)
  }

  /// The block headers matter only when blocks are small.
  package func encodedByteCountLimit(_ decodedByteCount: Int) -> Int {
    guard compression != .none, let size = elementByteCount else { return decodedByteCount }
    let blockByteCount = max(defaultBlockInElements(size), 8) * size
    return decodedByteCount + Self.headerByteCount + (decodedByteCount / blockByteCount + 1) * 32
  }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let sizes = try sizes(of: input, limit: limit)
    let output = context.nextStage().reserve(sizes.byteCount)
    guard let source = input.baseAddress, let target = output.baseAddress, sizes.byteCount > 0 else {
      return UnsafeRawBufferPointer(output)
    }
    let workspace = context.workspace.reserve(
      compression == .none ? 0 : min(sizes.blockInElements * sizes.element, sizes.byteCount))
    let elements = sizes.byteCount / sizes.element
    var position = compression == .none ? 0 : Self.headerByteCount
    var done = 0
    while elements - done >= 8 {
      let count = min(sizes.blockInElements, (elements - done) / 8 * 8)
      let byteCount = count * sizes.element
      let block: UnsafeRawPointer
      if compression == .none {
        block = source + position
        position += byteCount
      } else {
        guard input.count - position >= 4 else { throw CodecError("bitshuffle: the data ends early") }
        let packed = Int(UInt32(bigEndian: input.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        position += 4
        guard packed > 0, packed <= input.count - position else {
          throw CodecError("bitshuffle: a block claims \(packed) bytes, but only \(input.count - position) are left")
        }
        let place = UnsafeMutableRawBufferPointer(rebasing: workspace[0..<byteCount])
        try decompress(UnsafeRawBufferPointer(rebasing: input[position..<(position + packed)]), into: place, context)
        block = UnsafeRawPointer(place.baseAddress!)
        position += packed
      }
      bitUnshuffle(block, into: target + done * sizes.element, count: count, size: sizes.element)
      done += count
    }
    let rest = (elements - done) * sizes.element
    guard input.count - position >= rest else { throw CodecError("bitshuffle: the data ends early") }
    (target + done * sizes.element).copyMemory(from: source + position, byteCount: rest)
    return UnsafeRawBufferPointer(output)
  }

  /// The decoded size and the element size in bytes, and the number of elements per block.
  ///
  /// - Throws: `CodecError` when they contradict each other, or the input is too short to decode to as many bytes as it
  ///   claims.
  private func sizes(
    of input: UnsafeRawBufferPointer, limit: Int
  ) throws -> (byteCount: Int, element: Int, blockInElements: Int) {
    guard let element = elementByteCount else {
      throw CodecError("bitshuffle: the filter's values \(values) are invalid")
    }
    var block = defaultBlockInElements(element)
    var byteCount = input.count
    if compression != .none {
      guard input.count >= Self.headerByteCount else {
        throw CodecError("bitshuffle: \(input.count) bytes are too few to hold the sizes")
      }
      let claimed = UInt64(bigEndian: input.loadUnaligned(as: UInt64.self))
      guard claimed <= UInt64(decodedByteCountLimit(input.count)) else {
        throw CodecError("bitshuffle: \(input.count) bytes cannot decode to the \(claimed) that the header claims")
      }
      byteCount = Int(claimed)
      let blockByteCount = Int(UInt32(bigEndian: input.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
      if blockByteCount > 0 { block = blockByteCount / element }
    }
    guard block > 0, block % 8 == 0, byteCount % element == 0 else {
      throw CodecError("bitshuffle: blocks of \(block) elements of \(element) bytes do not fit \(byteCount) bytes")
    }
    guard byteCount <= limit else {
      throw CodecError("bitshuffle: \(byteCount) bytes where at most \(limit) are expected")
    }
    return (byteCount, element, block)
  }

  private func decodedByteCountLimit(_ count: Int) -> Int {
    compression == .zstd ? ZstdCodec.decodedByteCountLimit(count) : count * 255
  }

  /// Decompresses one block, which must fill `place`.
  private func decompress(
    _ packed: UnsafeRawBufferPointer, into place: UnsafeMutableRawBufferPointer, _ context: CodecContext
  ) throws {
    if compression == .lz4 { return try LZ4Block.decode(packed, into: place) }
    // A frame that does not state its size may use all the memory that it is allowed to fill.
    let found = try ZstdCodec(level: 0).decompress(packed, limit: place.count, context) {
      UnsafeMutableRawBufferPointer(rebasing: place[0..<$0])
    }
    guard found.count == place.count else {
      throw CodecError("bitshuffle: a block has \(found.count) bytes, expected \(place.count)")
    }
  }
}
