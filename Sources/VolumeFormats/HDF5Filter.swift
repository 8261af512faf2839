/// One step that the elements of a chunk went through before they were written.
struct HDF5Filter: Sendable, Equatable {
  let identifier: Int
  /// What the filter was given, at most its first eight values.
  let values: [Int]
  /// What the file calls it; often empty.
  let name: String

  /// The filters that Sheaf undoes itself, in any number of threads.
  enum Own: Sendable, Equatable {
    case deflate, shuffle, fletcher32, szip, lzf, blosc, lz4, bitshuffle, zstd
  }

  /// Nil for all others. The library's own decoders of those trust what they read, and a damaged chunk would end the
  /// program.
  var own: Own? {
    switch identifier {
    case 1: .deflate
    case 2: .shuffle
    case 3: .fletcher32
    case 4: .szip
    case 32000: .lzf
    case 32001: .blosc
    case 32004: .lz4
    case 32008: BitshuffledChunk.Compression(values) == nil ? nil : .bitshuffle
    case 32015: .zstd
    default: nil
    }
  }

  /// Whether it makes chunks smaller, and so gives any number of bytes when it is undone.
  var compresses: Bool {
    switch own {
    case .deflate, .szip, .lzf, .blosc, .lz4, .zstd: true
    case .bitshuffle: BitshuffledChunk.Compression(values) != BitshuffledChunk.Compression.none
    case .shuffle, .fletcher32, nil: false
    }
  }

  /// The names that the HDF Group's register of filters has; the file's own word for the rest.
  var description: String {
    switch identifier {
    case 1: "gzip"
    case 2: "shuffle"
    case 3: "fletcher32"
    case 4: "szip"
    case 5: "nbit"
    case 6: "scaleoffset"
    case 32000: "lzf"
    case 32001: "blosc"
    case 32004: "lz4"
    case 32008: own == nil ? "bitshuffle with an unknown compression" : "bitshuffle"
    case 32013: "zfp"
    case 32015: "zstd"
    case 32026: "blosc2"
    default: name.isEmpty ? "filter \(identifier)" : "\(name) (filter \(identifier))"
    }
  }
}
