import Files
import Foundation
import Voxels

extension ArrayMetadata {
  /// Parses the contents of a `zarr.json` (Zarr v3, core, array metadata).
  ///
  /// - Throws: `Fault.badData` naming `path`.
  package init(parsing data: Data, path: String) throws {
    let json = try JSONValue(parsing: data, path: path)
    do {
      try self.init(json)
    } catch let error as MetadataError {
      throw Fault.badData("\(path) is not a readable Zarr array: \(error.message)")
    }
  }

  private static let knownMembers: Set = [
    "zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs",
    "attributes", "dimension_names", "storage_transformers",
  ]

  init(_ json: JSONValue) throws {
    guard let members = json.asObject else { throw MetadataError("an object was expected, found \(json.excerpt)") }
    try requireZarrNode(members, type: "array", known: ArrayMetadata.knownMembers)
    if let transformers = members["storage_transformers"], transformers != .array([]) {
      throw MetadataError("storage_transformers are not supported, found \(transformers.excerpt)")
    }
    let shape = try (members["shape"] ?? .null).integers("shape", in: 0...Int.max)
    guard ArrayMetadata.ranks.contains(shape.count) else {
      throw MetadataError("an array of 3 to 5 axes was expected, found \(shape.count)")
    }
    // Boolean masks are read as 0 and 1, which is how they are stored.
    let typeName = members["data_type"]?.asString
    guard let type = typeName == "bool" ? .uint8 : typeName.flatMap(StoredType.init(rawValue:)) else {
      throw MetadataError(
        "data_type must be one of \(StoredType.allCases.map(\.rawValue).joined(separator: ", ")) or bool, "
          + "found \(members["data_type"]?.excerpt ?? "nothing")")
    }
    let grid = try NamedConfiguration(members["chunk_grid"], "chunk_grid")
    guard grid.name == "regular" else {
      let differs = ["rectilinear", "rectangular", "variable"].contains(grid.name)
      throw MetadataError(
        "chunk_grid \"\(grid.name)\"\(differs ? ", whose chunks differ in size," : "") is not supported; expected "
          + "\"regular\": write the array again with chunks of one size")
    }
    try grid.requireOnly(["chunk_shape"])
    let fileShape = try (grid.configuration["chunk_shape"] ?? .null).integers("chunk_shape", in: 1...Int.max)
    guard fileShape.count == shape.count else {
      throw MetadataError("chunks of \(fileShape) do not fit an array of \(shape)")
    }
    guard let fill = members["fill_value"] else { throw MetadataError("fill_value is missing") }
    guard let codecs = members["codecs"]?.asArray else { throw MetadataError("the list of codecs is missing") }
    try self.init(
      shape: shape, storedType: type, fileShape: fileShape,
      keyEncoding: try ChunkKeyEncoding(members["chunk_key_encoding"]),
      // Not valid, but written by early versions of zarr-python; zero is what they return.
      fillValue: fill == .null ? .zero(type.voxelType) : try FillValue(fill, type),
      encoding: try Encoding(codecs, shape: fileShape, order: Array(0..<shape.count), type: type),
      dimensionNames: try ArrayMetadata.dimensionNames(members["dimension_names"]),
      attributes: try attributesObject(of: members))
  }

  private static func dimensionNames(_ json: JSONValue?) throws -> [String?]? {
    guard let json, json != .null else { return nil }
    guard let items = json.asArray else { throw MetadataError("dimension_names must be a list, found \(json.excerpt)") }
    return try items.map { item in
      if item == .null { return nil }
      guard let name = item.asString else {
        throw MetadataError("a dimension name must be text, found \(item.excerpt)")
      }
      return name
    }
  }

  /// The metadata as written to `zarr.json`: every field, including those with default values.
  package var json: JSONValue {
    var members: [String: JSONValue] = [
      "zarr_format": 3,
      "node_type": "array",
      "shape": .array(shape.map(JSONValue.integer)),
      "data_type": .string(storedType.rawValue),
      "chunk_grid": NamedConfiguration("regular", ["chunk_shape": .array(fileShape.map(JSONValue.integer))]).json,
      "chunk_key_encoding": keyEncoding.json,
      "fill_value": fillValue.json,
      "codecs": .array(encoding.json(voxelByteCount: storedType.byteCount)),
      "attributes": .object(attributes),
    ]
    if let dimensionNames {
      members["dimension_names"] = .array(dimensionNames.map { $0.map(JSONValue.string) ?? .null })
    }
    return .object(members)
  }
}

extension ArrayMetadata.Encoding {
  /// - Parameters:
  ///   - shape: of what is encoded, along the axes of the array: a file, or a chunk of a shard, which may itself be a
  ///     shard.
  ///   - order: of the array's axes in it.
  init(_ codecs: [JSONValue], shape: [Int], order: [Int], type: StoredType) throws {
    guard !codecs.isEmpty else { throw MetadataError("the list of codecs is empty") }
    let list = try codecs.map { try NamedConfiguration($0, "codec") }
    guard let place = list.firstIndex(where: { $0.name == "sharding_indexed" }) else {
      self = .chunk(try CodecPipeline(codecs, outerOrder: order, type: type))
      return
    }
    var before = list[..<place]
    let transposition = try CodecPipeline.takeTranspositions(&before, rank: shape.count)
    if let other = before.first {
      throw MetadataError(
        "codec \"\(other.name)\" before \"sharding_indexed\" is not supported; expected it among the codecs of the chunks"
      )
    }
    let sharding = try ShardingCodec(
      list[place], shardShape: shape, outerOrder: order, transposition: transposition,
      outerCodecs: try list[(place + 1)...].map(bytesCodec), type: type)
    // Only shards that are compressed as a whole have to be decoded as a whole.
    guard
      sharding.outerCodecs.isEmpty
        || sharding.byteCountLimit(shardShape: shape, voxelByteCount: type.byteCount)
          .map({ $0 <= 4 * ArrayMetadata.chunkByteCountLimit }) == true
    else {
      throw MetadataError(
        "\"\(sharding.outerCodecs[0].name)\" after \"sharding_indexed\" makes it necessary to decode shards of \(shape) "
          + "voxels as a whole, which is too much; expected it among the codecs of the chunks")
    }
    self = .shard(sharding)
  }

  func json(voxelByteCount: Int) -> [JSONValue] {
    switch self {
    case .chunk(let pipeline), .blockOfN5(let pipeline): pipeline.json(voxelByteCount: voxelByteCount)
    case .shard(let sharding): sharding.json(voxelByteCount: voxelByteCount)
    }
  }
}

/// Checks what arrays and groups have in common. Members that are not `known` must say that they need not be
/// understood.
func requireZarrNode(_ members: [String: JSONValue], type: String, known: Set<String>) throws {
  guard members["zarr_format"] == 3 else {
    throw MetadataError("zarr_format 3 was expected, found \(members["zarr_format"]?.excerpt ?? "nothing")")
  }
  guard members["node_type"] == .string(type) else {
    throw MetadataError("node_type \"\(type)\" was expected, found \(members["node_type"]?.excerpt ?? "nothing")")
  }
  for key in members.keys.sorted() where !known.contains(key) {
    guard members[key]?["must_understand"] == false else {
      throw MetadataError("the member \"\(key)\" is unknown and does not say that it need not be understood")
    }
  }
}

func attributesObject(of members: [String: JSONValue]) throws -> [String: JSONValue] {
  guard let value = members["attributes"] else { return [:] }
  guard let attributes = value.asObject else {
    throw MetadataError("attributes must be an object, found \(value.excerpt)")
  }
  return attributes
}

extension ArrayMetadata {
  /// A list of one name for each axis; nil when it is not that.
  static func axisNames(_ json: JSONValue?, rank: Int) -> [String?]? {
    guard let names = json?.asArray?.map(\.asString), names.count == rank else { return nil }
    return names
  }
}
