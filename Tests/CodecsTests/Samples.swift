import CAEC
import CBZip2
import CLZ4
import CLZF
import CLZMA
import Codecs
import Foundation
import Testing

/// Bytes as some encoder makes them, and what they decode to.
struct Sample: CustomTestStringConvertible {
  let testDescription: String
  let codec: any BytesCodec
  let encoded: [UInt8]
  let decoded: [UInt8]
}

func decoded(_ codec: any BytesCodec, _ bytes: [UInt8], limit: Int) throws -> [UInt8] {
  try withCodecContext { context in
    try bytes.withUnsafeBytes { [UInt8](try codec.decode($0, limit: limit, context)) }
  }
}

func encoded(_ codec: any BytesCodec, _ bytes: [UInt8]) throws -> [UInt8] {
  try withCodecContext { context in try bytes.withUnsafeBytes { [UInt8](try codec.encode($0, context)) } }
}

/// A sample of every codec; those that Sheaf only decodes are encoded here, by their libraries or by definition.
func makeSamples() throws -> [Sample] {
  // 16-bit values that rise slowly, as those of a picture do; not a multiple of 16 bytes.
  let voxels = (0..<3003).flatMap { index -> [UInt8] in
    let value = 1000 + index / 3 + index * 7919 % 5
    return [UInt8(value & 0xFF), UInt8(value >> 8)]
  }
  let both: [any BytesCodec] = [
    ZstdCodec(level: 3), ZstdCodec(level: 1, checksum: true), GzipCodec(level: 6), ZlibCodec(level: 6), CRC32CCodec(),
    BloscCodec(compressor: "zstd", level: 5, shuffle: .bits, typeByteCount: 2),
    BloscCodec(compressor: "lz4", level: 5, shuffle: .bytes, typeByteCount: 2),
  ]
  let half = Array(voxels.prefix(3000))
  let rest = Array(voxels.dropFirst(3000))
  let checksum = voxels.withUnsafeBytes { fletcher32($0) }
  return try both.map {
    Sample(testDescription: $0.name, codec: $0, encoded: try encoded($0, voxels), decoded: voxels)
  } + [
    Sample(testDescription: "bz2", codec: BZip2Codec(), encoded: bzip2(voxels), decoded: voxels),
    Sample(testDescription: "xz", codec: XZCodec(), encoded: xz(voxels), decoded: voxels),
    Sample(testDescription: "lzf", codec: LZFCodec(), encoded: lzf(voxels), decoded: voxels),
    Sample(
      testDescription: "lz4", codec: LZ4Codec(), encoded: little(voxels.count, 4) + lz4(voxels), decoded: voxels),
    Sample(
      testDescription: "lz4 of N5", codec: LZ4BlockStreamCodec(),
      encoded: javaBlock(2, lz4(half), half.count) + javaBlock(1, rest, rest.count) + javaBlock(1, [], 0),
      decoded: voxels),
    Sample(
      testDescription: "lz4 of HDF5", codec: HDF5LZ4Codec(),
      encoded: big(voxels.count, 8) + big(3000, 4) + big(lz4(half).count, 4) + lz4(half)
        + big(lz4(Array(rest.prefix(3000))).count, 4) + lz4(Array(rest.prefix(3000))) + big(6, 4)
        + Array(rest.dropFirst(3000)),
      decoded: voxels),
    Sample(
      testDescription: "fletcher32", codec: Fletcher32Codec(), encoded: voxels + little(Int(checksum), 4),
      decoded: voxels),
    Sample(
      testDescription: "shuffle", codec: ByteShuffleCodec(elementByteCount: 2),
      encoded: shuffled(voxels, 2), decoded: voxels),
    Sample(
      testDescription: "szip", codec: SzipCodec(values: [32, 16, 16, 64]),
      encoded: little(voxels.count, 4) + szip(voxels), decoded: voxels),
    Sample(
      testDescription: "bitshuffle", codec: BitshuffleCodec(values: [0, 4, 2, 16, 0])!,
      encoded: bitshuffled(voxels, elementByteCount: 2, blockInElements: 16).joined() + voxels.suffix(3003 % 8 * 2),
      decoded: voxels),
    Sample(
      testDescription: "bitshuffle, lz4", codec: BitshuffleCodec(values: [0, 4, 2, 0, 2])!,
      encoded: big(voxels.count, 8) + big(1024, 4)
        + bitshuffled(voxels, elementByteCount: 2, blockInElements: 512).flatMap { big(lz4($0).count, 4) + lz4($0) }
        + voxels.suffix(3003 % 8 * 2),
      decoded: voxels),
    Sample(
      testDescription: "bitshuffle, zstd", codec: BitshuffleCodec(values: [0, 4, 2, 0, 3])!,
      encoded: big(voxels.count, 8) + big(1024, 4)
        + bitshuffled(voxels, elementByteCount: 2, blockInElements: 512).flatMap { block in
          let packed = try encoded(ZstdCodec(level: 1), block)
          return big(packed.count, 4) + packed
        } + voxels.suffix(3003 % 8 * 2),
      decoded: voxels),
  ]
}

private func little(_ value: Int, _ width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

private func big(_ value: Int, _ width: Int) -> [UInt8] { little(value, width).reversed() }

/// A block of lz4-java's stream.
private func javaBlock(_ method: UInt8, _ data: [UInt8], _ decodedByteCount: Int) -> [UInt8] {
  Array("LZ4Block".utf8) + [method << 4 | 6] + little(data.count, 4) + little(decodedByteCount, 4) + little(0, 4) + data
}

private func shuffled(_ bytes: [UInt8], _ size: Int) -> [UInt8] {
  (0..<size).flatMap { place in stride(from: place, to: bytes.count, by: size).map { bytes[$0] } }
}

/// The blocks of whole groups of eight elements, by bitshuffle's definition: bit by bit.
private func bitshuffled(_ bytes: [UInt8], elementByteCount size: Int, blockInElements: Int) -> [[UInt8]] {
  let elements = bytes.count / size / 8 * 8
  return stride(from: 0, to: elements, by: blockInElements).map { start in
    let count = min(blockInElements, elements - start)
    var block = [UInt8](repeating: 0, count: count * size)
    for element in 0..<count {
      for bit in 0..<(8 * size) where bytes[(start + element) * size + bit / 8] >> UInt8(bit % 8) & 1 == 1 {
        block[bit * (count / 8) + element / 8] |= 1 << UInt8(element % 8)
      }
    }
    return block
  }
}

private func lz4(_ bytes: [UInt8]) -> [UInt8] {
  var output = [CChar](repeating: 0, count: Int(LZ4_compressBound(Int32(bytes.count))))
  let input = bytes.map { CChar(bitPattern: $0) }
  let count = LZ4_compress_default(input, &output, Int32(input.count), Int32(output.count))
  return output.prefix(Int(count)).map { UInt8(bitPattern: $0) }
}

private func lzf(_ bytes: [UInt8]) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: bytes.count * 2)
  let count = lzf_compress(bytes, UInt32(bytes.count), &output, UInt32(output.count))
  return Array(output.prefix(Int(count)))
}

private func bzip2(_ bytes: [UInt8]) -> [UInt8] {
  var input = bytes.map { CChar(bitPattern: $0) }
  var output = [CChar](repeating: 0, count: bytes.count * 2 + 600)
  var count = UInt32(output.count)
  BZ2_bzBuffToBuffCompress(&output, &count, &input, UInt32(input.count), 1, 0, 0)
  return output.prefix(Int(count)).map { UInt8(bitPattern: $0) }
}

private func xz(_ bytes: [UInt8]) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: lzma_stream_buffer_bound(bytes.count))
  var count = 0
  _ = lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, nil, bytes, bytes.count, &output, &count, output.count)
  return Array(output.prefix(count))
}

/// 16-bit samples in blocks of 16, scanlines of 64: as `SzipCodec(values: [32, 16, 16, 64])`.
private func szip(_ bytes: [UInt8]) -> [UInt8] {
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count * 2 + 1000)
  return input.withUnsafeMutableBufferPointer { input in
    let count = output.withUnsafeMutableBufferPointer { output in
      var encoder = aec_stream()
      encoder.next_in = UnsafePointer(input.baseAddress)
      encoder.avail_in = input.count
      encoder.next_out = output.baseAddress
      encoder.avail_out = output.count
      encoder.bits_per_sample = 16
      encoder.block_size = 16
      encoder.rsi = 4
      encoder.flags = UInt32(AEC_DATA_PREPROCESS)
      return aec_buffer_encode(&encoder) == AEC_OK ? encoder.total_out : 0
    }
    return Array(output.prefix(Int(count)))
  }
}
