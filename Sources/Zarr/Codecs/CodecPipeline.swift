import Codecs
import Files
import Foundation
import Voxels

/// Converts the voxels of one chunk to bytes and back: an axis order, filters, a byte order, then bytes → bytes codecs.
struct CodecPipeline: Sendable {
  /// What is done to the numbers of a chunk besides the first transpositions.
  enum Step: Sendable {
    case filter(ArrayFilter)
    /// One behind a filter; `order` is that of its codec.
    case transpose(order: [Int])
  }

  /// The array's axes in the order in which the chunk stores them before `steps`, slowest first; changed by `transpose`.
  let axisOrder: [Int]
  /// In the order of encoding, beginning with a filter.
  let steps: [Step]
  /// The type of the stored numbers; nil for that of the voxels.
  let encodedType: StoredType?
  let isBigEndian: Bool
  let codecs: [any NamedCodec]
  /// What `transpose` does first in this pipeline; nil without it.
  private let transposition: [Int]?

  private static let codecLimit = 8

  init(rank: Int, codecs: [any NamedCodec]) {
    self.init(rank: rank, isBigEndian: false, isColumnMajor: false, codecs: codecs)
  }

  /// - Parameters:
  ///   - isColumnMajor: whether the first axis varies fastest, as with `"order": "F"` in Zarr v2.
  ///   - filters: in the order of encoding.
  init(rank: Int, isBigEndian: Bool, isColumnMajor: Bool, filters: [ArrayFilter] = [], codecs: [any NamedCodec]) {
    transposition = isColumnMajor ? (0..<rank).reversed() : nil
    axisOrder = transposition ?? Array(0..<rank)
    steps = filters.map(Step.filter)
    encodedType = filters.last?.encodedType
    self.isBigEndian = isBigEndian
    self.codecs = codecs
  }

  /// array → array codecs, then exactly one array → bytes codec, then bytes → bytes codecs.
  ///
  /// - Parameters:
  ///   - outerOrder: the order of the array's axes in what is encoded; other than the array's own inside a shard that was
  ///     transposed.
  ///   - type: of what is encoded.
  init(_ list: [JSONValue], outerOrder: [Int], type: StoredType) throws {
    var rest = try list.map { try NamedConfiguration($0, "codec") }[...]
    let rank = outerOrder.count
    transposition = try CodecPipeline.takeTranspositions(&rest, rank: rank)
    axisOrder = (transposition ?? Array(0..<rank)).map { outerOrder[$0] }
    var steps: [Step] = []
    var encoded = type
    while let first = rest.first, let step = try CodecPipeline.step(first, rank: rank, type: encoded) {
      if case .filter(let filter) = step { encoded = filter.encodedType }
      steps.append(step)
      rest.removeFirst()
    }
    self.steps = steps
    encodedType = encoded == type ? nil : encoded
    guard let named = rest.popFirst() else { throw MetadataError("codecs lack an array → bytes codec") }
    guard named.name == "bytes" else { throw MetadataError(unsupportedCodec(named.name)) }
    isBigEndian = try CodecPipeline.isBigEndian(named, byteCount: encoded.byteCount)
    for case .filter(let filter) in steps {
      guard filter.isBigEndian != true else {
        throw MetadataError("\"\(filter.name)\" with big-endian numbers is not supported; expected little-endian")
      }
    }
    codecs = try rest.map(bytesCodec)
    guard codecs.count <= CodecPipeline.codecLimit else {
      throw MetadataError("expected at most \(CodecPipeline.codecLimit) codecs per chunk, found \(codecs.count)")
    }
  }

  /// Removes all transpositions at the beginning of a list of codecs.
  ///
  /// - Returns: the order that they give together; nil when there are none.
  static func takeTranspositions(_ list: inout ArraySlice<NamedConfiguration>, rank: Int) throws -> [Int]? {
    var order: [Int]?
    while let first = list.first, first.name == "transpose" {
      let step = try permutation(first, rank: rank)
      order = order.map { order in step.map { order[$0] } } ?? step
      list.removeFirst()
    }
    return order
  }

  private static func step(_ named: NamedConfiguration, rank: Int, type: StoredType) throws -> Step? {
    if named.name == "transpose" { return .transpose(order: try permutation(named, rank: rank)) }
    let name = named.nameInNumcodecs ?? ""
    return ArrayFilter.names.contains(name)
      ? .filter(try ArrayFilter(name, named.configuration, type: type)) : nil
  }

  private static func isBigEndian(_ named: NamedConfiguration, byteCount: Int) throws -> Bool {
    try named.requireOnly(["endian"])
    switch named.configuration["endian"] {
    case .string("little"): return false
    case .string("big"): return true
    case nil where byteCount == 1: return false
    case let other:
      throw MetadataError("\"endian\" of \"bytes\" must be \"little\" or \"big\", found \(other?.excerpt ?? "nothing")")
    }
  }

  private static func permutation(_ named: NamedConfiguration, rank: Int) throws -> [Int] {
    try named.requireOnly(["order"])
    // Drafts of Zarr v3 had names for the two usual orders.
    if named.configuration["order"] == "C" { return Array(0..<rank) }
    if named.configuration["order"] == "F" { return (0..<rank).reversed() }
    let order = try (named.configuration["order"] ?? .null).integers("order of \"transpose\"", in: 0...(rank - 1))
    guard order.sorted() == Array(0..<rank) else {
      throw MetadataError("order of \"transpose\" must name each of the \(rank) axes once, found \(order)")
    }
    return order
  }

  static func json(ofTransposition order: [Int]?) -> [JSONValue] {
    order.map { [NamedConfiguration("transpose", ["order": .array($0.map(JSONValue.integer))]).json] } ?? []
  }

  func json(voxelByteCount: Int) -> [JSONValue] {
    let list = steps.flatMap { step in
      switch step {
      case .transpose(let order): CodecPipeline.json(ofTransposition: order)
      case .filter(let filter): [NamedConfiguration("numcodecs.\(filter.name)", filter.configuration).json]
      }
    }
    let byteCount = encodedType?.byteCount ?? voxelByteCount
    return CodecPipeline.json(ofTransposition: transposition) + list + [
      NamedConfiguration("bytes", byteCount == 1 ? [:] : ["endian": .string(isBigEndian ? "big" : "little")]).json
    ] + codecs.map(\.json)
  }

  /// The maximum size in bytes of an encoded chunk of `count` voxels.
  func encodedByteCountLimit(voxelCount count: Int, voxelByteCount: Int) -> Int {
    codecs.encodedByteCountLimit(count * (encodedType?.byteCount ?? voxelByteCount))
  }

  /// The voxels in storage order and native byte order, in a buffer of `context`.
  ///
  /// - Parameter shape: of the chunk, along the axes of the array.
  /// - Throws: `CodecError` when the bytes are damaged or do not decode to exactly as many voxels.
  func decode(
    _ encoded: UnsafeRawBufferPointer, shape: [Int], voxelByteCount: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    let byteCount = encodedType?.byteCount ?? voxelByteCount
    var bytes = try codecs.decode(encoded, limit: shape.reduce(byteCount, *), context)
    guard bytes.count == shape.reduce(byteCount, *) else {
      throw CodecError("\(shape.reduce(byteCount, *)) bytes of voxels were expected, found \(bytes.count)")
    }
    if isBigEndian, byteCount > 1 {
      let swapped = context.chunk.reserve(bytes.count)
      swapBytes(of: bytes, into: swapped, voxelByteCount: byteCount)
      bytes = UnsafeRawBufferPointer(swapped)
    }
    return try undoSteps(bytes, shape: axisOrder.map { shape[$0] }, byteCount: byteCount, context)
  }

  /// - Parameters:
  ///   - shape: before the first step.
  ///   - byteCount: of an encoded number.
  private func undoSteps(
    _ bytes: UnsafeRawBufferPointer, shape: [Int], byteCount: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    if steps.isEmpty { return bytes }
    // The shape before every step.
    var shapes = [shape]
    for step in steps.dropLast() {
      if case .transpose(let order) = step {
        shapes.append(order.map { shapes.last![$0] })
      } else {
        shapes.append(shapes.last!)
      }
    }
    let count = shape.reduce(1, *)
    var (bytes, byteCount) = (bytes, byteCount)
    for (step, shape) in zip(steps, shapes).reversed() {
      // The buffer in which big-endian numbers were swapped is never one of these.
      let output: UnsafeMutableRawBufferPointer
      switch step {
      case .filter(let filter):
        output = context.nextStage().reserve(count * filter.type.byteCount)
        filter.decode(bytes, into: output)
        byteCount = filter.type.byteCount
      case .transpose(let order):
        output = context.nextStage().reserve(count * byteCount)
        transposeBack(bytes, order: order, shape: shape, byteCount: byteCount, into: output)
      }
      bytes = UnsafeRawBufferPointer(output)
    }
    return bytes
  }

  /// The bytes to store for `voxels`, which are in storage order and native byte order and may lie in `context.chunk`.
  ///
  /// - Precondition: there are no filters.
  func encode(
    _ voxels: UnsafeRawBufferPointer, voxelByteCount: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    precondition(steps.isEmpty, "filters are only decoded")
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

extension [any NamedCodec] {
  /// The maximum size in bytes of `decodedByteCount` bytes encoded by all of the list.
  func encodedByteCountLimit(_ decodedByteCount: Int) -> Int {
    reduce(decodedByteCount) { $1.encodedByteCountLimit($0) }
  }

  /// Undoes the codecs, the last one first.
  ///
  /// - Throws: `CodecError` when the bytes are damaged or decode to more than `limit` bytes.
  func decode(
    _ encoded: UnsafeRawBufferPointer, limit: Int, _ context: CodecContext
  ) throws -> UnsafeRawBufferPointer {
    var limits = [limit]
    for codec in dropLast() { limits.append(codec.encodedByteCountLimit(limits.last!)) }
    var bytes = encoded
    for (codec, limit) in zip(self, limits).reversed() { bytes = try codec.decode(bytes, limit: limit, context) }
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

/// Undoes a transposition: axis i of `source` is axis `order[i]` of `target`, whose shape is `shape`.
private func transposeBack(
  _ source: UnsafeRawBufferPointer, order: [Int], shape: [Int], byteCount: Int,
  into target: UnsafeMutableRawBufferPointer
) {
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in (0..<shape.count - 1).reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  let (steps, edges) = (order.map { strides[$0] }, order.map { shape[$0] })
  var position = [Int](repeating: 0, count: order.count)
  var place = 0
  for index in 0..<source.count / byteCount {
    (target.baseAddress! + place * byteCount).copyMemory(
      from: source.baseAddress! + index * byteCount, byteCount: byteCount)
    for axis in (0..<order.count).reversed() {
      position[axis] += 1
      place += steps[axis]
      if position[axis] < edges[axis] { break }
      place -= steps[axis] * edges[axis]
      position[axis] = 0
    }
  }
}
