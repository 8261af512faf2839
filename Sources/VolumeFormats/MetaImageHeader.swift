import Files
import Foundation
import Voxels

/// The header of a MetaImage file: lines of `Key = value`, ended by `ElementDataFile` (MetaIO documentation, Kitware),
/// with the freedoms that ITK's reader takes: tabs, Windows line ends, a last line without an end, keys in any order.
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
  var isText: Bool
  var voxelSizeInMicrometres: VoxelSize?
  /// Why the voxel size is unknown.
  var voxelSizeDoubt: String?
  /// Where the volume lies in space; nil where the header does not say, or has not three axes.
  var placement: VolumePlacement?
  var data: DataFiles
  /// Whether the file ends within the line that names the voxels' file, whose name may then be cut.
  var endsWithoutLine = false
  /// Offset of the end of the header.
  var byteCount: Int

  enum DataFiles: Equatable {
    /// After the header.
    case local
    case one(String)
    /// One file for each plane, or each slab along the slowest axis.
    case several([String])
  }

  /// Longer headers are rejected; a list of files may be this long.
  static let longest = 1 << 22

  private static let keys: Set<String> = [
    "ObjectType", "NDims", "Comment", "ObjectSubType", "BinaryData", "BinaryDataByteOrderMSB", "ElementByteOrderMSB",
    "CompressedData", "CompressedDataSize", "TransformMatrix", "Rotation", "Offset", "Origin", "Position", "Name", "ID",
    "CenterOfRotation", "AnatomicalOrientation", "ElementSpacing", "ElementSize", "DimSize", "ElementType", "Modality",
    "DistanceUnits", "HeaderSize", "ElementNumberOfChannels",
  ]

  static func matches(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head.prefix(1024), as: UTF8.self)
    guard let first = text.split(whereSeparator: \.isNewline).first, let key = parts(first)?.key else { return false }
    // A text may begin with `Name: …` too.
    return keys.contains(key) && text.contains("NDims")
  }

  /// Key and value of a line; ITK takes `:` for `=` too.
  private static func parts(_ line: Substring) -> (key: String, value: String)? {
    guard let separator = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return nil }
    return (
      line[..<separator].trimmingCharacters(in: .whitespacesAndNewlines),
      line[line.index(after: separator)...].trimmingCharacters(in: .whitespacesAndNewlines)
    )
  }

  /// - Parameter head: the first `longest` bytes of the file, or the whole file if it is shorter.
  /// - Throws: `Fault.badData`, naming the invalid key.
  init(_ head: [UInt8], path: String) throws {
    func damage(_ expected: String, _ found: String) -> Fault {
      Fault.badData("\(path) is damaged: expected \(expected) in the MetaImage header, found \(found)")
    }
    var values: [String: String] = [:]
    var position = 0
    func line() -> Substring? {
      guard position < head.count else { return nil }
      let end = head[position...].firstIndex(of: 10)
      let line = String(decoding: head[position..<(end ?? head.count)], as: UTF8.self)
      position = end.map { $0 + 1 } ?? head.count
      return line[...]
    }
    while values["ElementDataFile"] == nil {
      guard let text = line() else {
        throw damage("ElementDataFile = …", "none in the first \(head.count) bytes")
      }
      if let (key, value) = Self.parts(text) { values[key] = value }
    }
    byteCount = position
    endsWithoutLine = position == head.count && head.last != 10
    func numbers<Value>(_ key: String, _ convert: (String) -> Value?) throws -> [Value]? {
      guard let text = values[key] else { return nil }
      return try text.split(whereSeparator: \.isWhitespace).map {
        guard let value = convert(String($0)) else { throw damage("numbers for \(key)", "\"\(text)\"") }
        return value
      }
    }
    func number(_ key: String) throws -> Int? {
      guard let found = try numbers(key, { Int($0) }) else { return nil }
      guard found.count == 1 else { throw damage("one number for \(key)", "\(found.count)") }
      return found[0]
    }
    // ITK looks at the first letter.
    func flag(_ key: String) -> Bool { values[key]?.first.map { "Tt1".contains($0) } ?? false }
    if let kind = values["ObjectType"], kind.lowercased() != "image" {
      throw Fault.badData("\(path) is a MetaIO file with a \(kind): expected an Image")
    }
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
    isText = values["BinaryData"] != nil && !flag("BinaryData")
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
    data = .local
    let file = values["ElementDataFile"] ?? ""
    let words = file.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let first = words.first else { throw damage("a name for ElementDataFile", "none") }
    if first.lowercased() == "local" {
      data = .local
    } else if first == "LIST" {
      // The number of axes of each file may follow; every file is then a slab of the slowest axis.
      let axesOfFile = words.count > 1 ? Int(words[1]) ?? 0 : axes - 1
      guard axesOfFile == axes - 1, axes > 1 else { throw damage("a LIST of files of \(axes - 1) axes", file) }
      var names: [String] = []
      while let text = line() {
        let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if !name.isEmpty { names.append(name) }
      }
      data = .several(names)
    } else if first.contains("%") {
      let limits = words.dropFirst().map { Int($0) }
      guard limits.count <= 3, limits.allSatisfy({ $0 != nil }) else { throw damage("first, last and step", file) }
      let given = limits.compactMap(\.self)
      data = .several(
        try DataFileNames.names(
          first,
          (given.first ?? 1, given.count > 1 ? given[1] : sizes[axes - 1], given.count > 2 ? given[2] : 1), path: path))
    } else {
      data = .one(file)
    }
    if case .several(let names) = data, names.count != sizes[axes - 1] {
      throw damage("\(sizes[axes - 1]) files, one for each place along the last axis", "\(names.count)")
    }
    let spacing = try numbers("ElementSpacing", { Double($0) }) ?? numbers("ElementSize", { Double($0) })
    takeSpacing(spacing, unit: values["DistanceUnits"])
    takePlacement(
      spacing, try numbers("TransformMatrix", { Double($0) }) ?? numbers("Rotation", { Double($0) }),
      try numbers("Offset", { Double($0) }) ?? numbers("Position", { Double($0) })
        ?? numbers("Origin", { Double($0) }), axes: axes, unit: values["DistanceUnits"])
  }

  /// MetaImage lengths are in millimetres by convention, unless the header says otherwise.
  private mutating func takeSpacing(_ spacing: [Double]?, unit: String?) {
    guard let spacing, spacing.count >= 3 else { return }
    let given = unit.flatMap { $0 == "?" || $0.isEmpty ? nil : $0 }
    guard let micrometres = LengthUnit.micrometres(in: given ?? "mm") else {
      voxelSizeDoubt = "the unit of length \"\(given ?? "")\" is not known"
      return
    }
    let size = VoxelSize(abs(spacing[2]), abs(spacing[1]), abs(spacing[0]))
    guard size.isMeaningful else { return }
    // Programs that do not know the voxel size write 1 along every axis.
    if size == VoxelSize(1, 1, 1), given == nil {
      voxelSizeDoubt = "the header gives 1 mm along every axis, as programs do that do not know it"
      return
    }
    voxelSizeInMicrometres = size * micrometres
  }

  /// The direction of each axis is a row of the matrix, as ITK reads it.
  private mutating func takePlacement(
    _ spacing: [Double]?, _ matrix: [Double]?, _ offset: [Double]?, axes: Int, unit: String?
  ) {
    guard matrix != nil || offset != nil, axes >= 3 else { return }
    let matrix = matrix ?? (0..<(axes * axes)).map { $0 % (axes + 1) == 0 ? 1 : 0 }
    let offset = offset ?? [Double](repeating: 0, count: axes)
    let spacing = spacing ?? [Double](repeating: 1, count: axes)
    guard matrix.count == axes * axes, offset.count >= 3, spacing.count >= 3,
      (matrix + offset + spacing).allSatisfy(\.isFinite)
    else { return }
    let directions = (0..<3).map { axis in Array(matrix[(axis * axes)..<(axis * axes + 3)]) }
    guard directions.allSatisfy({ $0.contains { $0 != 0 } }), spacing[..<3].allSatisfy({ $0 != 0 }) else { return }
    let given = unit.flatMap { $0 == "?" || $0.isEmpty ? nil : $0 } ?? "mm"
    placement = VolumePlacement(
      spacing: spacing[..<3].map(abs), directions: directions, origin: Array(offset[..<3]),
      unitInMicrometres: LengthUnit.micrometres(in: given))
  }

  /// MET_LONG has 4 bytes, whatever the machine.
  static func storedType(_ name: String) -> StoredType? {
    switch name {
    case "MET_UCHAR": .uint8
    case "MET_CHAR", "MET_ASCII_CHAR": .int8
    case "MET_USHORT": .uint16
    case "MET_SHORT": .int16
    case "MET_UINT", "MET_ULONG": .uint32
    case "MET_INT", "MET_LONG": .int32
    case "MET_ULONG_LONG": .uint64
    case "MET_LONG_LONG": .int64
    case "MET_FLOAT": .float32
    case "MET_DOUBLE": .float64
    default: nil
    }
  }

  /// - Precondition: not float16, which the format does not have.
  static func name(of type: StoredType) -> String {
    switch type {
    case .uint8: "MET_UCHAR"
    case .int8: "MET_CHAR"
    case .uint16: "MET_USHORT"
    case .int16: "MET_SHORT"
    case .uint32: "MET_UINT"
    case .int32: "MET_INT"
    case .uint64: "MET_ULONG_LONG"
    case .int64: "MET_LONG_LONG"
    case .float32: "MET_FLOAT"
    case .float64: "MET_DOUBLE"
    case .float16: preconditionFailure("MetaImage has no float16")
    }
  }
}
