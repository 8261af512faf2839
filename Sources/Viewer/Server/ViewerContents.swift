import Components
import Files
import Foundation
import Synchronization
import Voxels

/// What the page shows: the layers with their contrast, and the objects of one of them.
package final class ViewerContents: Sendable {
  package let title: String
  package let layers: [ViewedLayer]
  package let objects: ObjectList?
  /// The number of the layer whose objects they are.
  let objectLayer: Int?
  let states: LayerStates

  /// - Parameters:
  ///   - layers: at least one; the first sets where the page begins.
  ///   - objects: of the first layer of labels.
  package init(title: String, layers: [ViewedLayer], objects: ObjectList?) {
    precondition(!layers.isEmpty, "there is something to look at")
    self.title = title
    self.layers = layers
    self.objects = objects
    objectLayer = objects == nil ? nil : layers.firstIndex { $0.kind == .labels }
    states = LayerStates(layers)
  }

  /// How numbers of a layer are sent; may change for as long as it is not finished.
  package func coding(layer: Int) -> SampleCoding { states[layer].coding }

  /// What may be wrong with what is shown, as sentences.
  package var doubts: [String] { Self.different(layers.flatMap(\.doubts)) }
  /// What to know about the layers, as sentences.
  package var notes: [String] {
    Self.different(
      layers.enumerated().flatMap { number, layer in
        layer.notes + (states[number].isUnfinished ? [layer.noteInProgress] : [])
      })
  }

  private static func different(_ texts: [String]) -> [String] {
    texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The document the page begins with.
  var json: JSONValue {
    [
      "formatVersion": 1, "title": .string(title),
      "layers": .array(layers.indices.map(layer)),
      "objects": objects.map { list in
        [
          "columns": .array(list.columns.map(JSONValue.string)), "count": .number(Double(list.count)),
          "layer": .number(Double(objectLayer ?? 0)),
        ]
      } ?? .null,
      "notes": .array((doubts + notes).map(JSONValue.string)),
    ]
  }

  private func layer(_ number: Int) -> JSONValue {
    let (layer, state) = (layers[number], states[number])
    var members: [String: JSONValue] = [
      "name": .string(layer.name), "path": .string(layer.path), "kind": .string(layer.kind.rawValue),
      "voxelType": .string(layer.voxelType.rawValue), "isCalibrated": .bool(layer.isCalibrated),
      "isFinished": .bool(!state.isUnfinished), "channel": .number(Double(layer.channel)),
      "levels": .array(
        layer.levels.map { level in
          [
            "extent": .array((0..<3).map { .number(Double(level.extent[$0])) }),
            "voxelSize": .array((0..<3).map { .number(level.voxelSize[$0]) }),
          ]
        }),
      "offset": .number(state.coding.offset), "step": .number(state.coding.step),
    ]
    if layer.store != nil { members["data"] = .string("data/\(number)/") }
    if let range = state.range {
      members["range"] = [.number(range.range.lowerBound), .number(range.range.upperBound)]
      members["contrast"] =
        layer.kind == .probabilities
        ? [.number(0), .number(layer.voxelType == .float32 ? 1 : 255)] : [.number(range.black), .number(range.white)]
      members["histogram"] = .array(range.histogram.map { .number(Double($0)) })
      members["histogramRange"] = [.number(range.histogramRange.lowerBound), .number(range.histogramRange.upperBound)]
    }
    return .object(members)
  }
}
