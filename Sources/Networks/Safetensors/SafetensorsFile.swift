import Files
import Foundation
import Torch

/// A safetensors file open for reading.
///
/// 1. Bytes 0..<8 hold the length of the header, little-endian; the header is a JSON object; the elements follow.
/// 2. The header maps each tensor's name to its `dtype`, `shape` and `data_offsets` [begin, end) from the end of the
///    header; `__metadata__` maps text to text.
/// 3. Elements are little-endian, dense in C order. Ranges lie one after another without gap or overlap and end with
///    the file.
///
/// Everything the header claims is checked when the file is opened, before anything is allocated; every way in which a file
/// can be wrong is one case of `SafetensorsDamage`. Tensors are read one at a time; safe for use from many threads at once.
/// Format: https://github.com/huggingface/safetensors.
package final class SafetensorsFile: StoredWeights {
  /// A tensor as the header gives it.
  package struct Entry: Sendable, Equatable {
    /// Nil for one that Sheaf does not compute with.
    package let type: ScalarType?
    /// As the file names it.
    package let typeName: String
    package let shape: [Int]
    /// Byte range in the file.
    package let range: Range<Int>
  }

  package let path: String
  package let format = "safetensors"
  package let entries: [String: Entry]
  package let tensors: [String: StoredTensor]
  /// Without the checksum.
  package let metadata: [String: String]
  private let file: ReadableFile

  /// As in the reference implementation: no header needs more, and a parser should not be given more.
  static let headerByteLimit = 100_000_000

  /// - Parameter verifying: whether to read the whole file once and compare it with its checksum, if it has one.
  /// - Throws: `Fault` of kind `noInput` when the file cannot be opened, of kind `badData` when it is damaged.
  package init(path: String, verifying: Bool = true) throws {
    self.path = path
    file = try ReadableFile(path)
    do {
      let start = try Self.headerRange(file)
      let header = try Self.parse(file.read(at: start.lowerBound, count: start.count))
      if verifying {
        try SafetensorsChecksum.check(file, dataStart: start.upperBound, metadata: header.metadata)
      }
      metadata = header.metadata.filter { !SafetensorsChecksum.keys.contains($0.key) }
      entries = try Self.locate(header.tensors, from: start.upperBound, fileByteCount: file.size)
      tensors = entries.mapValues {
        StoredTensor(
          elementType: $0.type.map { StoredElementType($0).rawValue } ?? Self.otherTypes[$0.typeName]?.name
            ?? $0.typeName,
          shape: $0.shape)
      }
    } catch let damage as SafetensorsDamage {
      throw Fault.badData(
        "\(path) is not a usable weights file: \(damage); write it again, or give another file")
    }
  }

  package var notes: [String: String] { metadata }

  package var describedBySheaf: String? { metadata[Self.descriptionKey] }

  /// The key of Sheaf's description in the metadata.
  static let descriptionKey = "sheaf"

  package func describedByOthers() -> ModelDescription? { nil }

  /// Whether the file begins like safetensors; cheap, and no guarantee that the rest is intact.
  package static func looksLikeSafetensors(_ path: String) throws -> Bool {
    let file = try ReadableFile(path)
    guard file.size > 8, let range = try? headerRange(file) else { return false }
    return try file.read(at: range.lowerBound, count: 1) == Data("{".utf8)
  }

  /// Reads one tensor.
  ///
  /// - Throws: `Fault` when there is no tensor of that name or the file cannot be read, `TorchError` when memory runs out.
  package func tensor(_ name: String) throws -> Tensor {
    guard let entry = entries[name] else { throw Fault.badData("\(path) has no tensor named \(name)") }
    guard let type = entry.type else {
      throw Fault.badData(
        "\(path): tensor \(name) has elements of type \(entry.typeName), expected real numbers of 16, 32 or 64 bits; "
          + "convert it")
    }
    let tensor = try Tensor.uninitialized(entry.shape, type: type)
    try tensor.withUnsafeBytes { bytes in
      if bytes.count > 0 { try file.read(into: bytes, at: entry.range.lowerBound) }
    }
    return tensor
  }

  /// Types of the format that Sheaf does not compute with, which tensors beside the weights may have: PyTorch's name and
  /// the bits of an element.
  private static let otherTypes: [String: (name: String, bitCount: Int)] = [
    "I8": ("int8", 8), "I16": ("int16", 16), "U16": ("uint16", 16), "U32": ("uint32", 32), "U64": ("uint64", 64),
    "C64": ("complex64", 64), "F8_E4M3": ("float8_e4m3fn", 8), "F8_E5M2": ("float8_e5m2", 8),
    "F8_E8M0": ("float8_e8m0fnu", 8), "F6_E2M3": ("float6_e2m3", 6), "F6_E3M2": ("float6_e3m2", 6),
    "F4": ("float4_e2m1fn_x2", 4),
  ]

  private static func headerRange(_ file: ReadableFile) throws -> Range<Int> {
    guard file.size >= 8 else { throw SafetensorsDamage.tooShort(file.size) }
    let length = try file.read(at: 0, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(headerByteLimit) else { throw SafetensorsDamage.headerTooLarge(length) }
    guard Int(length) <= file.size - 8 else {
      throw SafetensorsDamage.headerBeyondEnd(expected: Int(length), found: file.size - 8)
    }
    return 8..<(8 + Int(length))
  }

  struct TensorHeader: Codable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]
    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  private struct Header: Decodable {
    struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    var tensors: [String: TensorHeader] = [:]
    var metadata: [String: String] = [:]

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Name.self)
      for name in values.allKeys {
        if name.stringValue == "__metadata__" {
          metadata = try values.decode([String: String].self, forKey: name)
        } else {
          tensors[name.stringValue] = try values.decode(TensorHeader.self, forKey: name)
        }
      }
    }
  }

  private static func parse(_ bytes: Data) throws -> Header {
    guard bytes.first == UInt8(ascii: "{") else { throw SafetensorsDamage.headerNotAnObject }
    guard String(bytes: bytes, encoding: .utf8) != nil else { throw SafetensorsDamage.headerNotText }
    do {
      return try JSONDecoder().decode(Header.self, from: bytes)
    } catch {
      throw SafetensorsDamage.headerMalformed
    }
  }

  private static func locate(
    _ tensors: [String: TensorHeader], from dataStart: Int, fileByteCount: Int
  ) throws -> [String: Entry] {
    var entries: [String: Entry] = [:]
    let available = fileByteCount - dataStart
    for (name, tensor) in tensors {
      let type = ScalarType(safetensorsName: tensor.dtype)
      guard let bitCount = type.map({ 8 * $0.byteCount }) ?? Self.otherTypes[tensor.dtype]?.bitCount else {
        throw SafetensorsDamage.unknownType(name: name, type: tensor.dtype)
      }
      guard tensor.shape.allSatisfy({ $0 >= 0 }) else {
        throw SafetensorsDamage.negativeSize(name: name, shape: tensor.shape)
      }
      var count = bitCount
      for size in tensor.shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        if overflow { throw SafetensorsDamage.sizeOverflow(name: name, shape: tensor.shape) }
        count = product
      }
      let byteCount = count / 8 + (count % 8 == 0 ? 0 : 1)
      let offsets = tensor.dataOffsets
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
        throw SafetensorsDamage.badOffsets(name: name, offsets: offsets)
      }
      guard offsets[1] <= available else {
        throw SafetensorsDamage.beyondEnd(name: name, end: offsets[1], available: available)
      }
      guard offsets[1] - offsets[0] == byteCount else {
        throw SafetensorsDamage.wrongByteCount(name: name, expected: byteCount, found: offsets[1] - offsets[0])
      }
      entries[name] = Entry(
        type: type, typeName: tensor.dtype, shape: tensor.shape,
        range: (dataStart + offsets[0])..<(dataStart + offsets[1]))
    }
    var end = dataStart
    let ordered = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound) < ($1.value.range.lowerBound, $1.value.range.upperBound)
    }
    for (name, entry) in ordered {
      if entry.range.lowerBound > end { throw SafetensorsDamage.gap(before: name) }
      if entry.range.lowerBound < end { throw SafetensorsDamage.overlap(name: name) }
      end = entry.range.upperBound
    }
    guard end == fileByteCount else { throw SafetensorsDamage.trailingBytes(fileByteCount - end) }
    return entries
  }
}

extension ScalarType {
  private static let safetensorsNames: [ScalarType: String] = [
    .float32: "F32", .bfloat16: "BF16", .float16: "F16", .float64: "F64", .uint8: "U8", .int32: "I32", .int64: "I64",
    .bool: "BOOL",
  ]

  init?(safetensorsName: String) {
    guard let type = Self.safetensorsNames.first(where: { $0.value == safetensorsName })?.key else { return nil }
    self = type
  }

  var safetensorsName: String { Self.safetensorsNames[self]! }
}
