import CAEC

/// HDF5's szip filter (number 4), through libaec. Decode-only.
///
/// The data consists of the decoded size (4 bytes, little-endian) and a stream of the extended Rice code (CCSDS
/// 121.0-B-3, Lossless Data Compression). The filter's values are options, samples per block, bits per sample and
/// samples per scanline; a scanline is the interval between reference samples, padded to whole blocks. Elements of 32
/// and 64 bits are stored as 8-bit samples: the first bytes of all elements, then all second bytes, and so on. (HDF5,
/// `H5Zszip.c`; libaec, README.SZIP.)
package struct SzipCodec: BytesCodec {
  /// The filter's values.
  package let values: [Int]
  package var name: String { "szip" }

  package init(values: [Int]) { self.values = values }

  package func decode(
    _ input: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let chunk = try SzipChunk(input, values: values)
    guard chunk.byteCount <= limit else {
      throw CodecError("szip: the header claims \(chunk.byteCount) bytes where at most \(limit) are expected")
    }
    let output = context.nextStage().reserve(chunk.byteCount)
    guard chunk.decode(into: output, workspace: context.workspace.reserve(chunk.workspaceInBytes)) else {
      throw CodecError("szip: the data is damaged or ends early")
    }
    return UnsafeRawBufferPointer(output)
  }
}

/// One chunk with its sizes.
private struct SzipChunk {
  /// Size of the result in bytes.
  let byteCount: Int
  /// Additional memory that decoding needs, in bytes: 0, or the size of the padded scanlines.
  let workspaceInBytes: Int
  private let stream: UnsafeRawBufferPointer
  private let flags: UInt32
  private let bitsPerSample: Int
  private let blockInSamples: Int
  /// Size of a scanline in bytes, without and with its padding.
  private let lineInBytes: Int
  private let paddedLineInBytes: Int
  /// Size in bytes of an element whose bytes were separated; otherwise 1.
  private let elementInBytes: Int

  /// Bits of the filter's options (HDF5, `H5Zpublic.h`): most significant byte first; differences instead of samples.
  private static let highestByteFirst = 16
  private static let differences = 32
  private static let sizeInBytes = 4

  /// - Throws: `CodecError` when the sizes contradict each other, or the input is too short to decode to as many bytes
  ///   as it claims.
  init(_ input: UnsafeRawBufferPointer, values: [Int]) throws {
    guard values.count >= 4 else { throw CodecError("szip: the filter's values \(values) are invalid") }
    guard input.count >= Self.sizeInBytes else {
      throw CodecError("szip: \(input.count) bytes are too few to hold a size")
    }
    let (options, block, bits, line) = (values[0], values[1], values[2], values[3])
    // Szip's limits, some of which libaec relies on.
    guard block % 2 == 0, (2...32).contains(block), line >= block, line <= 128 * block, [8, 16, 32, 64].contains(bits)
    else { throw CodecError("szip: the filter's values \(values) are invalid") }
    byteCount = Int(UInt32(littleEndian: input.loadUnaligned(as: UInt32.self)))
    stream = UnsafeRawBufferPointer(rebasing: input.dropFirst(Self.sizeInBytes))
    flags =
      UInt32(options & Self.highestByteFirst == 0 ? 0 : AEC_DATA_MSB)
      | UInt32(options & Self.differences == 0 ? 0 : AEC_DATA_PREPROCESS)
    bitsPerSample = bits > 16 ? 8 : bits
    elementInBytes = bits > 16 ? bits / 8 : 1
    blockInSamples = block
    lineInBytes = line * (bitsPerSample / 8)
    paddedLineInBytes = (line + block - 1) / block * block * (bitsPerSample / 8)
    // At best ten bits encode 64 blocks of 32 two-byte samples.
    guard byteCount / 4096 <= stream.count, byteCount % (bitsPerSample / 8) == 0 else {
      throw CodecError("szip: \(input.count) bytes cannot decode to the \(byteCount) that the header claims")
    }
    let isPadded = paddedLineInBytes > lineInBytes
    workspaceInBytes =
      isPadded
      ? (byteCount + lineInBytes - 1) / lineInBytes * paddedLineInBytes : elementInBytes > 1 ? byteCount : 0
  }

  /// - Parameters:
  ///   - output: `byteCount` bytes, aligned for elements.
  ///   - workspace: `workspaceInBytes` bytes.
  /// - Returns: whether the stream decodes to the complete result.
  func decode(into output: UnsafeMutableRawBufferPointer, workspace: UnsafeMutableRawBufferPointer) -> Bool {
    guard let target = output.baseAddress, byteCount > 0 else { return byteCount == 0 }
    let place = workspaceInBytes > 0 ? workspace : output
    guard let found = place.baseAddress, let decoded = decodeStream(into: place), decoded >= neededInBytes else {
      return false
    }
    if workspaceInBytes == 0 { return true }
    // Without padding, the scanlines are the result itself or, in place, its separated bytes.
    let joined = elementInBytes > 1 ? found : target
    if joined != found || paddedLineInBytes > lineInBytes {
      for line in 0..<((byteCount + lineInBytes - 1) / lineInBytes) {
        let start = line * lineInBytes
        (joined + start).copyMemory(
          from: found + line * paddedLineInBytes, byteCount: min(lineInBytes, byteCount - start))
      }
    }
    if elementInBytes > 1 {
      unshuffle(UnsafeRawBufferPointer(start: found, count: byteCount), into: target, size: elementInBytes)
    }
    return true
  }

  /// Bytes of decoded stream up to the last one that is needed.
  private var neededInBytes: Int {
    let whole = (byteCount - 1) / lineInBytes
    return whole * paddedLineInBytes + byteCount - whole * lineInBytes
  }

  /// - Returns: the number of bytes the stream yields, at most the size of `place`; nil if it is damaged.
  private func decodeStream(into place: UnsafeMutableRawBufferPointer) -> Int? {
    var decoder = aec_stream()
    decoder.next_in = stream.baseAddress?.assumingMemoryBound(to: UInt8.self)
    decoder.avail_in = stream.count
    decoder.next_out = place.baseAddress?.assumingMemoryBound(to: UInt8.self)
    decoder.avail_out = place.count
    decoder.bits_per_sample = UInt32(bitsPerSample)
    decoder.block_size = UInt32(blockInSamples)
    decoder.rsi = UInt32(paddedLineInBytes / (bitsPerSample / 8) / blockInSamples)
    decoder.flags = flags
    return aec_buffer_decode(&decoder) == AEC_OK ? decoder.total_out : nil
  }
}
