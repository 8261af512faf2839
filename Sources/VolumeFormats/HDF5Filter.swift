import Codecs

/// One filter of a dataset's pipeline, applied to every chunk on writing.
///
/// To add a filter, implement its codec in `Codecs` and add its number here.
struct HDF5Filter: Sendable, Equatable {
  /// Its identifier in the HDF Group's registry of filters.
  let identifier: Int
  /// The filter's parameters; only the first eight are kept.
  let values: [Int]
  /// Its name in the file; often empty.
  let name: String

  /// The decoder, which may run on any number of threads; nil for unknown filters. The library's own decoders do not
  /// validate their input, so a damaged chunk could crash the program.
  var codec: (any BytesCodec)? {
    switch identifier {
    case 1: ZlibCodec(level: 6)
    case 2: ByteShuffleCodec(elementByteCount: values.first ?? 0)
    case 3: Fletcher32Codec()
    case 4: SzipCodec(values: values)
    case 32000: LZFCodec()
    case 32001: BloscCodec.decoder
    case 32004: HDF5LZ4Codec()
    case 32008: BitshuffleCodec(values: values)
    case 32015: ZstdCodec(level: 0)
    default: nil
    }
  }

  /// Whether the filter compresses, so that the decoded size is not bounded by the stored size.
  var compresses: Bool {
    switch codec {
    case is ByteShuffleCodec, is Fletcher32Codec, nil: false
    case let bitshuffle as BitshuffleCodec: bitshuffle.compression != .none
    default: true
    }
  }

  /// The name in the HDF Group's registry of filters; for unregistered filters, the name in the file.
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
    case 32008: codec == nil ? "bitshuffle with an unknown compression" : "bitshuffle"
    case 32013: "zfp"
    case 32015: "zstd"
    case 32026: "blosc2"
    default: name.isEmpty ? "filter \(identifier)" : "\(name) (filter \(identifier))"
    }
  }
}
