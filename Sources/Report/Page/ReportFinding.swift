/// Something that a reader should know before trusting what follows, computed from the data.
public struct ReportFinding: Encodable, Sendable {
  public enum Severity: String, Encodable, Sendable, Comparable, CaseIterable {
    /// The data or the result cannot be trusted as it is.
    case error
    /// Look before going on.
    case warning
    /// Worth knowing.
    case note

    public static func < (a: Severity, b: Severity) -> Bool {
      allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
    }
  }

  public let severity: Severity
  /// What it was found in: the name of an input.
  public let subject: String
  /// A sentence with its figure, without a full stop.
  public let text: String
  /// The id of the section or figure that shows it.
  let anchor: String
  /// A small plot, as SVG; empty for none.
  let miniature: String

  init(_ severity: Severity, _ subject: String, _ text: String, anchor: String, miniature: String = "") {
    self.severity = severity
    self.subject = subject
    self.text = text
    self.anchor = anchor
    self.miniature = miniature
  }

  private enum CodingKeys: CodingKey { case severity, subject, text }

  var html: String {
    let word = severity == .error ? "Error" : severity == .warning ? "Warning" : "Note"
    return "<li class=\"\(severity.rawValue)\"><span class=\"severity\">\(word)</span><p>\(escaped(text))</p>"
      + "<span class=\"more\">\(escaped(subject)) · <a href=\"#\(anchor)\">where it shows</a></span>"
      + (miniature.isEmpty ? "" : "<span class=\"mini\">\(miniature)</span>") + "</li>"
  }
}

/// A curve of the size of a word, with some of its places marked.
func miniature(_ values: [Double], marked: [Int] = [], threshold: Double? = nil) -> String {
  let finite = values.filter(\.isFinite)
  guard values.count > 1, let lowest = finite.min(), let highest = finite.max() else { return "" }
  let (width, height) = (190.0, 46.0)
  func x(_ index: Double) -> Double { 3 + index / Double(values.count - 1) * (width - 6) }
  func y(_ value: Double) -> Double {
    height - 5 - (highest > lowest ? (value - lowest) / (highest - lowest) : 0.5) * (height - 10)
  }
  var text = "<svg viewBox=\"0 0 190 46\" aria-hidden=\"true\">"
  if let threshold {
    text +=
      "<line x1=\"\(coordinate(x(threshold)))\" x2=\"\(coordinate(x(threshold)))\" y1=\"2\" y2=\"44\" style=\"stroke:var(--c)\" stroke-dasharray=\"4 3\"/>"
  }
  let points = thinned(
    values.enumerated().filter { $0.element.isFinite }.map { Chart.Point(x: Double($0.offset), y: $0.element) }, to: 180
  )
  let path = points.enumerated().map {
    "\($0.offset == 0 ? "M" : "L")\(coordinate(x($0.element.x))) \(coordinate(y($0.element.y)))"
  }.joined()
  text += "<path d=\"\(path)\" fill=\"none\" style=\"stroke:var(--muted)\" stroke-width=\"1.3\"/>"
  // So many as can be told apart, from all along the curve.
  let every = max(1, (marked.count + 39) / 40)
  for index in stride(from: 0, to: marked.count, by: every).map({ marked[$0] }) where values[index].isFinite {
    text +=
      "<circle cx=\"\(coordinate(x(Double(index))))\" cy=\"\(coordinate(y(values[index])))\" r=\"3\" style=\"fill:var(--c)\"/>"
  }
  return text + "</svg>"
}
