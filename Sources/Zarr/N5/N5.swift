import Codecs
import Files
import Foundation
import Voxels

/// N5 (specification version 4), as written by BigStitcher and BigDataViewer; read-only.
enum N5 {
  static let attributesName = "attributes.json"

  /// The attributes of a group or array, empty if there are none.
  static func attributes(_ path: String) throws -> [String: JSONValue] {
    try MetadataDocument.members(joinPath(path, attributesName))
  }
}

extension ArrayMetadata {
  /// Reads the `attributes.json` of an N5 array. N5 lists its axes fastest first, so all lists are reversed.
  ///
  /// - Throws: `Fault.badData` naming `path`.
  init(parsingN5 data: Data, path: String) throws {
    let json = try JSONValue(parsing: data, path: path)
    do {
      try self.init(n5: json)
    } catch let error as MetadataError {
      throw Fault.badData("\(path) is not a readable N5 array: \(error.message)")
    }
  }

  private init(n5 json: JSONValue) throws {
    let shape = try (json["dimensions"] ?? .null).integers("dimensions", in: 0...Int.max)
    let blocks = try (json["blockSize"] ?? .null).integers("blockSize", in: 1...Int(Int32.max))
    guard ArrayMetadata.ranks.contains(shape.count), blocks.count == shape.count else {
      throw MetadataError("an array of 2 to 8 axes was expected, found dimensions \(shape) and blockSize \(blocks)")
    }
    guard let type = json["dataType"]?.asString.flatMap(StoredType.init(rawValue:)) else {
      throw MetadataError(
        "dataType must be one of \(StoredType.allCases.map(\.rawValue).joined(separator: ", ")), "
          + "found \(json["dataType"]?.excerpt ?? "nothing")")
    }
    try self.init(
      shape: shape.reversed(), storedType: type, fileShape: blocks.reversed(), keyEncoding: .n5,
      fillValue: .zero(type.voxelType),
      encoding: .blockOfN5(
        CodecPipeline(
          rank: shape.count, isBigEndian: true, isColumnMajor: false, codecs: try ArrayMetadata.n5Codecs(json))),
      dimensionNames: ArrayMetadata.n5AxisNames(json, rank: shape.count), attributes: json.asObject ?? [:])
  }

  /// Slowest first. n5-ij writes `axes` in N5's order, fastest first; Janelia COSEM's `transform` lists them slowest
  /// first unless it says `"ordering": "F"`.
  private static func n5AxisNames(_ json: JSONValue, rank: Int) -> [String?]? {
    if let transform = json["transform"], let names = axisNames(transform["axes"], rank: rank) {
      return transform["ordering"] == "F" ? names.reversed() : names
    }
    return axisNames(json["axes"], rank: rank)?.reversed()
  }

  /// `compression` is an object with a type; the first versions had `compressionType`, just a name.
  private static func n5Codecs(_ json: JSONValue) throws -> [any NamedCodec] {
    let compression = json["compression"]
    let name = compression?["type"] ?? compression ?? json["compressionType"]
    switch name {
    case "raw": return []
    case "gzip": return compression?["useZlib"] == true ? [ZlibCodec(level: 5)] : [GzipCodec(level: 5)]
    case "bzip2": return [BZip2Codec()]
    case "xz": return [XZCodec()]
    case "lz4": return [LZ4BlockStreamCodec()]
    case "blosc": return [BloscCodec.decoder]
    case "zstd": return [ZstdCodec(level: 0)]
    default:
      throw MetadataError(
        "compression \(name?.excerpt ?? "nothing") is not supported; expected raw, gzip, bzip2, xz, lz4, blosc or zstd")
    }
  }
}
