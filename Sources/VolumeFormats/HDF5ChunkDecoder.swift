import CDeflate
import CLZF
import Files
import Zarr

/// Reads chunks past the library and undoes their filters, with memory that is used again from chunk to chunk.
///
/// Used by one thread; every call of `read` makes its own and closes it. The memory is handed out as pointers that no
/// reference keeps valid, so it is given back by hand, not by the end of an object.
struct HDF5ChunkDecoder {
  private let dataset: HDF5Dataset
  /// Bytes of a whole chunk without filters.
  private let chunkInBytes: Int
  /// Bytes that a chunk has at most as it is stored.
  private let largestStored: Int
  private var stored = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var evenStage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var oddStage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var workspace = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var stagesUsed = 0
  private let inflater: OpaquePointer

  init(_ dataset: HDF5Dataset, chunkInBytes: Int) {
    self.dataset = dataset
    self.chunkInBytes = chunkInBytes
    largestStored = Self.largestStored(dataset.filters, chunkInBytes)
    guard let inflater = libdeflate_alloc_decompressor() else { preconditionFailure("no memory for a decompressor") }
    self.inflater = inflater
  }

  /// Gives the memory back: nothing that was decoded is valid any more.
  func close() {
    stored.deallocate()
    evenStage.deallocate()
    oddStage.deallocate()
    workspace.deallocate()
    libdeflate_free_decompressor(inflater)
  }

  /// What a decoder takes at most, in bytes: the chunk as it is stored, before and after a filter, and what two filters
  /// need besides: one block of a size that only the chunk tells, or filled-up lines, less than twice their size.
  static func scratchInBytes(_ filters: [HDF5Filter], chunkInBytes: Int) -> Int {
    let workspace = filters.contains { $0.own == .szip } ? 2 : filters.contains { $0.own == .bitshuffle } ? 1 : 0
    return largestStored(filters, chunkInBytes) + (2 + workspace) * (chunkInBytes + 64)
  }

  /// No filter makes a chunk much larger, except bitshuffle with small blocks; HDF5 leaves one out that does.
  private static func largestStored(_ filters: [HDF5Filter], _ chunkInBytes: Int) -> Int {
    let growth = filters.filter { $0.own == .bitshuffle && $0.compresses }
      .map { BitshuffledChunk.growthInBytes(chunkInBytes: chunkInBytes, values: $0.values) }
    return chunkInBytes + max(chunkInBytes / 2 + (1 << 12), growth.reduce(0, +))
  }

  /// The elements of a chunk, valid until the next call or `close`.
  ///
  /// - Parameter isCut: whether it reaches beyond the dataset.
  /// - Throws: `Fault.badData` for bytes that do not make a chunk, or whose checksum is another.
  mutating func decode(_ chunk: HDF5Dataset.Chunk, at position: [Int], isCut: Bool) throws -> UnsafeRawPointer {
    let filters = dataset.filters.enumerated().filter { index, _ in
      !(isCut && dataset.leavesEdgesUnfiltered) && (index > 31 || chunk.filterMask >> UInt32(index) & 1 == 0)
    }.map(\.element)
    guard chunk.byteCount <= largestStored, !filters.isEmpty || chunk.byteCount == chunkInBytes
    else {
      throw damage(
        position, "\(filters.isEmpty ? "" : "about ")\(chunkInBytes) bytes\(filters.isEmpty ? "" : " at most")",
        "\(chunk.byteCount)")
    }
    let target = Self.memory(chunk.byteCount, in: &stored)
    try dataset.file.bytes.read(into: target, at: chunk.offset)
    var bytes = UnsafeRawBufferPointer(target)
    for (index, filter) in filters.enumerated().reversed() {
      bytes = try undo(filter, bytes, before: filters[..<index], position)
    }
    guard bytes.count == chunkInBytes else { throw damage(position, "\(chunkInBytes) bytes", "\(bytes.count)") }
    return bytes.baseAddress!
  }

  private mutating func undo(
    _ filter: HDF5Filter, _ input: UnsafeRawBufferPointer, before: ArraySlice<HDF5Filter>, _ position: [Int]
  ) throws -> UnsafeRawBufferPointer {
    switch filter.own {
    case .shuffle:
      let output = nextStage(input.count)
      unshuffle(input, into: output.baseAddress!, size: filter.values.first ?? 0)
      return UnsafeRawBufferPointer(output)
    case .fletcher32:
      guard input.count >= 4 else { throw damage(position, "a checksum of 4 bytes", "\(input.count) bytes") }
      let data = UnsafeRawBufferPointer(rebasing: input.dropLast(4))
      let checksum = UInt32(littleEndian: input.loadUnaligned(fromByteOffset: data.count, as: UInt32.self))
      guard fletcher32Agrees(data, checksum) else {
        throw damage(position, "the checksum \(checksum)", "\(fletcher32(data))")
      }
      return data
    case .deflate, .szip, .lzf, .blosc, .lz4, .bitshuffle, .zstd:
      // Only checksums make what was compressed longer than the chunk.
      let limit =
        before.contains { $0.compresses }
        ? largestStored : chunkInBytes + 4 * before.count { $0.own == .fletcher32 }
      guard let output = try decompress(filter, input, limit: limit, position) else {
        throw damage(
          position, "\(limit) bytes \(filter.compresses ? "compressed" : "packed") by \(filter.description)",
          "other bytes")
      }
      return output
    case nil: preconditionFailure("\(filter.description) is left to the library")
    }
  }

  /// - Returns: nil for bytes that the filter did not make, or that give more than `limit`.
  private mutating func decompress(
    _ filter: HDF5Filter, _ input: UnsafeRawBufferPointer, limit: Int, _ position: [Int]
  ) throws -> UnsafeRawBufferPointer? {
    switch filter.own {
    case .blosc: return try? bloscDecompressed(input, limit: limit) { nextStage($0) }
    case .zstd: return try? zstdDecompressed(input, limit: limit) { nextStage($0) }
    case .szip:
      guard let chunk = SzipChunk(input, values: filter.values), chunk.byteCount <= limit else { return nil }
      let output = nextStage(chunk.byteCount)
      let lines = Self.memory(chunk.workspaceInBytes, in: &workspace)
      return chunk.decode(into: output, workspace: lines) ? UnsafeRawBufferPointer(output) : nil
    case .bitshuffle:
      guard let chunk = BitshuffledChunk(input, values: filter.values), chunk.byteCount <= limit else { return nil }
      let output = nextStage(chunk.byteCount)
      let block = Self.memory(chunk.workspaceInBytes, in: &workspace)
      return chunk.decode(into: output, workspace: block) ? UnsafeRawBufferPointer(output) : nil
    default:
      // None packs more densely, so nothing is allocated for a few bytes that cannot be a chunk.
      guard limit / 1040 <= input.count + 64 else { throw damage(position, "\(limit) bytes", "\(input.count)") }
      let output = nextStage(limit)
      let decode = filter.own == .lz4 ? decodeLZ4Blocks : filter.own == .lzf ? decodeLZF : inflate
      return decode(input, output).map { UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(output)[0..<$0]) }
    }
  }

  private func inflate(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    var count = 0
    let result = libdeflate_zlib_decompress(
      inflater, input.baseAddress, input.count, output.baseAddress, output.count, &count)
    return result == LIBDEFLATE_SUCCESS ? count : nil
  }

  /// Undoes h5py's LZF filter (registered number 32000): the bytes are what liblzf makes of all at once.
  private func decodeLZF(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    // It reads a byte before it looks whether there is one.
    guard !input.isEmpty, input.count <= Int(UInt32.max), output.count <= Int(UInt32.max) else { return nil }
    let count = lzf_decompress(input.baseAddress, UInt32(input.count), output.baseAddress, UInt32(output.count))
    return count > 0 ? Int(count) : nil
  }

  /// Memory for the output of a filter: never the one before, which holds its input.
  private mutating func nextStage(_ count: Int) -> UnsafeMutableRawBufferPointer {
    stagesUsed += 1
    return stagesUsed % 2 == 0 ? Self.memory(count, in: &evenStage) : Self.memory(count, in: &oddStage)
  }

  /// The first `count` bytes of `memory`, which grows to the largest size asked for; contents are undefined.
  private static func memory(
    _ count: Int, in memory: inout UnsafeMutableRawBufferPointer
  ) -> UnsafeMutableRawBufferPointer {
    if memory.baseAddress == nil || memory.count < count {
      memory.deallocate()
      memory = .allocate(byteCount: max(count, 1), alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: memory[0..<count])
  }

  private func damage(_ position: [Int], _ expected: String, _ found: String) -> Fault {
    Fault.badData(
      "\(dataset.file.path) is damaged: expected chunk \(position) of dataset /\(dataset.name) to have \(expected), found \(found)"
    )
  }
}
