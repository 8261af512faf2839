import Foundation

/// What people are shown of a training sample: planes of it side by side, before they are drawn.
package struct SamplePicture: Sendable, Equatable {
  /// What is special about a pixel.
  package enum Mark: UInt8, Sendable {
    case none
    /// The network may not look here: shown instead of the brightness.
    case hidden
    /// Belongs to the structure: shown over the brightness.
    case foreground
    /// Nobody has annotated this: shown over the brightness.
    case ignored
  }

  package struct Panel: Sendable, Equatable {
    package var caption: String
    /// Row after row (y, x).
    package var brightness: [Float]
    /// Empty where there are none.
    package var marks: [Mark]
    /// What is drawn black and white; nil for the window that the first panel sets.
    package var range: ClosedRange<Float>?

    package init(_ caption: String, _ brightness: [Float], marks: [Mark] = [], range: ClosedRange<Float>? = nil) {
      self.caption = caption
      self.brightness = brightness
      self.marks = marks
      self.range = range
    }
  }

  /// Pixels; all panels are alike.
  package var width: Int
  package var height: Int
  package var panels: [Panel]

  package init(width: Int, height: Int, panels: [Panel]) {
    precondition(panels.allSatisfy { $0.brightness.count == width * height }, "a panel of another size")
    precondition(panels.allSatisfy { $0.marks.isEmpty || $0.marks.count == width * height }, "marks of another size")
    self.width = width
    self.height = height
    self.panels = panels
  }
}

/// A picture as a file.
package struct DrawnPicture: Sendable {
  package var png: Data
  package var width: Int
  package var height: Int

  package init(png: Data, width: Int, height: Int) {
    self.png = png
    self.width = width
    self.height = height
  }
}

/// A plane of a crop of `edge`³ voxels, C order (z, y, x), and what may be worth a look in it.
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
