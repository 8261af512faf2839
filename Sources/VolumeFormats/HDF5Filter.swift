import Codecs

/// One step that the elements of a chunk went through before they were written.
///
/// To add a filter: implement its codec in `Codecs` and add its number here.
struct HDF5Filter: Sendable, Equatable {
  /// Its number in the HDF Group's register of filters.
  let identifier: Int
  /// The filter's parameters, at most the first eight.
  let values: [Int]
  /// Its name in the file; often empty.
  let name: String

  /// What decodes it here, in any number of threads; nil for unknown filters. The library's own decoders of those trust
  /// what they read, and a damaged chunk would end the program.
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

  /// Whether it makes chunks smaller, so that the decoded size can be anything.
  var compresses: Bool {
    switch codec {
    case is ByteShuffleCodec, is Fletcher32Codec, nil: false
    case let bitshuffle as BitshuffleCodec: bitshuffle.compression != .none
    default: true
    }
  }

  /// The name in the HDF Group's register of filters; of unregistered ones the name in the file.
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
