import Components
import Files
import Foundation

/// A link that opens the served stores in Neuroglancer, images and labels in their layers.
enum NeuroglancerLink {
  /// The public instance; it runs in the browser and reads from this server, which must be reachable from there.
  private static let site = "https://neuroglancer-demo.appspot.com/#!"

  /// - Parameter address: of the page, with the token and a final slash.
  /// - Returns: nil when no layer is a store.
  static func link(_ contents: ViewerContents, address: String) -> String? {
    let layers = contents.layers.enumerated().compactMap { number, layer -> JSONValue? in
      guard layer.store != nil else { return nil }
      let data = JSONValue.string("zarr://\(address)data/\(number)/")
      if layer.kind == .labels {
        let hasObjects = contents.objectLayer == number
        let properties = JSONValue.string("precomputed://\(address)segment-properties")
        return [
          "type": "segmentation", "name": .string(layer.name), "source": hasObjects ? [data, properties] : data,
        ]
      }
      var members: [String: JSONValue] = ["type": "image", "name": .string(layer.name), "source": data]
      if let range = contents.states[number].range {
        members["shaderControls"] = ["normalized": ["range": [.number(range.black), .number(range.white)]]]
      }
      return .object(members)
    }
    if layers.isEmpty { return nil }
    let state: JSONValue = ["layers": .array(layers), "layout": "4panel"]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = (try? encoder.encode(state)).map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
    return text.addingPercentEncoding(withAllowedCharacters: .alphanumerics).map { site + $0 }
  }

  /// The object table in Neuroglancer's format of segment properties.
  static func segmentProperties(_ objects: ObjectList) -> JSONValue {
    let ids = objects.column("id") ?? []
    let shown = ["voxels", "mean_intensity"].compactMap { name in objects.column(name).map { (name, $0) } }
    return [
      "@type": "neuroglancer_segment_properties",
      "inline": [
        "ids": .array(ids.map { .string("\(Int($0))") }),
        "properties": .array(
          shown.map { name, values in
            [
              "id": .string(name), "type": "number", "data_type": "float32",
              "values": .array(values.map { .number($0.isFinite ? $0 : 0) }),
            ]
          }),
      ],
    ]
  }
}
