import Files
import Foundation

/// The metadata of a Zarr group: just its attributes.
package struct GroupMetadata: Sendable {
  /// Those of an OME-Zarr 0.4 group are presented as in 0.5, under `ome`.
  package let attributes: [String: JSONValue]

  package init(attributes: [String: JSONValue]) { self.attributes = attributes }

  /// Reads the `zarr.json` in directory `path`, or the `.zattrs` of a Zarr v2 group.
  ///
  /// - Throws: `Fault.noInput` when there is none, `Fault.badData` when it is not a group.
  package static func open(_ path: String) throws -> GroupMetadata {
    let metadataPath = joinPath(path, ZarrArray.metadataName)
    if !fileExists(metadataPath), fileExists(joinPath(path, Version2.groupName)) || Version2.hasLostGroup(path) {
      return GroupMetadata(attributes: try Version2.groupAttributes(path))
    }
    let json = try JSONValue(parsing: MetadataDocument.read(metadataPath), path: metadataPath)
    do {
      guard let members = json.asObject else { throw MetadataError("an object was expected, found \(json.excerpt)") }
      // Consolidated metadata repeats that of the nodes below; zarr-python marks it as ignorable.
      try requireZarrNode(
        members, type: "group", known: ["zarr_format", "node_type", "attributes", "consolidated_metadata"])
      return GroupMetadata(attributes: try attributesObject(of: members))
    } catch let error as MetadataError {
      throw Fault.badData("\(metadataPath) is not a readable Zarr group: \(error.message)")
    }
  }

  /// Creates the group in directory `path`; does nothing if it exists already, perhaps with further attributes, such as
  /// how to display it.
  ///
  /// - Throws: `Fault.cannotCreate` when a different node exists there, or the directory cannot be written.
  package func create(_ path: String) throws {
    try MetadataDocument.publish(json, to: joinPath(path, ZarrArray.metadataName), mayHoldMore: true)
  }

  package var json: JSONValue {
    .object(["zarr_format": 3, "node_type": "group", "attributes": .object(attributes)])
  }
}
