import Files
import Foundation
import Voxels

/// The value of voxels that are in no stored chunk, as the bytes of one voxel in native byte order.
package struct FillValue: Hashable, Sendable {
  package let voxelType: VoxelType
  package let bytes: [UInt8]

  package static func zero(_ type: VoxelType) -> FillValue {
    FillValue(voxelType: type, bytes: [UInt8](repeating: 0, count: type.byteCount))
  }

  package init<Scalar: VoxelScalar>(_ value: Scalar) {
    self.init(voxelType: Scalar.voxelType, bytes: withUnsafeBytes(of: value) { Array($0) })
  }

  private init(voxelType: VoxelType, bytes: [UInt8]) {
    self.voxelType = voxelType
    self.bytes = bytes
  }

  /// From metadata: integers as such; floats as numbers, `"NaN"`, `"Infinity"`, `"-Infinity"` or their bits as `"0x…"`
  /// (Zarr v3, data types).
  init(_ json: JSONValue, _ type: StoredType) throws {
    func whole<Stored: FixedWidthInteger, Voxel: FixedWidthInteger & VoxelScalar>(
      _: Stored.Type, as _: Voxel.Type
    ) throws -> FillValue {
      let stored: Stored? =
        switch json {
        case .integer(let value): Stored(exactly: value)
        case .unsigned(let value): Stored(exactly: value)
        case .bool(let value): value ? 1 : 0
        default: nil
        }
      guard let stored else { throw MetadataError("fill_value \(json.excerpt) is not a \(type.rawValue)") }
      guard let voxel = Voxel(exactly: stored) else {
        throw MetadataError("fill_value \(stored) is negative, but \(type.rawValue) voxels are read as labels")
      }
      return FillValue(voxel)
    }
    switch type {
    case .uint8: self = try whole(UInt8.self, as: UInt8.self)
    case .int8: self = try whole(Int8.self, as: Int16.self)
    case .uint16: self = try whole(UInt16.self, as: UInt16.self)
    case .int16: self = try whole(Int16.self, as: Int16.self)
    case .uint32: self = try whole(UInt32.self, as: UInt32.self)
    case .int32: self = try whole(Int32.self, as: UInt32.self)
    case .uint64: self = try whole(UInt64.self, as: UInt64.self)
    case .int64: self = try whole(Int64.self, as: UInt64.self)
    case .float16, .float32, .float64:
      guard let value = FillValue.float(json, byteCount: type.byteCount) else {
        throw MetadataError("fill_value \(json.excerpt) is not a \(type.rawValue)")
      }
      self = FillValue(value)
    }
  }

  private static func float(_ json: JSONValue, byteCount: Int) -> Float? {
    switch json {
    case .string("NaN"): Float(bitPattern: 0x7fc0_0000)
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    case .string(let text) where text.hasPrefix("0x") && byteCount == 8:
      UInt64(text.dropFirst(2), radix: 16).map { Float(Double(bitPattern: $0)) }
    case .string(let text) where text.hasPrefix("0x") && byteCount == 2:
      UInt16(text.dropFirst(2), radix: 16).map { Float(Float16(bitPattern: $0)) }
    case .string(let text) where text.hasPrefix("0x"): UInt32(text.dropFirst(2), radix: 16).map(Float.init(bitPattern:))
    default: json.asNumber.map { Float($0) }
    }
  }

  var json: JSONValue {
    func value<Scalar: VoxelScalar>(_: Scalar.Type) -> Scalar {
      bytes.withUnsafeBytes { $0.loadUnaligned(as: Scalar.self) }
    }
    switch voxelType {
    case .uint8: return .integer(Int(value(UInt8.self)))
    case .uint16: return .integer(Int(value(UInt16.self)))
    case .int16: return .integer(Int(value(Int16.self)))
    case .uint32: return .integer(Int(value(UInt32.self)))
    case .uint64:
      let number = value(UInt64.self)
      return Int(exactly: number).map(JSONValue.integer) ?? .unsigned(number)
    case .float32:
      let number = value(Float.self)
      if number.isNaN {
        return number.bitPattern == 0x7fc0_0000
          ? "NaN" : .string("0x\(hexadecimal(number.bitPattern))")
      }
      if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
      // Not every JSON reader preserves negative zero; its bit pattern is unambiguous.
      if number == 0, number.sign == .minus { return "0x80000000" }
      return .number(Double(number))
    }
  }

  /// Fills `target`, whose size is a multiple of the voxel size, with this value.
  package func fill(_ target: UnsafeMutableRawBufferPointer) {
    guard let base = target.baseAddress, !target.isEmpty else { return }
    if bytes.allSatisfy({ $0 == bytes[0] }) {
      memset(base, Int32(bytes[0]), target.count)
      return
    }
    for (offset, byte) in bytes.enumerated() { target[offset] = byte }
    // Doubling: each pass copies what has already been filled.
    var filled = bytes.count
    while filled < target.count {
      let next = min(filled, target.count - filled)
      memcpy(base + filled, base, next)
      filled += next
    }
  }

  /// Whether all `voxels` have this value, bit for bit: negative zero is not zero.
  func fills(_ voxels: UnsafeRawBufferPointer) -> Bool {
    guard voxels.count >= bytes.count, let base = voxels.baseAddress else { return true }
    guard bytes.withUnsafeBytes({ memcmp(base, $0.baseAddress!, bytes.count) }) == 0 else { return false }
    // If the data equals itself shifted by one voxel, all voxels equal the first.
    return memcmp(base, base + bytes.count, voxels.count - bytes.count) == 0
  }
}
