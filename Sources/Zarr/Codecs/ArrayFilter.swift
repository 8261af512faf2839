import Codecs
import Files
import Voxels

/// A codec of numcodecs that maps the numbers of a chunk to numbers, one by one in the order in which they are stored.
/// Decode-only; encoding is described as numcodecs 0.16 does it.
struct ArrayFilter: Sendable {
  enum Kind: Sendable, Equatable {
    /// The first number, then the difference of each from the one before.
    case delta
    /// (number − offset) × scale, rounded.
    case scale(offset: Double, scale: Double)
    /// Conversion to another type.
    case conversion
  }

  let name: String
  let kind: Kind
  /// The type before encoding.
  let type: StoredType
  let encodedType: StoredType
  /// Byte order of the encoded numbers, where the configuration tells it and it matters.
  let isBigEndian: Bool?
  let configuration: [String: JSONValue]

  /// The names that `init` accepts.
  static let names: Set = ["delta", "fixedscaleoffset", "astype", "quantize", "bitround"]

  /// - Parameters:
  ///   - name: as in numcodecs, without a prefix.
  ///   - type: of the numbers that are encoded.
  /// - Throws: `MetadataError` when the configuration does not fit them.
  init(_ name: String, _ configuration: [String: JSONValue], type: StoredType) throws {
    self.name = name
    self.configuration = configuration
    func element(_ key: String) throws -> (StoredType, isBigEndian: Bool?)? {
      guard let value = configuration[key], value != .null else { return nil }
      guard let found = value.asString.flatMap(ArrayFilter.elementType) else {
        throw MetadataError("\"\(key)\" of \"\(name)\" is not supported, found \(value.excerpt)")
      }
      return found
    }
    let own = try element(name == "astype" ? "decode_dtype" : "dtype")
    guard name == "bitround" || own?.0 == type else {
      throw MetadataError(
        "\"\(name)\" is for \(own?.0.rawValue ?? "an unknown type"), but is given \(type.rawValue); expected the type "
          + "of the array")
    }
    let encoded = try element(name == "astype" ? "encode_dtype" : "astype") ?? own
    self.type = type
    encodedType = name == "bitround" ? type : encoded?.0 ?? type
    isBigEndian = (encodedType.byteCount == 1 ? nil : encoded?.isBigEndian) ?? nil
    switch name {
    case "delta":
      kind = .delta
      guard encodedType.isFloatingPoint == type.isFloatingPoint else {
        throw MetadataError("\"delta\" from \(type.rawValue) to \(encodedType.rawValue) is not supported")
      }
    case "fixedscaleoffset":
      guard let offset = configuration["offset"]?.asNumber, let scale = configuration["scale"]?.asNumber, scale != 0
      else {
        throw MetadataError(
          "\"fixedscaleoffset\" lacks its offset or scale, found \(JSONValue.object(configuration).excerpt)")
      }
      kind = .scale(offset: offset, scale: scale)
    default: kind = .conversion
    }
  }

  /// For example `<u2`, `|u1`, `float32`.
  static func elementType(_ text: String) -> (StoredType, isBigEndian: Bool?)? {
    if let type = StoredType(rawValue: text) { return (type, nil) }
    var rest = Substring(text)
    var isBigEndian: Bool?
    if let first = rest.first, "<>|=".contains(first) {
      isBigEndian = first == ">" ? true : first == "|" ? nil : false
      rest.removeFirst()
    }
    return Version2.types[String(rest)].map { ($0, isBigEndian) }
  }

  /// The numbers before encoding, in native byte order.
  ///
  /// - Parameters:
  ///   - encoded: numbers of `encodedType` in native byte order.
  ///   - output: for as many numbers of `type`; must not overlap `encoded`.
  func decode(_ encoded: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
    let count = encoded.count / encodedType.byteCount
    switch kind {
    case .delta where type.isFloatingPoint:
      var sum = 0.0
      for index in 0..<count {
        // Every partial sum has the precision of the result.
        sum = type.rounded(sum + encodedType.number(encoded, index))
        type.store(sum, output, index)
      }
    case .delta:
      var sum: UInt64 = 0
      for index in 0..<count {
        sum &+= encodedType.wholeNumber(encoded, index)
        type.storeWhole(sum, output, index)
      }
    case .scale(let offset, let scale):
      for index in 0..<count {
        let number = encodedType.rounded(encodedType.number(encoded, index) / scale)
        type.store(encodedType.rounded(number + offset), output, index)
      }
    case .conversion where encodedType == type: output.copyMemory(from: encoded)
    case .conversion where !encodedType.isFloatingPoint && !type.isFloatingPoint:
      for index in 0..<count { type.storeWhole(encodedType.wholeNumber(encoded, index), output, index) }
    case .conversion:
      for index in 0..<count { type.store(encodedType.number(encoded, index), output, index) }
    }
  }
}

/// Access to the numbers of a chunk.
extension StoredType {
  var isFloatingPoint: Bool { [.float16, .float32, .float64].contains(self) }

  /// A result of arithmetic in this type: NumPy computes integers in double precision.
  fileprivate func rounded(_ value: Double) -> Double {
    switch self {
    case .float16: Double(Float16(value))
    case .float32: Double(Float(value))
    default: value
    }
  }

  fileprivate func number(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Double {
    let offset = index &* byteCount
    return switch self {
    case .float16: Double(bytes.loadUnaligned(fromByteOffset: offset, as: Float16.self))
    case .float32: Double(bytes.loadUnaligned(fromByteOffset: offset, as: Float.self))
    case .float64: bytes.loadUnaligned(fromByteOffset: offset, as: Double.self)
    case .uint64: Double(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    default: Double(Int64(bitPattern: wholeNumber(bytes, index)))
    }
  }

  /// An integer, sign-extended.
  fileprivate func wholeNumber(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
    let offset = index &* byteCount
    func load<Integer: FixedWidthInteger>(_: Integer.Type) -> UInt64 {
      UInt64(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }
    return switch self {
    case .uint8: load(UInt8.self)
    case .int8: load(Int8.self)
    case .uint16: load(UInt16.self)
    case .int16: load(Int16.self)
    case .uint32: load(UInt32.self)
    case .int32: load(Int32.self)
    default: load(UInt64.self)
    }
  }

  /// Integers are truncated towards zero; what they cannot hold becomes the nearest value.
  fileprivate func store(_ value: Double, _ bytes: UnsafeMutableRawBufferPointer, _ index: Int) {
    let offset = index &* byteCount
    switch self {
    case .float16: bytes.storeBytes(of: Float16(value), toByteOffset: offset, as: Float16.self)
    case .float32: bytes.storeBytes(of: Float(value), toByteOffset: offset, as: Float.self)
    case .float64: bytes.storeBytes(of: value, toByteOffset: offset, as: Double.self)
    case .uint64:
      storeWhole(value.isNaN ? 0 : UInt64(exactly: value.rounded(.towardZero)) ?? (value < 0 ? 0 : .max), bytes, index)
    default:
      let limits = wholeLimits
      let whole = value.isNaN ? 0 : min(max(value.rounded(.towardZero), limits.lowerBound), limits.upperBound)
      storeWhole(UInt64(bitPattern: Int64(exactly: whole) ?? (whole < 0 ? .min : .max)), bytes, index)
    }
  }

  private var wholeLimits: ClosedRange<Double> {
    switch self {
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65535
    case .int16: -32768...32767
    case .uint32: 0...4_294_967_295
    case .int32: -2_147_483_648...2_147_483_647
    default: -0x1p63...0x1p63
    }
  }

  fileprivate func storeWhole(_ value: UInt64, _ bytes: UnsafeMutableRawBufferPointer, _ index: Int) {
    let offset = index &* byteCount
    switch byteCount {
    case 1: bytes.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: offset, as: UInt8.self)
    case 2: bytes.storeBytes(of: UInt16(truncatingIfNeeded: value), toByteOffset: offset, as: UInt16.self)
    case 4: bytes.storeBytes(of: UInt32(truncatingIfNeeded: value), toByteOffset: offset, as: UInt32.self)
    default: bytes.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
    }
  }
}
