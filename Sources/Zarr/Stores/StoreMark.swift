import Files

/// The `zarr.json` in `<store>/.sheaf`, the mark of a store of Sheaf. It describes an array without elements: zarr-python
/// lists a group with everything in it and warns of each file that is no node, but does not look into arrays. Versions
/// up to 0.2 wrote that of a group.
enum StoreMark {
  private static let json: JSONValue = [
    "zarr_format": 3, "node_type": "array", "shape": [0], "data_type": "uint8",
    "chunk_grid": ["name": "regular", "configuration": ["chunk_shape": [1]]],
    "chunk_key_encoding": ["name": "default", "configuration": ["separator": "/"]], "fill_value": 0,
    "codecs": [["name": "bytes"]], "attributes": [:],
  ]

  /// Leaves the mark of an earlier version as it is.
  static func create(_ directory: String) throws {
    let path = joinPath(directory, ZarrArray.metadataName)
    if !fileExists(path) { try MetadataDocument.publish(json, to: path) }
  }

  /// The mark that is there.
  static func document(in directory: String) throws -> JSONValue {
    let path = joinPath(directory, ZarrArray.metadataName)
    return try JSONValue(parsing: MetadataDocument.read(path), path: path)
  }
}
