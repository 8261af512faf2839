import Files
import Foundation
import Voxels

/// The header of a MetaImage file: lines of `Key = value`, ended by `ElementDataFile` (MetaIO documentation, Kitware).
struct MetaImageHeader: Equatable {
  /// Sizes per axis, x first.
  var sizes: [Int]
  var stored: StoredType
  var isBigEndian: Bool
  var channels: Int
  /// Size of the zlib stream in bytes; 0 when the header does not give it, nil when the voxels are not compressed.
  var compressedByteCount: Int?
  /// Bytes to skip in the data file; −1 means that the voxels are at the end of the file.
  var headerSize: Int
  var voxelSizeInMicrometres: VoxelSize?
  /// `LOCAL`, or the name of a file in the same directory as the header.
  var dataFile: String
  /// Offset of the end of the header.
  var byteCount: Int

  /// Longer headers are rejected.
  static let longest = 1 << 16

  static func matches(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head.prefix(256), as: UTF8.self)
    guard let first = text.split(whereSeparator: \.isNewline).first else { return false }
    let key = first.split(separator: "=").first.map { $0.trimmingCharacters(in: .whitespaces) }
    return first.contains("=") && ["ObjectType", "NDims", "Comment", "ObjectSubType"].contains(key)
  }

  /// - Parameter head: the first `longest` bytes of the file, or the whole file if it is shorter.
  /// - Throws: `Fault.badData`, naming the invalid key.
  init(_ head: [UInt8], path: String) throws {
    func damage(_ expected: String, _ found: String) -> Fault {
      Fault.badData("\(path) is damaged: expected \(expected) in the MetaImage header, found \(found)")
    }
    var values: [String: String] = [:]
    var position = 0
    while values["ElementDataFile"] == nil {
      guard let newline = head[position...].firstIndex(of: 10) else {
        throw damage("ElementDataFile = …", "none in the first \(head.count) bytes")
      }
      let line = String(decoding: head[position..<newline], as: UTF8.self)
      position = newline + 1
      let halves = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if halves.count == 2 { values[halves[0]] = halves[1] }
    }
    byteCount = position
    func numbers<Value>(_ key: String, _ convert: (String) -> Value?) throws -> [Value]? {
      guard let text = values[key] else { return nil }
      return try text.split(separator: " ").map {
        guard let value = convert(String($0)) else { throw damage("numbers for \(key)", "\"\(text)\"") }
        return value
      }
    }
    func number(_ key: String) throws -> Int? {
      guard let found = try numbers(key, { Int($0) }) else { return nil }
      guard found.count == 1 else { throw damage("one number for \(key)", "\(found.count)") }
      return found[0]
    }
    func flag(_ key: String) -> Bool { values[key]?.lowercased() == "true" }
    guard let axes = try number("NDims"), (1...4).contains(axes) else {
      throw damage("1 to 4 axes for NDims", values["NDims"] ?? "none")
    }
    guard let sizes = try numbers("DimSize", { Int($0) }), sizes.count == axes, sizes.allSatisfy({ $0 > 0 }) else {
      throw damage("\(axes) sizes above zero for DimSize", values["DimSize"] ?? "none")
    }
    self.sizes = sizes + Array(repeating: 1, count: 4 - axes)
    guard let stored = Self.storedType(values["ElementType"] ?? "") else {
      throw damage("an ElementType of integers or floats", values["ElementType"] ?? "none")
    }
    self.stored = stored
    guard values["BinaryData"].map({ $0.lowercased() == "true" }) ?? true else {
      throw damage("BinaryData = True", "text voxels")
    }
    isBigEndian = flag("BinaryDataByteOrderMSB") || flag("ElementByteOrderMSB")
    channels = try number("ElementNumberOfChannels") ?? 1
    guard (1...65_536).contains(channels) else { throw damage("1 to 65536 channels", "\(channels)") }
    if flag("CompressedData") {
      let count = try number("CompressedDataSize") ?? 0
      guard count >= 0 else { throw damage("a CompressedDataSize above zero", "\(count)") }
      compressedByteCount = count
    }
    headerSize = try number("HeaderSize") ?? 0
    guard headerSize >= -1 else { throw damage("a HeaderSize of at least −1", "\(headerSize)") }
    let spacing = try numbers("ElementSpacing", { Double($0) }) ?? numbers("ElementSize", { Double($0) })
    if let spacing, spacing.count >= 3 {
      // MetaImage lengths are in millimetres by convention.
      let size = VoxelSize(abs(spacing[2]), abs(spacing[1]), abs(spacing[0])) * 1000
      // Programs that do not know the voxel size write 1 along every axis.
      if size.isMeaningful && size != VoxelSize(1000, 1000, 1000) { voxelSizeInMicrometres = size }
    }
    dataFile = values["ElementDataFile"] ?? ""
  }

  static func storedType(_ name: String) -> StoredType? {
    switch name {
    case "MET_UCHAR": .uint8
    case "MET_CHAR": .int8
    case "MET_USHORT": .uint16
    case "MET_SHORT": .int16
    case "MET_UINT": .uint32
    case "MET_INT": .int32
    case "MET_ULONG_LONG", "MET_ULONG": .uint64
    case "MET_LONG_LONG", "MET_LONG": .int64
    case "MET_FLOAT": .float32
    case "MET_DOUBLE": .float64
    default: nil
    }
  }

  static func name(of type: VoxelType) -> String {
    switch type {
    case .uint8: "MET_UCHAR"
    case .uint16: "MET_USHORT"
    case .int16: "MET_SHORT"
    case .uint32: "MET_UINT"
    case .uint64: "MET_ULONG_LONG"
    case .float32: "MET_FLOAT"
    }
  }
}
