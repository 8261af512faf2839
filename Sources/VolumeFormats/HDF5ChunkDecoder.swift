import Codecs
import Files

/// Decodes chunks and reverses their filters without using the HDF5 library.
struct HDF5ChunkDecoder {
  private let dataset: HDF5Dataset
  /// Size of a decoded chunk in bytes.
  private let chunkInBytes: Int
  /// Maximum size of a stored chunk in bytes.
  private let largestStored: Int

  /// - Precondition: every filter of the dataset has a codec.
  init(_ dataset: HDF5Dataset, chunkInBytes: Int) {
    self.dataset = dataset
    self.chunkInBytes = chunkInBytes
    largestStored = Self.largestStored(dataset.filters, chunkInBytes)
  }

  /// An upper bound on the memory needed for decoding, in bytes: the stored chunk, the input and output of one filter,
  /// and the temporary memory of two filters: one block, whose size is known only from the chunk, or padded lines of
  /// less than twice their size.
  static func scratchInBytes(_ filters: [HDF5Filter], chunkInBytes: Int) -> Int {
    let workspace =
      filters.contains { $0.codec is SzipCodec } ? 2 : filters.contains { $0.codec is BitshuffleCodec } ? 1 : 0
    return largestStored(filters, chunkInBytes) + (2 + workspace) * (chunkInBytes + 64)
  }

  /// No filter enlarges a chunk much, except bitshuffle with small blocks; HDF5 omits a filter that would.
  private static func largestStored(_ filters: [HDF5Filter], _ chunkInBytes: Int) -> Int {
    let growth = filters.compactMap { $0.codec as? BitshuffleCodec }
      .map { $0.encodedByteCountLimit(chunkInBytes) - chunkInBytes }
    return chunkInBytes + max(chunkInBytes / 2 + (1 << 12), growth.reduce(0, +))
  }

  /// The elements of a chunk, in memory owned by `context`.
  ///
  /// - Parameter isCut: whether the chunk extends beyond the dataset.
  /// - Throws: `Fault.badData` for bytes that are not a valid chunk, or a checksum mismatch.
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
    // Only checksums make the stored bytes longer than the chunk.
    let limit =
      before.contains { $0.compresses }
      ? largestStored : chunkInBytes + 4 * before.count { $0.codec is Fletcher32Codec }
    return try codec.decode(input, limit: max(limit, filter.compresses ? 0 : input.count), context)
  }
}
