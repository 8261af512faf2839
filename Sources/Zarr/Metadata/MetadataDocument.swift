import Files
import Foundation

/// The JSON documents that describe arrays and groups: `zarr.json`, `.zarray`, `.zattrs`, `attributes.json`.
enum MetadataDocument {
  /// Metadata documents larger than 64 MiB are refused.
  static func read(_ path: String) throws -> Data { try readWholeFile(path, limit: 64 << 20) }

  /// The members of a JSON object in a file, empty if there is none.
  ///
  /// - Throws: `Fault.badData` when it is something else.
  static func members(_ path: String) throws -> [String: JSONValue] {
    guard fileExists(path) else { return [:] }
    guard let members = try JSONValue(parsing: read(path), path: path).asObject else {
      throw Fault.badData("\(path) must contain a JSON object")
    }
    return members
  }

  /// Publishes a metadata document, creating its directory; does nothing if the file already has the same content.
  ///
  /// - Parameter mayHoldMore: whether an existing document may have further members.
  /// - Throws: `Fault.cannotCreate` when a different document exists there.
  static func publish(_ json: JSONValue, to path: String, mayHoldMore: Bool = false) throws {
    let data = json.serialised()
    if fileExists(path) {
      // Compared as values, because another program may have written the same with different whitespace. Both are parsed,
      // because the number 2.0 is written, and read back, as the integer 2.
      let (found, wanted) = try (
        JSONValue(parsing: read(path), path: path), JSONValue(parsing: data, path: path)
      )
      guard found == wanted || mayHoldMore && wanted.isContained(in: found) else {
        throw Fault.cannotCreate(
          "\(path) belongs to another output with other settings; choose another path or --overwrite")
      }
      return
    }
    try createDirectory(parentDirectory(of: path))
    try Files.publish(data, to: path)
  }
}
