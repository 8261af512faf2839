/// A part of the page, and what was found while it was written.
struct Section {
  let id: String
  let title: String
  /// What it is of, in a word: `store`, `corpus`.
  let kind: String
  let path: String
  /// How it was made; nil where nothing tells.
  let origin: Origin?
  /// The most important numbers, for the table at the top of the page.
  var summary = ""
  var html = ""
  var findings: [ReportFinding] = []

  init(id: String, title: String, kind: String, path: String, origin: Origin?) {
    self.id = id
    self.title = title
    self.kind = kind
    self.path = path
    self.origin = origin
    for warning in origin?.warnings ?? [] { find(.warning, warning) }
  }

  mutating func find(
    _ severity: ReportFinding.Severity, _ text: String, at anchor: String? = nil, _ miniature: String = ""
  ) {
    findings.append(ReportFinding(severity, title, text, anchor: anchor ?? id, miniature: miniature))
  }

  mutating func add(_ html: String) { self.html += html + "\n" }

  mutating func heading(_ text: String) { add("<h3>\(escaped(text))</h3>") }

  var document: String {
    "<section id=\"\(id)\"><h2>\(escaped(title))</h2><p class=\"path\">\(escaped(kind)) · \(escaped(path))</p>\n\(html)\(origin?.html ?? "")</section>\n"
  }
}
