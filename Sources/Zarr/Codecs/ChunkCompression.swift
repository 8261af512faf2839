import Codecs
import Voxels

/// How Sheaf compresses the chunks it writes. Each chunk is followed by a CRC-32C in any case, because the checksum of
/// a shard's index does not cover the chunks.
public enum ChunkCompression: Hashable, Sendable {
  /// Plain Zstd, which every Zarr v3 reader supports. −131072…22; 0 means the library's default.
  case zstd(level: Int)
  /// Zstd behind Blosc's shuffle. 0…9.
  ///
  /// Bits rather than bytes are shuffled, in blocks of 256 KiB: on 16-bit light-sheet planes (one core, level 1) this
  /// compressed 1.83:1, writing at 510 MB/s and reading at 950 MB/s; byte shuffle in Blosc's default blocks 1.77:1 at
  /// 250 and 400 MB/s; plain Zstd 1.52:1 at 310 and 840 MB/s (level 1) and 1.59:1 at 100 and 600 MB/s (level 3).
  case bloscZstd(level: Int)
  /// LZ4 behind Blosc's byte shuffle, by its slower search (`lz4hc`): for what is read many times. 0…9.
  ///
  /// Level 1, one core, patches of 200³: 1.50:1 where Zstd behind bit shuffle has 1.62:1, written at 650 to 850 MB/s, read
  /// at 3,200 to 3,500 MB/s, where that is read at 1,100.
  case bloscLZ4(level: Int)

  /// The best of those measured, in size as well as in write and read speed.
  package static let standard = ChunkCompression.bloscZstd(level: 1)

  private static let bloscBlockByteCount = 256 << 10

  func codecs(voxelType: VoxelType) -> [any NamedCodec] {
    switch self {
    case .zstd(let level): [ZstdCodec(level: level), CRC32CCodec()]
    case .bloscZstd(let level):
      [
        BloscCodec(
          compressor: "zstd", level: level, shuffle: voxelType.byteCount == 1 ? .none : .bits,
          typeByteCount: voxelType.byteCount, blockByteCount: ChunkCompression.bloscBlockByteCount), CRC32CCodec(),
      ]
    case .bloscLZ4(let level):
      [
        BloscCodec(
          compressor: "lz4hc", level: level, shuffle: voxelType.byteCount == 1 ? .none : .bytes,
          typeByteCount: voxelType.byteCount, blockByteCount: ChunkCompression.bloscBlockByteCount), CRC32CCodec(),
      ]
    }
  }
}
