import CLZ4
import Zarr

/// A chunk of HDF5's bitshuffle filter (registered number 32008), as the bitshuffle library writes it.
///
/// Elements go through in blocks, the last of which has what is left, rounded down to a multiple of 8 elements; fewer
/// than 8 elements stand as they are at the end. Each block has its bits transposed. Without compression the blocks
/// follow each other and that is all. With it the bytes begin with the size of the result (8 bytes) and that of a whole
/// block of it (4), and every block is preceded by its compressed size (4), all big-endian; a block is one raw LZ4 block
/// or one Zstd frame. The filter's values are the library's version (2 values), the bytes of an element, the elements of
/// a block, where 0 stands for about 8 KiB, and the compression. (K. Masui, bitshuffle, `bshuf_h5filter.h` and
/// `bitshuffle.h`.)
struct BitshuffledChunk {
  enum Compression: Int {
    case none = 0
    case lz4 = 2
    case zstd = 3

    /// Nil when the filter's values name another one.
    init?(_ values: [Int]) {
      self.init(rawValue: values.count > 4 ? values[4] : 0)
    }
  }

  /// Bytes of the result.
  let byteCount: Int
  /// Bytes that decoding needs besides: one block.
  let workspaceInBytes: Int
  private let input: UnsafeRawBufferPointer
  private let compression: Compression
  private let elementInBytes: Int
  private let blockInElements: Int

  private static let headerInBytes = 12

  /// Looks at the sizes; nil when they contradict each other, or the input cannot make as many bytes as it claims.
  init?(_ input: UnsafeRawBufferPointer, values: [Int]) {
    guard values.count > 2, (1...8).contains(values[2]), let compression = Compression(values) else { return nil }
    self.input = input
    self.compression = compression
    elementInBytes = values[2]
    var block = Self.blockInElements(values)
    if compression == .none {
      byteCount = input.count
      workspaceInBytes = 0
    } else {
      guard input.count >= Self.headerInBytes else { return nil }
      let claimed = UInt64(bigEndian: input.loadUnaligned(as: UInt64.self))
      let blockInBytes = Int(UInt32(bigEndian: input.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
      guard claimed <= UInt64(Self.largestByteCount(input.count, compression)) else { return nil }
      byteCount = Int(claimed)
      if blockInBytes > 0 { block = blockInBytes / elementInBytes }
      workspaceInBytes = min(block * elementInBytes, byteCount)
    }
    blockInElements = block
    guard block > 0, block % 8 == 0, byteCount % elementInBytes == 0 else { return nil }
  }

  private static func blockInElements(_ values: [Int]) -> Int {
    if values.count > 3, values[3] > 0 { return values[3] }
    return max(8192 / values[2] / 8 * 8, 128)
  }

  /// The most that `count` bytes can give: one of LZ4 stands for at most 255, four of Zstd for 128 KiB.
  private static func largestByteCount(_ count: Int, _ compression: Compression) -> Int {
    compression == .zstd ? (count / 4 + 1) << 17 : count * 255
  }

  /// How many bytes a chunk grows by at most: what is written around a block counts where blocks are small.
  static func growthInBytes(chunkInBytes: Int, values: [Int]) -> Int {
    guard values.count > 2, (1...8).contains(values[2]) else { return 0 }
    return headerInBytes + (chunkInBytes / (max(blockInElements(values), 8) * values[2]) + 1) * 32
  }

  /// - Parameters:
  ///   - output: of `byteCount` bytes, aligned for elements.
  ///   - workspace: of `workspaceInBytes` bytes.
  /// - Returns: whether the input was blocks that give just the bytes of the result.
  func decode(into output: UnsafeMutableRawBufferPointer, workspace: UnsafeMutableRawBufferPointer) -> Bool {
    guard let source = input.baseAddress, let target = output.baseAddress else { return byteCount == 0 }
    let elements = byteCount / elementInBytes
    var position = compression == .none ? 0 : Self.headerInBytes
    var done = 0
    while elements - done >= 8 {
      let count = min(blockInElements, (elements - done) / 8 * 8)
      let bytes = count * elementInBytes
      let block: UnsafeRawPointer
      if compression == .none {
        block = source + position
        position += bytes
      } else {
        guard input.count - position >= 4 else { return false }
        let packed = Int(UInt32(bigEndian: input.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        position += 4
        guard packed > 0, packed <= input.count - position else { return false }
        let place = UnsafeMutableRawBufferPointer(rebasing: workspace[0..<bytes])
        guard decompress(UnsafeRawBufferPointer(rebasing: input[position..<(position + packed)]), into: place),
          let start = place.baseAddress
        else { return false }
        block = UnsafeRawPointer(start)
        position += packed
      }
      bitUnshuffle(block, into: target + done * elementInBytes, count: count, size: elementInBytes)
      done += count
    }
    let rest = (elements - done) * elementInBytes
    guard input.count - position >= rest else { return false }
    (target + done * elementInBytes).copyMemory(from: source + position, byteCount: rest)
    return true
  }

  private func decompress(_ packed: UnsafeRawBufferPointer, into place: UnsafeMutableRawBufferPointer) -> Bool {
    if compression == .zstd {
      // A frame that does not tell its size is given all the memory that it may fill.
      let found = try? zstdDecompressed(packed, limit: place.count) {
        UnsafeMutableRawBufferPointer(rebasing: place[0..<$0])
      }
      return found?.count == place.count
    }
    guard let source = packed.baseAddress, let target = place.baseAddress, packed.count <= Int(Int32.max),
      place.count <= Int(Int32.max)
    else { return false }
    return LZ4_decompress_safe(
      source.assumingMemoryBound(to: CChar.self), target.assumingMemoryBound(to: CChar.self), Int32(packed.count),
      Int32(place.count)) == Int32(place.count)
  }
}
