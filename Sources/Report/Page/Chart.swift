import Foundation
import Pictures

/// Colours of the page, which differ between light and dark.
enum Ink: String {
  case blue, orange, green, vermillion, sky, purple, ink, muted

  var css: String { "var(--\(rawValue))" }
}

/// A plot as inline SVG.
struct Chart {
  struct Point {
    let x: Double
    let y: Double
  }

  enum Layer {
    case line([Point], Ink, width: Double = 1.6, opacity: Double = 1)
    case area([Point], Ink)
    case dots([Point], Ink, radius: Double = 3)
    /// One more edge than values.
    case bars(edges: [Double], values: [Double], Ink)
    case vertical(Double, String, Ink)
    case horizontal(Double, String, Ink)
    case band(ClosedRange<Double>, Ink)
  }

  let x: Axis
  let y: Axis
  var layers: [Layer] = []
  var legend: [(ink: Ink, text: String)] = []
  var width = 620.0
  var height = 230.0

  init(x: Axis, y: Axis) {
    self.x = x
    self.y = y
  }

  private var left: Double { 62 }
  private var right: Double { 14 }
  private var top: Double { 18 }
  private var bottom: Double { 42 }

  private func px(_ value: Double) -> Double { left + min(max(x.place(value), -0.02), 1.02) * (width - left - right) }
  private func py(_ value: Double) -> Double {
    height - bottom - min(max(y.place(value), -0.02), 1.03) * (height - top - bottom)
  }

  /// - Parameter label: what the plot shows, for readers that do not see it.
  func svg(_ label: String) -> String {
    var text = "<svg class=\"chart\" viewBox=\"0 0 \(coordinate(width)) \(coordinate(height))\" role=\"img\" "
    text += "aria-label=\"\(escaped(label))\">"
    for tick in y.ticks(4) {
      let place = coordinate(py(tick))
      text +=
        "<line class=\"grid\" x1=\"\(coordinate(left))\" x2=\"\(coordinate(width - right))\" y1=\"\(place)\" y2=\"\(place)\"/>"
      text +=
        "<text class=\"tick\" text-anchor=\"end\" x=\"\(coordinate(left - 7))\" y=\"\(coordinate(py(tick) + 4))\">\(tickText(tick))</text>"
    }
    // Words beside vertical lines that are near each other stand below each other.
    var marks = 0
    for layer in layers {
      text += svg(layer, line: marks)
      if case .vertical(_, let words, _) = layer, !words.isEmpty { marks += 1 }
    }
    let base = height - bottom
    text +=
      "<line class=\"axis\" x1=\"\(coordinate(left))\" x2=\"\(coordinate(width - right))\" y1=\"\(coordinate(base))\" y2=\"\(coordinate(base))\"/>"
    for tick in x.ticks(width > 400 ? 7 : 4) {
      let place = coordinate(px(tick))
      text +=
        "<line class=\"axis\" x1=\"\(place)\" x2=\"\(place)\" y1=\"\(coordinate(base))\" y2=\"\(coordinate(base + 4))\"/>"
      text +=
        "<text class=\"tick\" text-anchor=\"middle\" x=\"\(place)\" y=\"\(coordinate(base + 17))\">\(tickText(tick))</text>"
    }
    text +=
      "<text class=\"title\" text-anchor=\"end\" x=\"\(coordinate(width - right))\" y=\"\(coordinate(height - 5))\">\(escaped(x.title))</text>"
    text += "<text class=\"title\" x=\"2\" y=\"11\">\(escaped(y.title))</text></svg>"
    if !legend.isEmpty {
      text += "<p class=\"key\">"
      for entry in legend {
        text += "<span><i style=\"background:\(entry.ink.css)\"></i>\(escaped(entry.text))</span>"
      }
      text += "</p>"
    }
    return text
  }

  private func svg(_ layer: Layer, line: Int) -> String {
    let base = coordinate(height - bottom)
    switch layer {
    case .line(let points, let ink, let lineWidth, let opacity):
      return
        "<path d=\"\(path(points))\" fill=\"none\" style=\"stroke:\(ink.css)\" stroke-width=\"\(lineWidth)\" stroke-opacity=\"\(opacity)\" stroke-linejoin=\"round\"/>"
    case .area(let points, let ink):
      guard let first = points.first, let last = points.last else { return "" }
      let end = "L\(coordinate(px(last.x))) \(base)L\(coordinate(px(first.x))) \(base)Z"
      return "<path d=\"\(path(points))\(end)\" style=\"fill:\(ink.css)\" fill-opacity=\"0.18\"/>"
    case .dots(let points, let ink, let radius):
      return points.filter(\.y.isFinite).map {
        "<circle cx=\"\(coordinate(px($0.x)))\" cy=\"\(coordinate(py($0.y)))\" r=\"\(radius)\" style=\"fill:\(ink.css)\"/>"
      }.joined()
    case .bars(let edges, let values, let ink):
      return values.indices.filter { values[$0] > 0 }.map { index in
        let (x0, x1, y0) = (px(edges[index]), px(edges[index + 1]), py(values[index]))
        let gap = x1 - x0 > 4 ? 1.0 : 0
        return
          "<rect x=\"\(coordinate(x0))\" y=\"\(coordinate(y0))\" width=\"\(coordinate(max(0.6, x1 - x0 - gap)))\" height=\"\(coordinate(max(0, height - bottom - y0)))\" style=\"fill:\(ink.css)\"/>"
      }.joined()
    case .vertical(let value, let words, let ink):
      guard (-0.001...1.001).contains(x.place(value)) else { return "" }
      let place = px(value)
      let isLate = x.place(value) > 0.7
      return
        "<line x1=\"\(coordinate(place))\" x2=\"\(coordinate(place))\" y1=\"\(coordinate(top))\" y2=\"\(base)\" style=\"stroke:\(ink.css)\" stroke-dasharray=\"4 3\"/>"
        + "<text class=\"mark\" text-anchor=\"\(isLate ? "end" : "start")\" x=\"\(coordinate(place + (isLate ? -4 : 4)))\" y=\"\(coordinate(top + 9 + 15 * Double(line % 6)))\" style=\"fill:\(ink.css)\">\(escaped(words))</text>"
    case .horizontal(let value, let words, let ink):
      guard (0...1).contains(y.place(value)) else { return "" }
      let place = py(value)
      return
        "<line x1=\"\(coordinate(left))\" x2=\"\(coordinate(width - right))\" y1=\"\(coordinate(place))\" y2=\"\(coordinate(place))\" style=\"stroke:\(ink.css)\" stroke-dasharray=\"4 3\"/>"
        + "<text class=\"mark\" text-anchor=\"end\" x=\"\(coordinate(width - right))\" y=\"\(coordinate(place - 4))\" style=\"fill:\(ink.css)\">\(escaped(words))</text>"
    case .band(let range, let ink):
      let (x0, x1) = (px(range.lowerBound), px(range.upperBound))
      return
        "<rect x=\"\(coordinate(x0))\" y=\"\(coordinate(top))\" width=\"\(coordinate(max(1.5, x1 - x0)))\" height=\"\(coordinate(height - bottom - top))\" style=\"fill:\(ink.css)\" fill-opacity=\"0.22\"/>"
    }
  }

  /// Lines break where there is no number.
  private func path(_ points: [Point]) -> String {
    var text = ""
    var isDrawing = false
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        isDrawing = false
        continue
      }
      text += "\(isDrawing ? "L" : "M")\(coordinate(px(point.x))) \(coordinate(py(point.y)))"
      isDrawing = true
    }
    return text
  }
}

/// A coordinate of SVG.
func coordinate(_ value: Double) -> String {
  let rounded = (value * 10).rounded() / 10
  return rounded == rounded.rounded() ? String(Int(rounded)) : String(format: "%.1f", rounded)
}

/// Fewer points that show the same curve: the least and the largest of each stretch.
func thinned(_ points: [Chart.Point], to count: Int = 600) -> [Chart.Point] {
  guard points.count > 2 * count else { return points }
  let stretch = points.count / count + 1
  return stride(from: 0, to: points.count, by: stretch).flatMap { start -> [Chart.Point] in
    let part = points[start..<min(points.count, start + stretch)].filter(\.y.isFinite)
    guard let lowest = part.min(by: { $0.y < $1.y }), let highest = part.max(by: { $0.y < $1.y }) else { return [] }
    return lowest.x <= highest.x ? [lowest, highest] : [highest, lowest]
  }
}
