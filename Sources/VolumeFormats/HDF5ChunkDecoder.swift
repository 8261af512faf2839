import Codecs
import Files

/// Reads chunks bypassing the HDF5 library and undoes their filters.
struct HDF5ChunkDecoder {
  private let dataset: HDF5Dataset
  /// Bytes of a whole chunk without filters.
  private let chunkInBytes: Int
  /// Bytes that a chunk has at most as stored.
  private let largestStored: Int

  /// - Precondition: every filter of the dataset has a codec.
  init(_ dataset: HDF5Dataset, chunkInBytes: Int) {
    self.dataset = dataset
    self.chunkInBytes = chunkInBytes
    largestStored = Self.largestStored(dataset.filters, chunkInBytes)
  }

  /// An upper limit of the memory for decoding, in bytes: the chunk as stored, before and after a filter, and what two
  /// filters need besides: one block, whose size only the chunk tells, or padded lines, less than twice their size.
  static func scratchInBytes(_ filters: [HDF5Filter], chunkInBytes: Int) -> Int {
    let workspace =
      filters.contains { $0.codec is SzipCodec } ? 2 : filters.contains { $0.codec is BitshuffleCodec } ? 1 : 0
    return largestStored(filters, chunkInBytes) + (2 + workspace) * (chunkInBytes + 64)
  }

  /// No filter makes a chunk much larger, except bitshuffle with small blocks; HDF5 leaves out a filter that does.
  private static func largestStored(_ filters: [HDF5Filter], _ chunkInBytes: Int) -> Int {
    let growth = filters.compactMap { $0.codec as? BitshuffleCodec }
      .map { $0.encodedByteCountLimit(chunkInBytes) - chunkInBytes }
    return chunkInBytes + max(chunkInBytes / 2 + (1 << 12), growth.reduce(0, +))
  }

  /// The elements of a chunk, in memory of `context`.
  ///
  /// - Parameter isCut: whether it reaches beyond the dataset.
  /// - Throws: `Fault.badData` for bytes that are not a chunk, or whose checksum is wrong.
  func decode(
    _ chunk: HDF5Dataset.Chunk, at position: [Int], isCut: Bool, _ context: CodecContext
  ) throws -> UnsafeRawPointer {
    let filters = dataset.filters.enumerated().filter { index, _ in
      !(isCut && dataset.leavesEdgesUnfiltered) && (index > 31 || chunk.filterMask >> UInt32(index) & 1 == 0)
    }.map(\.element)
    do {
      guard chunk.byteCount <= largestStored, !filters.isEmpty || chunk.byteCount == chunkInBytes else {
        throw CodecError(
          "expected \(filters.isEmpty ? "\(chunkInBytes)" : "at most \(largestStored)") bytes, found \(chunk.byteCount)"
        )
      }
      let stored = context.encoded.reserve(chunk.byteCount)
      try dataset.file.bytes.read(into: stored, at: chunk.offset)
      var bytes = UnsafeRawBufferPointer(stored)
      for (index, filter) in filters.enumerated().reversed() {
        bytes = try undo(filter, bytes, before: filters[..<index], context)
      }
      guard bytes.count == chunkInBytes else {
        throw CodecError("expected \(chunkInBytes) decoded bytes, found \(bytes.count)")
      }
      return bytes.baseAddress!
    } catch let error as CodecError {
      throw Fault.badData(
        "\(dataset.file.path) is damaged: chunk \(position) of dataset /\(dataset.name) cannot be read: \(error.message)"
      )
    }
  }

  private func undo(
    _ filter: HDF5Filter, _ input: UnsafeRawBufferPointer, before: ArraySlice<HDF5Filter>, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    guard let codec = filter.codec else { preconditionFailure("\(filter.description) is left to the library") }
    // Only checksums make what was compressed longer than the chunk.
    let limit =
      before.contains { $0.compresses }
      ? largestStored : chunkInBytes + 4 * before.count { $0.codec is Fletcher32Codec }
    return try codec.decode(input, limit: max(limit, filter.compresses ? 0 : input.count), context)
  }
}
