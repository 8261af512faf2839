import Files
import Voxels

/// The header of a NumPy array file (`.npy`), versions 1 to 3: a Python dictionary as text (NumPy Enhancement Proposal
/// 1 and `numpy.lib.format`).
struct NumPyHeader: Equatable {
  var stored: StoredType
  var isBigEndian = false
  /// Whether the first axis, rather than the last, varies fastest.
  var isFortran = false
  /// Sizes per axis, in the order of NumPy's `shape`.
  var shape: [Int]
  /// Offset of the first voxel.
  var byteCount = 0

  /// Longer headers are rejected; NumPy's own limit is 10,000 bytes.
  static let longest = 1 << 16

  private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  static func matches(_ head: [UInt8]) -> Bool { head.starts(with: magic) }

  /// - Throws: `Fault.badData`, describing what is wrong with the header.
  init(_ file: any ByteSource, path: String) throws {
    func damage(_ expected: String, _ found: String) -> Fault {
      Fault.badData("\(path) is damaged: expected \(expected) in the NumPy header, found \(found)")
    }
    let head = try file.bytes(at: 0, count: 10)
    guard Self.matches(head) else { throw damage("the mark of a NumPy array", "other bytes") }
    let version = head[6]
    guard (1...3).contains(version) else { throw damage("version 1, 2 or 3", "\(version)") }
    // The length field has two bytes in version 1 and four in later versions, little-endian.
    let start = version == 1 ? 10 : 12
    let lengthBytes = try file.bytes(at: 8, count: start - 8)
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.longest else { throw damage("at most \(Self.longest) bytes", "\(length)") }
    byteCount = start + length
    let text = String(decoding: try file.bytes(at: start, count: length), as: UTF8.self)
    var literal = PythonLiteral(text)
    guard case .dictionary(let entries)? = literal.value(), literal.isAtEnd else {
      throw damage("a dictionary of descr, fortran_order and shape", "\"\(text.prefix(200))\"")
    }
    func entry(_ name: String) -> PythonLiteral.Value? { entries.first { $0.key == name }?.value }
    guard case .text(let type)? = entry("descr") else { throw damage("a scalar type for descr", "something else") }
    guard let order = type.first, "<>|=".contains(order), let stored = Self.storedType(type.dropFirst()) else {
      throw Fault.badData(
        "\(path) holds voxels of NumPy type \(type): expected integers of 8 to 64 bits, bool, or floats of 16, 32 or 64 bits; convert it first"
      )
    }
    self.stored = stored
    isBigEndian = order == ">" || order == "=" && UInt16(1).bigEndian == 1
    guard case .bool(let isFortran)? = entry("fortran_order") else {
      throw damage("True or False for fortran_order", "something else")
    }
    self.isFortran = isFortran
    guard case .tuple(let sizes)? = entry("shape"), sizes.allSatisfy({ $0 > 0 }) else {
      throw damage("sizes above zero for shape", "something else")
    }
    guard (2...5).contains(sizes.count) else {
      throw Fault.badData(
        "\(path) has \(sizes.count) axes: expected (z, y, x), or time and channel before them")
    }
    shape = sizes
  }

  private static func storedType(_ name: Substring) -> StoredType? {
    switch name {
    case "u1", "b1": .uint8
    case "i1": .int8
    case "u2": .uint16
    case "i2": .int16
    case "u4": .uint32
    case "i4": .int32
    case "u8": .uint64
    case "i8": .int64
    case "f2": .float16
    case "f4": .float32
    case "f8": .float64
    default: nil
    }
  }

  /// The bytes of a version 1 header for a volume in C order, padded so that the voxels start at a multiple of 64.
  static func bytes(_ layout: VolumeLayout) -> [UInt8] {
    let kind =
      switch layout.storedType {
      case .int8, .int16, .int32, .int64: "i"
      case .float16, .float32, .float64: "f"
      case .uint8, .uint16, .uint32, .uint64: "u"
      }
    let count = layout.voxelType.byteCount
    let order = count == 1 ? "|" : UInt16(1).bigEndian == 1 ? ">" : "<"
    let extent = layout.extent
    let text =
      "{'descr': '\(order)\(kind)\(count)', 'fortran_order': False, 'shape': (\(extent.z), \(extent.y), \(extent.x)), }"
    let length = (10 + text.utf8.count + 1 + 63) / 64 * 64 - 10
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
      + Array(repeating: 0x20, count: length - text.utf8.count - 1) + [0x0A]
  }
}

extension ByteSource {
  /// `count` bytes from `offset` on; for headers.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(into: $0, at: offset) }
    return bytes
  }
}
