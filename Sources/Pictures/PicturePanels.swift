import Files
import Voxels

/// What `sheaf picture` shows: views of an image, of labels over it, of where two label images agree, and of a probability,
/// side by side; a row for each view.
public struct PicturePanels: Sendable {
  package let image: PicturedVolume
  package let labels: [(caption: String, volume: PicturedVolume)]
  package let probability: PicturedVolume?
  /// The value of probability 1, shown as white.
  package var probabilityOne: Float
  package let views: [VolumeView]
  /// A prediction and its reference.
  package var agreement: (prediction: PicturedVolume, reference: PicturedVolume)?
  /// The size of a voxel of the image, in `scaleUnit`, by axis; nil for no scale bar and square voxels.
  package var voxelSize: VoxelSize?
  package var scaleUnit = "µm"
  package var hasScaleBar = true
  /// What becomes black and white, in per cent of the values in view.
  package var contrast = (low: 0.5, high: 99.7)

  /// - Throws: `Fault.badData` when the volumes have different extents, `Fault.usage` when there is no such plane.
  package init(
    image: PicturedVolume, labels: [(caption: String, volume: PicturedVolume)], probability: PicturedVolume?,
    view: VolumeView
  ) throws {
    try self.init(image: image, labels: labels, probability: probability, views: [view])
  }

  /// - Precondition: there is a view.
  package init(
    image: PicturedVolume, labels: [(caption: String, volume: PicturedVolume)], probability: PicturedVolume?,
    agreement: (prediction: PicturedVolume, reference: PicturedVolume)? = nil, views: [VolumeView]
  ) throws {
    precondition(!views.isEmpty, "a picture shows something")
    let compared = agreement.map { [$0.prediction, $0.reference] } ?? []
    for other in labels.map(\.volume) + compared + [probability].compactMap({ $0 }) where other.extent != image.extent {
      throw Fault.badData(
        "\(other.name) does not match \(image.name): expected \(image.extent) voxels, found \(other.extent)")
    }
    for case .plane(let axis, let index) in views where !(0..<image.extent[axis]).contains(index) {
      throw Fault.usage("\(image.name) has planes 0 to \(image.extent[axis] - 1), but plane \(index) was requested")
    }
    self.image = image
    self.labels = labels
    self.probability = probability
    self.agreement = agreement
    // Probabilities are 0 to 1, or 0 to 255 in a byte, unless the caller knows better.
    probabilityOne = probability?.voxelType == .uint8 ? 255 : 1
    self.views = views
  }

  /// - Parameters:
  ///   - captions: of the image's panels, one a view.
  ///   - longestEdge: most pixels along an edge of a panel; small volumes are magnified up to half of it.
  package func picture(captions: [String], longestEdge: Int) throws -> Picture {
    try Montage(zip(views, captions).map { try row($0, caption: $1, longestEdge) }).picture()
  }

  /// One view.
  package func picture(caption: String, longestEdge: Int) throws -> Picture {
    try picture(captions: [caption], longestEdge: longestEdge)
  }

  private func row(_ view: VolumeView, caption: String, _ longestEdge: Int) throws -> [Montage.Panel] {
    let stride = image.stride(view, longestEdge: longestEdge)
    let brightness = try image.brightness(view, stride: stride)
    let grey = ContrastWindow(brightness, low: contrast.low, high: contrast.high).picture(brightness)
    let magnification = max(1, longestEdge / 2 / max(grey.width, grey.height))
    let scale = PictureScale(
      voxelSize, unit: scaleUnit, view, stride: stride, grey, magnification: magnification, longestEdge: longestEdge)
    func panel(_ caption: String, _ picture: Picture, legend: [(Colour, String)] = []) -> Montage.Panel {
      Montage.Panel(caption, scale.finished(picture, hasBar: hasScaleBar), legend: legend)
    }
    var panels = [panel(caption, grey.magnified(magnification))]
    for (caption, volume) in labels {
      let plane = try volume.labels(view, stride: stride)
      panels.append(panel(caption, LabelOverlay().drawn(plane, over: grey, magnification: magnification)))
    }
    if let agreement {
      let (prediction, reference) = try (
        agreement.prediction.labels(view, stride: stride), agreement.reference.labels(view, stride: stride)
      )
      panels.append(
        panel(
          "agreement", Agreement().drawn(prediction, reference, over: grey, magnification: magnification),
          legend: Agreement.legend))
    }
    if let probability {
      let plane = try probability.brightness(view, stride: stride)
      let shown = ContrastWindow(black: 0, white: probabilityOne).picture(plane)
      panels.append(panel("probability", shown.magnified(magnification)))
    }
    return panels
  }
}
