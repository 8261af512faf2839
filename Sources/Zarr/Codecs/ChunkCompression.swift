import Codecs
import Voxels

/// How Sheaf compresses the chunks it writes. A CRC-32C follows each chunk either way, because the checksum of a
/// shard's index does not cover the chunks.
package enum ChunkCompression: Hashable, Sendable {
  /// Plain Zstd, which every reader of Zarr v3 knows. −131072…22, 0 the library's default.
  case zstd(level: Int)
  /// Zstd behind Blosc's shuffle. 0…9.
  ///
  /// Bits are shuffled, not bytes, in blocks of 256 KiB: of 16-bit light-sheet planes (one core, level 1) this made
  /// 1.83 times less at 510 MB/s and read them at 950 MB/s; bytes in Blosc's own blocks 1.77 at 250 and 400; plain
  /// Zstd of level 1 made 1.52 times less at 310 and 840, of level 3 1.59 at 100 and 600.
  case bloscZstd(level: Int)

  /// The best of those measured, in size and in speed both ways.
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
    }
  }
}
