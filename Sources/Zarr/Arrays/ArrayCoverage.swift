import Codecs
import Files

/// How far an array could be checked.
package struct ArrayCoverage: Codable, Sendable, Equatable {
  /// Files of the grid that were read: shards, or chunks where there are none.
  package var files = 0
  /// Chunks that were decoded.
  package var chunks = 0
  /// Positions of the grid without a file, which is no damage here.
  package var absent = 0

  package init() {}

  package static func + (one: ArrayCoverage, other: ArrayCoverage) -> ArrayCoverage {
    var sum = one
    sum.files += other.files
    sum.chunks += other.chunks
    sum.absent += other.absent
    return sum
  }
}

extension ArrayMetadata {
  /// The codecs of a chunk, and those around the shards that it is in.
  private var codecs: [any NamedCodec] {
    var all = pipeline.codecs
    var rest = encoding
    while case .shard(let sharding) = rest {
      all += sharding.outerCodecs
      rest = sharding.content
    }
    return all
  }

  /// What protects the voxels of a chunk, for a sentence.
  private var compressions: String {
    codecs.isEmpty ? "uncompressed" : codecs.map(\.name).joined(separator: " and ")
  }

  /// Whether a codec of the chunks has a checksum, so that changed values are noticed.
  private var hasChecksum: Bool {
    codecs.contains { codec in
      switch codec {
      case is CRC32CCodec, is NumcodecsChecksumCodec, is Fletcher32Codec, is GzipCodec, is ZlibCodec, is BZip2Codec,
        is XZCodec:
        true
      case let zstd as ZstdCodec: zstd.checksum
      default: false
      }
    }
  }

  /// How far the chunks of an array that Sheaf did not write could be checked, as words that follow its path.
  ///
  /// - Parameter isArchived: whether an archive records a checksum of every file.
  func description(of coverage: ArrayCoverage, isArchived: Bool) -> String {
    if coverage.files == 0 {
      return "no chunk has a file: every voxel is the fill value, and there is nothing to check"
    }
    let absent =
      coverage.absent == 0
      ? "" : ", \(coverage.absent) \(isSharded ? "shards" : "chunks") without a file are fill value"
    let extent =
      isArchived
      ? "the checksums of the archive were compared"
      : hasChecksum
        ? "the checksums of \(compressions) agree"
        : codecs.isEmpty
          ? "uncompressed chunks have no checksum, so changed values cannot be noticed"
          : "\(compressions) has no checksum, so changed values cannot be noticed"
    return "decoded \(coverage.chunks) chunks\(absent); \(extent)"
  }

  private var isSharded: Bool { fileShape != chunkShape }
}
