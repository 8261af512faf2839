import Codecs
import Files
import Foundation
import Voxels

/// Converts the voxels of one chunk to bytes and back: an axis order, a byte order, then bytes → bytes codecs.
struct CodecPipeline: Sendable {
  /// The array's axes in the order in which the chunk stores them, slowest first; changed by `transpose`.
  let axisOrder: [Int]
  let isBigEndian: Bool
  let codecs: [any NamedCodec]
  private let hasTranspose: Bool

  init(rank: Int, codecs: [any NamedCodec]) {
    axisOrder = Array(0..<rank)
    hasTranspose = false
    isBigEndian = false
    self.codecs = codecs
  }

  /// - Parameter isColumnMajor: whether the first axis varies fastest, as with `"order": "F"` in Zarr v2.
  init(rank: Int, isBigEndian: Bool, isColumnMajor: Bool, codecs: [any NamedCodec]) {
    hasTranspose = isColumnMajor
    axisOrder = isColumnMajor ? (0..<rank).reversed() : Array(0..<rank)
    self.isBigEndian = isBigEndian
    self.codecs = codecs
  }

  /// array → array codecs, then exactly one array → bytes codec, then bytes → bytes codecs.
  init(_ list: [JSONValue], rank: Int, voxelByteCount: Int) throws {
    var order = Array(0..<rank)
    var rest = list[...]
    var transposed = false
    while let first = rest.first, let named = try? NamedConfiguration(first, "codec"), named.name == "transpose" {
      let step = try CodecPipeline.permutation(named, rank: rank)
      order = step.map { order[$0] }
      transposed = true
      rest.removeFirst()
    }
    guard let first = rest.popFirst() else { throw MetadataError("codecs lack an array → bytes codec") }
    let named = try NamedConfiguration(first, "codec")
    guard named.name == "bytes" else {
      throw MetadataError("codec \"\(named.name)\" is not supported in this position; expected \"bytes\"")
    }
    try named.requireOnly(["endian"])
    switch named.configuration["endian"] {
    case .string("little"): isBigEndian = false
    case .string("big"): isBigEndian = true
    case nil where voxelByteCount == 1: isBigEndian = false
    case let other:
      throw MetadataError("\"endian\" of \"bytes\" must be \"little\" or \"big\", found \(other?.excerpt ?? "nothing")")
    }
    axisOrder = order
    hasTranspose = transposed
    codecs = try rest.map(parseBytesCodec)
    guard codecs.count <= 4 else { throw MetadataError("expected at most 4 codecs per chunk, found \(codecs.count)") }
  }

  private static func permutation(_ named: NamedConfiguration, rank: Int) throws -> [Int] {
    try named.requireOnly(["order"])
    let order = try (named.configuration["order"] ?? .null).integers("order of \"transpose\"", in: 0...(rank - 1))
    guard order.sorted() == Array(0..<rank) else {
      throw MetadataError("order of \"transpose\" must name each of the \(rank) axes once, found \(order)")
    }
    return order
  }

  func json(voxelByteCount: Int) -> [JSONValue] {
    var list: [JSONValue] = []
    if hasTranspose {
      list.append(NamedConfiguration("transpose", ["order": .array(axisOrder.map(JSONValue.integer))]).json)
    }
    list.append(
      NamedConfiguration(
        "bytes", voxelByteCount == 1 ? [:] : ["endian": .string(isBigEndian ? "big" : "little")]
      ).json)
    return list + codecs.map(\.json)
  }

  /// The maximum size in bytes of an encoded chunk of `decodedByteCount` bytes.
  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int {
    codecs.reduce(decodedByteCount) { $1.encodedByteCountLimit($0) }
  }

  /// The voxels in storage order and native byte order, in a buffer of `context`.
  ///
  /// - Throws: `CodecError` when the bytes are damaged or do not decode to exactly `decodedByteCount` bytes.
  func decode(
    _ encoded: UnsafeRawBufferPointer, decodedByteCount: Int, voxelByteCount: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    var limits = [decodedByteCount]
    for codec in codecs.dropLast() { limits.append(codec.encodedByteCountLimit(limits.last!)) }
    var bytes = encoded
    for (codec, limit) in zip(codecs, limits).reversed() {
      bytes = try codec.decode(bytes, limit: limit, context)
    }
    guard bytes.count == decodedByteCount else {
      throw CodecError("\(decodedByteCount) bytes of voxels were expected, found \(bytes.count)")
    }
    if isBigEndian, voxelByteCount > 1 {
      let swapped = context.chunk.reserve(bytes.count)
      swapBytes(of: bytes, into: swapped, voxelByteCount: voxelByteCount)
      return UnsafeRawBufferPointer(swapped)
    }
    return bytes
  }

  /// The bytes to store for `voxels`, which are in storage order and native byte order and may lie in `context.chunk`.
  func encode(
    _ voxels: UnsafeRawBufferPointer, voxelByteCount: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    var bytes = voxels
    if isBigEndian, voxelByteCount > 1 {
      let swapped = context.nextStage().reserve(bytes.count)
      swapBytes(of: bytes, into: swapped, voxelByteCount: voxelByteCount)
      bytes = UnsafeRawBufferPointer(swapped)
    }
    for codec in codecs { bytes = try codec.encode(bytes, context) }
    return bytes
  }
}

/// Copies voxels of 2, 4 or 8 bytes, swapping their byte order.
private func swapBytes(
  of source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, voxelByteCount: Int
) {
  func swap<Integer: FixedWidthInteger>(_: Integer.Type) {
    for offset in stride(from: 0, to: source.count - source.count % voxelByteCount, by: voxelByteCount) {
      let value = source.loadUnaligned(fromByteOffset: offset, as: Integer.self)
      target.storeBytes(of: value.byteSwapped, toByteOffset: offset, as: Integer.self)
    }
  }
  switch voxelByteCount {
  case 2: swap(UInt16.self)
  case 4: swap(UInt32.self)
  default: swap(UInt64.self)
  }
}
