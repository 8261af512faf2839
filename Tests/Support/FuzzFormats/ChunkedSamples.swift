import CBZip2
import CDeflate
import CLZ4
import CLZMA
import Codecs
import Files
import Foundation
import Scratch
import Voxels
import Zarr

private let extent = Extent(3, 4, 5)

/// A small volume of rising grey values.
private func risingVolume(_ extent: Extent) -> VoxelBuffer {
  let volume = VoxelBuffer(.uint16, extent)
  for index in 0..<volume.byteCount { volume.bytes[index] = UInt8(truncatingIfNeeded: index % 61) }
  return volume
}

private func write(_ volume: VoxelBuffer, to array: ZarrArray) throws {
  for shard in 0..<array.shards.count {
    let writer = try ShardWriter(array, at: array.shards.position(of: shard))
    try writer.writeChunks(from: volume, origin: .zero)
    _ = try writer.publish()
  }
}

/// All files below a directory, under `name`.
private func files(below directory: String, as name: String) throws -> [(path: String, bytes: [UInt8])] {
  var found: [(path: String, bytes: [UInt8])] = []
  for entry in try directoryEntries(directory) {
    let path = joinPath(directory, entry)
    if isDirectory(path) {
      found += try files(below: path, as: joinPath(name, entry))
    } else {
      found.append((joinPath(name, entry), [UInt8](try readWholeFile(path))))
    }
  }
  return found
}

/// Arrays of Zarr v3 in files of one chunk, with every codec that Sheaf writes.
func zarrArrays() throws -> [FuzzSample] {
  let little = "{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}"
  let chains =
    [
      "{\"name\": \"bytes\", \"configuration\": {\"endian\": \"big\"}}",
      "\(little), {\"name\": \"zstd\", \"configuration\": {\"level\": 1, \"checksum\": false}}",
      "\(little), {\"name\": \"gzip\", \"configuration\": {\"level\": 1}}, {\"name\": \"zstd\", \"configuration\": {\"level\": 1}}",
    ]
    + ["blosclz", "lz4", "zlib", "zstd"].map {
      "\(little), {\"name\": \"blosc\", \"configuration\": {\"cname\": \"\($0)\", \"clevel\": 5, \"shuffle\": \"shuffle\", "
        + "\"typesize\": 2, \"blocksize\": 0}}"
    }
  return try chains.map { codecs in
    let text = """
      {"zarr_format": 3, "node_type": "array", "shape": [3, 4, 5], "data_type": "uint16", "fill_value": 0,
       "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [3, 3, 4]}}, "codecs": [\(codecs)]}
      """
    return try withTemporaryDirectory { directory in
      let metadata = try ArrayMetadata(parsing: Data(text.utf8), path: directory)
      try write(risingVolume(extent), to: try ZarrArray.create(joinPath(directory, "a"), metadata))
      return FuzzSample(try files(below: joinPath(directory, "a"), as: "a"), input: "a")
    }
  }
}

/// Images of Sheaf's own, with a shard's checksum as it comes and put right after the mutation; and one in which shards
/// lie in shards.
func zarrStores() throws -> [FuzzSample] {
  var samples: [FuzzSample] = []
  for compression in [ChunkCompression.zstd(level: 1), .bloscZstd(level: 1)] {
    let layout = StoreLayout(
      name: "a", extent: extent, voxelType: .uint16, voxelSizeInMicrometres: VoxelSize(4, 2, 1), chunk: Extent(2),
      shard: Extent(4), compression: compression, levelCount: 2)
    let written = try withTemporaryDirectory { directory in
      let store = try Store.create(joinPath(directory, "a"), layout)
      for level in store.levels { try write(risingVolume(level.extent), to: level) }
      return try files(below: store.path, as: "a")
    }
    // Without Sheaf's own directory it is anybody's, and metadata may be anything.
    let foreign = written.filter { !$0.path.contains(".sheaf") }
    samples.append(FuzzSample(foreign, input: "a"))
    samples.append(FuzzSample(foreign, input: "a").sealed { $0.contains("/c/") ? withIndexChecksum($1) : $1 })
  }
  let index = "\"index_codecs\": [{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}]"
  let metadata = """
    {"zarr_format": 3, "node_type": "array", "shape": [2, 2, 2], "data_type": "uint8", "fill_value": 0,
     "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2, 2, 2]}},
     "codecs": [{"name": "sharding_indexed", "configuration": {"chunk_shape": [1, 2, 2], \(index),
       "codecs": [{"name": "sharding_indexed", "configuration": {"chunk_shape": [1, 1, 2], \(index),
         "index_location": "start", "codecs": [{"name": "bytes"}]}}]}}]}
    """
  func numbers(_ values: [UInt64]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
  }
  let inner = numbers([32, 2, 34, 2]) + [1, 2, 3, 4]
  let size = UInt64(inner.count)
  let shard = inner + inner + numbers([0, size, size, size])
  samples.append(FuzzSample([("a/zarr.json", Array(metadata.utf8)), ("a/c/0/0/0", shard)], input: "a"))
  return samples
}

/// The checksum of the index of a shard of 2 × 2 × 2 chunks put right.
private func withIndexChecksum(_ bytes: [UInt8]) -> [UInt8] {
  let count = 2 * 2 * 2 * 16
  guard bytes.count >= count + 4 else { return bytes }
  let end = bytes.count - 4
  let checksum = crc32c(Data(bytes[end - count..<end]))
  return bytes[..<end] + withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
}

/// Images of OME-Zarr 0.4 and arrays of Zarr v2 and N5, with the compressors that Sheaf only reads.
func foreignChunks() throws -> [FuzzSample] {
  let voxels = Array(UnsafeRawBufferPointer(risingVolume(extent).bytes))
  var samples: [FuzzSample] = []
  let packed: [(zarr: String, n5: String?, pack: ([UInt8]) -> [UInt8])] = [
    ("null", "raw", { $0 }), ("{\"id\": \"zlib\", \"level\": 1}", nil, zlibbed),
    ("{\"id\": \"lz4\", \"acceleration\": 1}", nil, { numbers($0.count, 4) + lz4($0) }),
    ("{\"id\": \"bz2\", \"level\": 1}", "bzip2", bzip2), ("{\"id\": \"lzma\", \"format\": 1}", "xz", xz),
    ("{\"id\": \"gzip\", \"level\": 1}", "gzip", gzipped),
    (
      "", "lz4",
      {
        Array("LZ4Block".utf8) + [0x26] + numbers(lz4($0).count, 4) + numbers($0.count, 4) + numbers(0, 4) + lz4($0)
          + Array("LZ4Block".utf8) + [0x16] + numbers(0, 12)
      }
    ),
  ]
  for (compressor, n5, pack) in packed {
    if !compressor.isEmpty {
      let array = """
        {"zarr_format": 2, "shape": [1, 3, 4, 5], "chunks": [1, 3, 4, 5], "dtype": "<u2", "order": "C",
         "compressor": \(compressor), "fill_value": 0, "filters": null, "dimension_separator": "/"}
        """
      let image = """
        {"multiscales": [{"version": "0.4", "name": "a", "axes": [{"name": "c", "type": "channel"},
          {"name": "z", "type": "space", "unit": "micrometer"}, {"name": "y", "type": "space", "unit": "micrometer"},
          {"name": "x", "type": "space", "unit": "micrometer"}], "datasets": [{"path": "0",
          "coordinateTransformations": [{"type": "scale", "scale": [1, 4, 2, 1]}]}]}]}
        """
      samples.append(
        FuzzSample(
          [
            ("a/.zgroup", Array("{\"zarr_format\": 2}".utf8)), ("a/.zattrs", Array(image.utf8)),
            ("a/0/.zarray", Array(array.utf8)), ("a/0/0/0/0/0", pack(voxels)),
          ], input: "a", mutated: ["a/.zattrs", "a/0/.zarray", "a/0/0/0/0/0"]))
    }
    if let n5 {
      let attributes = """
        {"dimensions": [5, 4, 3], "blockSize": [8, 4, 3], "dataType": "uint16", "compression": {"type": "\(n5)"},
         "downsamplingFactors": [1, 1, 1], "pixelResolution": {"unit": "um", "dimensions": [1, 2, 4]}}
        """
      let header = [0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0, 3] as [UInt8]
      samples.append(
        FuzzSample(
          [
            ("a/attributes.json", Array("{\"n5\": \"4.0.0\"}".utf8)),
            ("a/setup0/timepoint0/s0/attributes.json", Array(attributes.utf8)),
            ("a/setup0/timepoint0/s0/0/0/0", header + pack(voxels)),
          ], input: "a"))
    }
  }
  return samples
}

/// Opens and reads as a volume, then looks for damage as `sheaf verify` does.
func readStore(_ path: String) throws {
  try readVolume(path)
  let verification = try Verification(of: path)
  for shard in 0..<min(verification.shardCount, 10_000) { _ = try verification.verifyShard(shard) }
}

// MARK: Compressors

private func numbers(_ value: Int, _ width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * min($0, 7))) }
}

private func zlibbed(_ bytes: [UInt8]) -> [UInt8] {
  guard let compressor = libdeflate_alloc_compressor(1) else { preconditionFailure("no memory to compress") }
  defer { libdeflate_free_compressor(compressor) }
  var output = [UInt8](repeating: 0, count: libdeflate_zlib_compress_bound(compressor, bytes.count))
  return Array(output[0..<libdeflate_zlib_compress(compressor, bytes, bytes.count, &output, output.count)])
}

private func lz4(_ bytes: [UInt8]) -> [UInt8] {
  var output = [CChar](repeating: 0, count: Int(LZ4_compressBound(Int32(bytes.count))))
  let input = bytes.map { CChar(bitPattern: $0) }
  let count = LZ4_compress_default(input, &output, Int32(input.count), Int32(output.count))
  return output[0..<Int(count)].map { UInt8(bitPattern: $0) }
}

private func bzip2(_ bytes: [UInt8]) -> [UInt8] {
  var input = bytes.map { CChar(bitPattern: $0) }
  var output = [CChar](repeating: 0, count: bytes.count * 2 + 600)
  var count = UInt32(output.count)
  BZ2_bzBuffToBuffCompress(&output, &count, &input, UInt32(input.count), 1, 0, 0)
  return output[0..<Int(count)].map { UInt8(bitPattern: $0) }
}

private func xz(_ bytes: [UInt8]) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: lzma_stream_buffer_bound(bytes.count))
  var count = 0
  _ = lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, nil, bytes, bytes.count, &output, &count, output.count)
  return Array(output[0..<count])
}
