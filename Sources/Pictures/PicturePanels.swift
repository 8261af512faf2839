import Files
import Voxels

/// What `sheaf picture` shows: one view of an image, of labels over it, and of a probability, side by side.
public struct PicturePanels: Sendable {
  package let image: PicturedVolume
  package let labels: [(caption: String, volume: PicturedVolume)]
  package let probability: PicturedVolume?
  /// The value of probability 1, shown as white.
  package var probabilityOne: Float
  package let view: VolumeView

  /// - Throws: `Fault.badData` when the volumes have different extents, `Fault.usage` when there is no such plane.
  package init(
    image: PicturedVolume, labels: [(caption: String, volume: PicturedVolume)], probability: PicturedVolume?,
    view: VolumeView
  ) throws {
    for other in labels.map(\.volume) + [probability].compactMap({ $0 }) where other.extent != image.extent {
      throw Fault.badData(
        "\(other.name) does not match \(image.name): expected \(image.extent) voxels, found \(other.extent)")
    }
    if case .plane(let axis, let index) = view, !(0..<image.extent[axis]).contains(index) {
      throw Fault.usage("\(image.name) has planes 0 to \(image.extent[axis] - 1), but plane \(index) was requested")
    }
    self.image = image
    self.labels = labels
    self.probability = probability
    // Probabilities are 0 to 1, or 0 to 255 in a byte, unless the caller knows better.
    probabilityOne = probability?.voxelType == .uint8 ? 255 : 1
    self.view = view
  }

  /// - Parameters:
  ///   - caption: of the image's panel.
  ///   - longestEdge: most pixels along an edge of a panel; small volumes are magnified up to half of it.
  package func picture(caption: String, longestEdge: Int) throws -> Picture {
    let stride = image.stride(view, longestEdge: longestEdge)
    let brightness = try image.brightness(view, stride: stride)
    let grey = ContrastWindow(brightness).picture(brightness)
    let magnification = max(1, longestEdge / 2 / max(grey.width, grey.height))
    var panels = [Montage.Panel(caption, grey.magnified(magnification))]
    for (caption, volume) in labels {
      let plane = try volume.labels(view, stride: stride)
      panels.append(.init(caption, LabelOverlay().drawn(plane, over: grey, magnification: magnification)))
    }
    if let probability {
      let plane = try probability.brightness(view, stride: stride)
      let shown = ContrastWindow(black: 0, white: probabilityOne).picture(plane)
      panels.append(.init("probability", shown.magnified(magnification)))
    }
    return Montage([panels]).picture()
  }
}
