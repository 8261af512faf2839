import Foundation
import Pictures
import Voxels

/// A picture in the page, with its true proportions and a scale bar.
struct ImageFigure {
  let picture: Picture
  /// The size of the picture, in `unit`.
  let width: Double
  let height: Double
  let unit: String
  /// Longest edge on the page, in CSS pixels.
  var longestEdge = 300.0
  var hasScaleBar = true
  /// Lines over the picture, from and to as shares of its width and height.
  var lines: [(x0: Double, y0: Double, x1: Double, y1: Double)] = []

  /// - Parameters:
  ///   - voxelSize: of the pixels, in micrometres; nil to measure in voxels of the finest level.
  ///   - axes: those of rows and columns.
  ///   - pixel: how many voxels of the finest level a pixel is, by axis.
  init(_ picture: Picture, voxelSize: VoxelSize?, rows: Int, columns: Int, pixel: (Int) -> Double = { _ in 1 }) {
    self.picture = picture
    width = Double(picture.width) * pixel(columns) * (voxelSize?[columns] ?? 1)
    height = Double(picture.height) * pixel(rows) * (voxelSize?[rows] ?? 1)
    unit = voxelSize == nil ? "voxels" : "µm"
  }

  func svg(_ label: String) throws -> String {
    // Very long pictures stay at least a few pixels wide.
    let factor = longestEdge / max(width, height)
    let (w, h) = (max(24, width * factor), max(24, height * factor))
    let data = try picture.pngData().base64EncodedString()
    let isSmall = max(picture.width, picture.height) * 2 <= Int(longestEdge)
    var text = "<svg class=\"image\" viewBox=\"0 0 \(coordinate(w)) \(coordinate(h))\" width=\"\(coordinate(w))\" "
    text += "height=\"\(coordinate(h))\" role=\"img\" aria-label=\"\(escaped(label))\">"
    text += "<image width=\"\(coordinate(w))\" height=\"\(coordinate(h))\" preserveAspectRatio=\"none\""
    text += "\(isSmall ? " style=\"image-rendering:pixelated\"" : "") href=\"data:image/png;base64,\(data)\"/>"
    for line in lines {
      text +=
        "<line class=\"seam\" x1=\"\(coordinate(line.x0 * w))\" y1=\"\(coordinate(line.y0 * h))\" x2=\"\(coordinate(line.x1 * w))\" y2=\"\(coordinate(line.y1 * h))\"/>"
    }
    if hasScaleBar, w >= 60 { text += scaleBar(w, h, pixelsPerUnit: w / width) }
    return text + "</svg>"
  }

  private func scaleBar(_ w: Double, _ h: Double, pixelsPerUnit: Double) -> String {
    let length = ScaleBar.length(atMost: w / pixelsPerUnit * 0.4)
    let (bar, words) = (length * pixelsPerUnit, ScaleBar.text(length, unit: unit))
    let plate = max(bar, Double(words.count) * 6.2) + 12
    return
      "<g class=\"scale\"><rect class=\"plate\" x=\"\(coordinate(w - plate - 4))\" y=\"\(coordinate(h - 27))\" width=\"\(coordinate(plate))\" height=\"23\" rx=\"3\"/>"
      + "<rect x=\"\(coordinate(w - 4 - plate / 2 - bar / 2))\" y=\"\(coordinate(h - 10))\" width=\"\(coordinate(bar))\" height=\"3\"/>"
      + "<text text-anchor=\"middle\" x=\"\(coordinate(w - 4 - plate / 2))\" y=\"\(coordinate(h - 14))\">\(words)</text></g>"
  }
}

/// A figure with a caption, which is HTML.
func figure(_ content: String, _ caption: String, id: String? = nil) -> String {
  "<figure\(id.map { " id=\"\($0)\"" } ?? "")>\(content)<figcaption>\(caption)</figcaption></figure>"
}

/// Names with their values, in a line; both are HTML.
func factLine(_ facts: [[String]]) -> String {
  "<p class=\"facts\">" + facts.map { "<span>\($0[0])\u{A0}<b>\($0[1])</b></span>" }.joined(separator: " ") + "</p>"
}

/// A table; cells are HTML. All columns but the first are numbers unless named in `textColumns`.
func table(_ titles: [String], _ rows: [[String]], textColumns: Set<Int> = [0], emphasised: Set<Int> = []) -> String {
  func cells(_ row: [String], _ tag: String) -> String {
    row.enumerated().map { "<\(tag)\(textColumns.contains($0.offset) ? "" : " class=\"n\"")>\($0.element)</\(tag)>" }
      .joined()
  }
  let body = rows.enumerated().map {
    "<tr\(emphasised.contains($0.offset) ? " class=\"sum\"" : "")>\(cells($0.element, "td"))</tr>"
  }.joined()
  return
    "<div class=\"scroll\"><table><thead><tr>\(cells(titles, "th"))</tr></thead><tbody>\(body)</tbody></table></div>"
}
