import Pictures
import Voxels

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

  /// Pixels of each panel.
  package var height: Int
  package var width: Int
  package var panels: [Panel]

  package init(height: Int, width: Int, panels: [Panel]) {
    precondition(panels.allSatisfy { $0.brightness.count == height * width }, "a panel of another size")
    precondition(panels.allSatisfy { $0.marks.isEmpty || $0.marks.count == height * width }, "marks of another size")
    self.height = height
    self.width = width
    self.panels = panels
  }
}

extension SamplePreview {
  /// The longer edge of a drawn panel in pixels, at least.
  private static let shownEdge = 256
  private static let maskColour = Colour(38, 62, 108)

  /// The panels side by side: masked voxels in a flat blue, the structure in orange outlines, voxels that are not
  /// annotated dimmed.
  package func picture() -> Picture {
    let edge = max(height, width)
    let magnification = max(1, (SamplePreview.shownEdge + edge - 1) / edge)
    let window = ContrastWindow(plane(panels.first?.brightness ?? []))
    return Montage([panels.map { panel($0, window, magnification) }]).picture()
  }

  private func panel(_ panel: Panel, _ window: ContrastWindow, _ magnification: Int) -> Montage.Panel {
    let own = panel.range.map { ContrastWindow(black: $0.lowerBound, white: $0.upperBound) } ?? window
    var picture = own.picture(plane(panel.brightness))
    guard !panel.marks.isEmpty else { return Montage.Panel(panel.caption, picture.magnified(magnification)) }
    for (index, mark) in panel.marks.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
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
    ViewedPlane(width: width, height: height, values: values)
  }
}

/// A z-plane of a crop, C order (z, y, x), chosen by what there is to see in it.
struct CropPlane {
  let crop: Extent
  let z: Int

  /// The plane for which `score` of its part of the crop is highest; the middle one when no score is above zero.
  init(crop: Extent, highest score: (_ plane: Range<Int>) -> Double) {
    self.crop = crop
    let plane = crop.y * crop.x
    let scores = (0..<crop.z).map { score(($0 * plane)..<(($0 + 1) * plane)) }
    let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    z = scores[best] > 0 ? best : crop.z / 2
  }

  var range: Range<Int> { (z * crop.y * crop.x)..<((z + 1) * crop.y * crop.x) }

  func cut<Element>(_ crop: [Element]) -> [Element] { Array(crop[range]) }
}
