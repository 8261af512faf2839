/// One step that the elements of a chunk went through before they were written.
struct HDF5Filter: Sendable, Equatable {
  let identifier: Int
  /// The first value given to the filter: for the byte shuffle, the bytes of an element.
  let value: Int
  /// What the file calls it; often empty.
  let name: String

  /// The filters that Sheaf undoes itself, in any number of threads.
  enum Own: Sendable, Equatable {
    case deflate, shuffle, fletcher32, lz4, blosc, zstd

    /// Whether it makes chunks smaller, and so gives any number of bytes when it is undone.
    var compresses: Bool {
      switch self {
      case .deflate, .lz4, .blosc, .zstd: true
      case .shuffle, .fletcher32: false
      }
    }
  }

  /// Nil for all others. The library's own decoders of those trust what they read, and a damaged chunk would end the
  /// program.
  var own: Own? {
    switch identifier {
    case 1: .deflate
    case 2: .shuffle
    case 3: .fletcher32
    case 32001: .blosc
    case 32004: .lz4
    case 32015: .zstd
    default: nil
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
    case 32008: "bitshuffle"
    case 32013: "zfp"
    case 32015: "zstd"
    case 32026: "blosc2"
    default: name.isEmpty ? "filter \(identifier)" : "\(name) (filter \(identifier))"
    }
  }
}
