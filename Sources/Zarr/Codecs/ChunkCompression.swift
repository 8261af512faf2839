import Voxels

/// How Sheaf compresses the chunks it writes. A CRC-32C follows each chunk either way, because the checksum of a
/// shard's index does not cover the chunks.
package enum ChunkCompression: Hashable, Sendable {
  /// Plain Zstd, which every reader of Zarr v3 knows. −131072…22, 0 the library's default.
  case zstd(level: Int)
  /// Zstd behind Blosc's byte shuffle, smaller for 16-bit voxels. 0…9.
  case bloscZstd(level: Int)

  func codecs(voxelType: VoxelType) -> [any BytesCodec] {
    switch self {
    case .zstd(let level): [ZstdCodec(level: level), ChecksumCodec()]
    case .bloscZstd(let level):
      [
        BloscCodec(
          compressor: "zstd", level: level, shuffle: voxelType.byteCount == 1 ? .none : .bytes,
          typeByteCount: voxelType.byteCount), ChecksumCodec(),
      ]
    }
  }
}
