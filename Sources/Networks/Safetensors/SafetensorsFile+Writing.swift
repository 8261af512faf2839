import Files
import Foundation
import Torch

extension SafetensorsFile {
  private enum HeaderValue: Encodable {
    case tensor(TensorHeader)
    case metadata([String: String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .tensor(let header): try container.encode(header)
      case .metadata(let texts): try container.encode(texts)
      }
    }
  }

  /// Writes tensors in the given order, with a checksum, and makes the file appear, complete, under its name.
  ///
  /// The same tensors give the same bytes. Tensors are brought to host memory one at a time.
  ///
  /// - Precondition: names differ, and none is `__metadata__`.
  /// - Throws: `Fault` when the file cannot be written.
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String
  ) throws {
    precondition(SafetensorsChecksum.keys.isDisjoint(with: metadata.keys), "the checksum's names are taken")
    var header: [String: HeaderValue] = [
      "__metadata__": .metadata(metadata.merging(SafetensorsChecksum.placeholders) { own, _ in own })
    ]
    var end = 0
    for (name, tensor) in tensors {
      let type = try tensor.scalarType()
      let shape = tensor.shape
      let byteCount = shape.reduce(type.byteCount, *)
      precondition(header[name] == nil && name != "__metadata__", "two tensors named \(name)")
      header[name] = .tensor(
        TensorHeader(dtype: type.safetensorsName, shape: shape, dataOffsets: [end, end + byteCount]))
      end += byteCount
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = try encoder.encode(header)
    // Elements begin on a multiple of 8 so that other readers can map them into memory.
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let file = try PendingFile(path)
    let start = Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }) + text
    var checksum = crc32c(start)
    try file.append(start)
    for (_, tensor) in tensors {
      let host = try tensor.to(tensor.scalarType(), device: .cpu).arranged(.planar)
      try host.withUnsafeBytes { bytes in
        checksum = crc32c(UnsafeRawBufferPointer(bytes), continuing: checksum)
        try file.append(UnsafeRawBufferPointer(bytes))
      }
    }
    let digits = SafetensorsChecksum.digits(in: start)!
    try SafetensorsChecksum.text(checksum).withUnsafeBytes { try file.write($0, at: digits.lowerBound) }
    try file.publish()
  }
}
