import Foundation

/// The page: findings first, then what was run, then a section for each input.
struct ReportPage {
  private let sections: [Section]
  private let findings: [ReportFinding]
  private let settings: Report.Settings

  /// Findings that the first screen has room for; the others are folded behind.
  private static let mostShown = 12

  init(_ sections: [Section], findings: [ReportFinding], _ settings: Report.Settings) {
    self.sections = sections
    self.findings = findings
    self.settings = settings
  }

  var document: String {
    let title =
      settings.title ?? sections.map(\.title).prefix(4).joined(separator: ", ") + (sections.count > 4 ? " …" : "")
    var text = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
    text +=
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>\(escaped(title)) · Sheaf report</title>"
    text += "<style>\n\(PageStyle.css)\n</style></head><body>\n"
    text +=
      "<header><h1>\(escaped(title))</h1><p class=\"lead\">Report of sheaf \(escaped(settings.programVersion)), \(momentText(settings.date))</p>\n"
    text += "\(findingList)</header>\n<main>\n\(overview)\n"
    text += sections.map(\.document).joined(separator: "\n")
    text +=
      "</main>\n<footer>Lengths are physical where the voxel size is known. Times are those of the files, in UTC. Colours: Okabe and Ito, cividis.</footer>\n</body></html>\n"
    return text
  }

  private var findingList: String {
    if findings.isEmpty {
      return
        "<ol class=\"findings\"><li class=\"fine\"><span class=\"severity\">No findings</span><p>No plane is dark, bright or saturated, nothing is shifted, and no threshold or training stands out.</p></li></ol>"
    }
    let shown = findings.prefix(Self.mostShown).map(\.html).joined(separator: "\n")
    var text = "<ol class=\"findings\">\(shown)</ol>"
    if findings.count > Self.mostShown {
      text +=
        "<details><summary>\(counted(findings.count - Self.mostShown, "more finding"))</summary><ol class=\"findings\">"
      text += findings.dropFirst(Self.mostShown).map(\.html).joined(separator: "\n") + "</ol></details>"
    }
    return text
  }

  private var overview: String {
    let rows = sections.map { section in
      [
        "<a href=\"#\(section.id)\">\(escaped(section.title))</a>", escaped(section.kind), escaped(section.summary),
        section.origin.map { "sheaf \(escaped($0.command)) \(escaped($0.version))" } ?? "–",
        section.origin?.began.map(momentText) ?? "–", duration(section.origin),
      ]
    }
    return "<h2>What was run</h2><div class=\"overview\">"
      + table(["", "what", "result", "made by", "begun", "took"], rows, textColumns: [0, 1, 2, 3, 4]) + "</div>"
  }

  /// Between the first file and the last; a command that was interrupted counts its pause.
  private func duration(_ origin: Origin?) -> String {
    guard let began = origin?.began, let ended = origin?.ended, ended >= began else { return "–" }
    let seconds = Int(ended.timeIntervalSince(began))
    if seconds < 1 { return "< 1 s" }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
