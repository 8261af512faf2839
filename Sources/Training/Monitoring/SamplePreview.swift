import Pictures

/// A plane of a training sample and of the network's output, panel by panel.
package struct SamplePreview: Sendable, Equatable {
  /// What is special about a pixel.
  package enum Mark: UInt8, Sendable {
    case none
    /// Masked: the network does not see it.
    case masked
    /// Belongs to the structure.
    case foreground
    /// Not annotated.
    case ignored
  }

  package struct Panel: Sendable, Equatable {
    package var caption: String
    /// Row after row (y, x).
    package var brightness: [Float]
    /// As many as pixels, or none.
    package var marks: [Mark]
    /// The values drawn black and white; nil for the window of the first panel.
    package var range: ClosedRange<Float>?

    package init(_ caption: String, _ brightness: [Float], marks: [Mark] = [], range: ClosedRange<Float>? = nil) {
      self.caption = caption
      self.brightness = brightness
      self.marks = marks
      self.range = range
    }
  }

  /// Pixels along both edges of each panel.
  package var edge: Int
  package var panels: [Panel]

  package init(edge: Int, panels: [Panel]) {
    precondition(panels.allSatisfy { $0.brightness.count == edge * edge }, "a panel of another size")
    precondition(panels.allSatisfy { $0.marks.isEmpty || $0.marks.count == edge * edge }, "marks of another size")
    self.edge = edge
    self.panels = panels
  }
}

extension SamplePreview {
  /// Edge of a drawn panel in pixels, at least.
  private static let shownEdge = 256
  private static let maskColour = Colour(38, 62, 108)

  /// The panels side by side: masked voxels in a flat blue, the structure in orange outlines, voxels that are not
  /// annotated dimmed.
  package func picture() -> Picture {
    let magnification = max(1, (SamplePreview.shownEdge + edge - 1) / edge)
    let window = ContrastWindow(plane(panels.first?.brightness ?? []))
    return Montage([panels.map { panel($0, window, magnification) }]).picture()
  }

  private func panel(_ panel: Panel, _ window: ContrastWindow, _ magnification: Int) -> Montage.Panel {
    let own = panel.range.map { ContrastWindow(black: $0.lowerBound, white: $0.upperBound) } ?? window
    var picture = own.picture(plane(panel.brightness))
    guard !panel.marks.isEmpty else { return Montage.Panel(panel.caption, picture.magnified(magnification)) }
    for (index, mark) in panel.marks.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: edge)
      switch mark {
      case .masked: picture[row, column] = SamplePreview.maskColour
      case .ignored: picture[row, column] = picture[row, column].mixed(with: SamplePreview.maskColour, share: 0.6)
      case .foreground, .none: break
      }
    }
    let labels = plane(panel.marks.map { $0 == .foreground ? UInt64(1) : 0 })
    return Montage.Panel(panel.caption, LabelOverlay().drawn(labels, over: picture, magnification: magnification))
  }

  private func plane<Value>(_ values: [Value]) -> ViewedPlane<Value> {
    ViewedPlane(width: edge, height: edge, values: values)
  }
}

/// A z-plane of a crop of `edge`³ voxels, C order (z, y, x), chosen by what there is to see in it.
struct CropPlane {
  let edge: Int
  let z: Int

  /// The plane for which `score` of its part of the crop is highest; the middle one when no score is above zero.
  init(edge: Int, highest score: (_ plane: Range<Int>) -> Double) {
    self.edge = edge
    let scores = (0..<edge).map { score(($0 * edge * edge)..<(($0 + 1) * edge * edge)) }
    let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    z = scores[best] > 0 ? best : edge / 2
  }

  var range: Range<Int> { (z * edge * edge)..<((z + 1) * edge * edge) }

  func cut<Element>(_ crop: [Element]) -> [Element] { Array(crop[range]) }
}
