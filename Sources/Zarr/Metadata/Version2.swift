import Codecs
import Files
import Foundation
import Voxels

/// Zarr v2 (`.zarray`, `.zgroup`, `.zattrs`), on which OME-Zarr 0.4 is based; read-only.
enum Version2 {
  static let arrayName = ".zarray"
  static let groupName = ".zgroup"
  static let attributesName = ".zattrs"

  /// As NumPy names them, without byte order.
  static let types: [String: StoredType] = [
    "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32, "i4": .int32, "u8": .uint64, "i8": .int64,
    "f2": .float16, "f4": .float32, "f8": .float64, "b1": .uint8,
  ]

  /// Whether a directory has the attributes of a group, but not the document that makes it one.
  static func hasLostGroup(_ path: String) -> Bool {
    ![ZarrArray.metadataName, groupName, arrayName].contains { fileExists(joinPath(path, $0)) }
      && (try? attributes(path)["multiscales"]) != nil
  }

  /// The attributes of a v2 node, empty if there are none.
  static func attributes(_ path: String) throws -> [String: JSONValue] {
    try MetadataDocument.members(joinPath(path, attributesName))
  }

  /// The attributes of an OME-Zarr 0.4 group in the layout of 0.5: under `ome`, with the version next to `multiscales`.
  static func groupAttributes(_ path: String) throws -> [String: JSONValue] {
    var attributes = try attributes(path)
    var ome: [String: JSONValue] = [:]
    for key in ["multiscales", "labels", "image-label", "omero"] { ome[key] = attributes.removeValue(forKey: key) }
    if ome.isEmpty { return attributes }
    ome["version"] = ome["multiscales"]?.asArray?.first?["version"] ?? ome["image-label"]?["version"]
    attributes["ome"] = .object(ome)
    return attributes
  }
}

extension ArrayMetadata {
  /// Parses the contents of a `.zarray` (Zarr storage specification version 2).
  ///
  /// - Throws: `Fault.badData` naming `path`.
  ///
  /// - Parameter attributes: of the array; xarray writes the names of its axes as `_ARRAY_DIMENSIONS`.
  init(parsingVersion2 data: Data, attributes: [String: JSONValue], path: String) throws {
    let json = try JSONValue(parsing: data, path: path)
    do {
      try self.init(version2: json, attributes: attributes)
    } catch let error as MetadataError {
      throw Fault.badData("\(path) is not a readable Zarr array: \(error.message)")
    }
  }

  private init(version2 json: JSONValue, attributes: [String: JSONValue]) throws {
    guard json["zarr_format"] == 2 else {
      throw MetadataError("zarr_format 2 was expected, found \(json["zarr_format"]?.excerpt ?? "nothing")")
    }
    let shape = try (json["shape"] ?? .null).integers("shape", in: 0...Int.max)
    let chunks = try (json["chunks"] ?? .null).integers("chunks", in: 1...Int.max)
    guard ArrayMetadata.ranks.contains(shape.count), chunks.count == shape.count else {
      throw MetadataError("an array of 2 to 8 axes was expected, found shape \(shape) and chunks \(chunks)")
    }
    let (type, isBigEndian) = try ArrayMetadata.version2Type(json["dtype"])
    let filters = try ArrayMetadata.version2Filters(json["filters"], type: type, isBigEndian: isBigEndian)
    let compressor =
      try (json["compressor"] ?? .null) == .null
      ? [] : [ArrayMetadata.version2Codec(json["compressor"] ?? .null, "compressor")]
    let isColumnMajor: Bool
    switch json["order"] {
    case "C": isColumnMajor = false
    case "F": isColumnMajor = true
    case let other: throw MetadataError("order must be \"C\" or \"F\", found \(other?.excerpt ?? "nothing")")
    }
    // null leaves absent chunks undefined; zero is as good as any value and is what other readers return.
    let fill = json["fill_value"] ?? .null
    let separator = json["dimension_separator"]?.asString ?? "."
    guard let separator = ChunkKeyEncoding.Separator(rawValue: separator) else {
      throw MetadataError("dimension_separator must be \"/\" or \".\", found \"\(separator)\"")
    }
    try self.init(
      shape: shape, storedType: type, fileShape: chunks, keyEncoding: .v2(separator: separator),
      fillValue: fill == .null ? .zero(type.voxelType) : try FillValue(fill, type),
      encoding: .chunk(
        CodecPipeline(
          rank: shape.count, isBigEndian: isBigEndian, isColumnMajor: isColumnMajor, filters: filters.ofArrays,
          codecs: filters.ofBytes + compressor)),
      dimensionNames: ArrayMetadata.axisNames(attributes["_ARRAY_DIMENSIONS"], rank: shape.count), attributes: [:])
  }

  private static func version2Type(_ json: JSONValue?) throws -> (type: StoredType, isBigEndian: Bool) {
    guard let text = json?.asString, text.count == 3, let order = text.first, "<>|".contains(order),
      let type = Version2.types[String(text.dropFirst())], order != "|" || type.byteCount == 1
    else {
      throw MetadataError(
        "dtype must be \"<\" or \">\" with one of \(Version2.types.keys.sorted().joined(separator: ", ")), "
          + "found \(json?.excerpt ?? "nothing")")
    }
    return (type, order == ">")
  }

  private static func version2Codec(_ json: JSONValue, _ what: String) throws -> any NamedCodec {
    guard let name = json["id"]?.asString, let codec = try numcodecsCodec(name, json.asObject ?? [:]) else {
      throw MetadataError(
        "\(what) \(json.excerpt) is not supported; expected blosc, zstd, gzip, zlib, lz4, bz2, lzma or null: write the "
          + "array again with one of these")
    }
    return codec
  }

  /// Filters come before the compressor: first those that map numbers to numbers, then those that map bytes to bytes.
  ///
  /// - Parameter isBigEndian: the byte order of the array.
  private static func version2Filters(
    _ json: JSONValue?, type: StoredType, isBigEndian: Bool
  ) throws -> (ofArrays: [ArrayFilter], ofBytes: [any NamedCodec]) {
    guard let json, json != .null else { return ([], []) }
    guard let list = json.asArray else { throw MetadataError("filters must be a list, found \(json.excerpt)") }
    var (ofArrays, ofBytes): ([ArrayFilter], [any NamedCodec]) = ([], [])
    var current = type
    for item in list {
      if ofBytes.isEmpty, let name = item["id"]?.asString, ArrayFilter.names.contains(name) {
        let filter = try ArrayFilter(name, item.asObject ?? [:], type: current)
        guard filter.isBigEndian == nil || filter.isBigEndian == isBigEndian else {
          throw MetadataError(
            "the filter \(item.excerpt) has another byte order than the array, which is not supported")
        }
        current = filter.encodedType
        ofArrays.append(filter)
      } else {
        ofBytes.append(try version2Codec(item, "the filter"))
      }
    }
    return (ofArrays, ofBytes)
  }
}
