import Files
import Foundation

extension Store {
  /// Adds to the group how to display the image (`omero` of OME-NGFF 0.5, which napari and Vizarr follow): one channel
  /// in grey, from `start` to `end`. Keeps what is there already. It is no part of what a finished store is compared
  /// with, so that viewers may change it.
  ///
  /// - Parameters:
  ///   - range: of all voxels that there could be.
  ///   - label: the name of the channel.
  package func addDisplayRange(from start: Double, to end: Double, of range: ClosedRange<Double>, label: String) throws
  {
    guard start.isFinite, end.isFinite, start < end, range.lowerBound.isFinite, range.upperBound.isFinite else {
      return
    }
    let document = joinPath(path, ZarrArray.metadataName)
    guard var group = try JSONValue(parsing: MetadataDocument.read(document), path: document).asObject,
      var attributes = group["attributes"]?.asObject, var ome = attributes["ome"]?.asObject, ome["omero"] == nil
    else { return }
    let window: [String: JSONValue] = [
      "min": .number(range.lowerBound), "max": .number(range.upperBound), "start": .number(start), "end": .number(end),
    ]
    ome["omero"] = [
      "channels": [["label": .string(label), "color": "FFFFFF", "active": true, "window": .object(window)]]
    ]
    attributes["ome"] = .object(ome)
    group["attributes"] = .object(attributes)
    try publish(JSONValue.object(group).serialised(), to: document)
  }
}
