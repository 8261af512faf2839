import ArgumentParser
import Files
import Foundation
import Jobs
import Report

struct ReportCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page about stores, corpora, training runs, predictions and scores.",
    discussion: """
      The report is one HTML file that needs no network and no script, for the screen and for paper. First it says what is \
      wrong: dark, bright and saturated planes, shifted parts, thresholds that do not fit, trainings that went astray, \
      warnings of the commands. Then it shows what was run, with settings, versions and times; projections, histograms and \
      the brightness of planes; the patches of a corpus; curves and previews of trainings; objects over the image, sizes and \
      densities; scores by category.

      Any mix of outputs will do, and directories of them. Of large stores a coarse level and a few columns of chunks are \
      read, so that a report of a terabyte takes a minute. The findings are also printed.

      Examples:
        sheaf report brain.zarr
        sheaf report brain.zarr corpus/ run/ brain-segmented.zarr scores.json -o brain.html
        sheaf report demo/ -o demo.html --title "Demonstration"
      """)

  @Argument(
    help: ArgumentHelp(
      "Stores, corpora, training runs, outputs of infer and label, tables of objects, scores, or directories of these.",
      valueName: "path"))
  var paths: [String]

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The page to write. (default: report.html)", valueName: "file.html"))
  var output: String?

  @Option(help: ArgumentHelp("Title of the page. (default: the names of the inputs)", valueName: "text"))
  var title: String?

  @Option(
    help: ArgumentHelp(
      "Date on the page, such as 2026-11-29T08:00:00Z: the same inputs then give the same bytes. (default: now, or "
        + "SOURCE_DATE_EPOCH)", valueName: "time"))
  var date: String?

  @Flag(help: "Replace the report.")
  var overwrite = false

  @OptionGroup var reporting: ReportingOptions

  /// The inputs take all arguments.
  var lastArgument: String? { nil }
  var outputPath: String { output ?? "report.html" }

  func validate() throws {
    if let output, output.isEmpty { throw ValidationError("The path of the output is empty.") }
    if date != nil, moment == nil {
      throw ValidationError("--date must be a time such as 2026-11-29T08:00:00Z, found \(date!)")
    }
  }

  private var moment: Date? {
    guard let date else {
      return ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init).map(
        Date.init(timeIntervalSince1970:))
    }
    let formatter = ISO8601DateFormatter()
    if let full = formatter.date(from: date) { return full }
    formatter.formatOptions = [.withFullDate]
    return formatter.date(from: date)
  }

  func run() throws {
    try refuseOutput(over: paths, kind: .file)
    let context = try RunContext.start(reporting, overwrite: overwrite)
    let findings = try context.communicator.rootOnly { () throws -> [FoundLine] in
      try OutputFileFormat.html.refuseToReplace(outputPath, overwrite: overwrite)
      let report = try Report(
        of: paths,
        Report.Settings(
          title: title, date: moment ?? Date(), programVersion: Program.version, threads: context.settings.threads)
      ) { context.note("report: \($0)") }
      try OutputPlace.writeFile(outputPath, .html, inputs: paths, settings: context.settings) {
        try createDirectory(parentDirectory(of: $0))
        try publish(Data(report.html.utf8), to: $0)
      }
      return report.findings.map { FoundLine(severity: $0.severity.rawValue, subject: $0.subject, text: $0.text) }
    }
    let lines = findings.map { "\($0.severity): \($0.subject): \($0.text)" } + [outputPath]
    try context.print(Result(output: outputPath, findings: findings), text: lines.joined(separator: "\n"))
  }

  private struct FoundLine: Codable {
    let severity: String
    let subject: String
    let text: String
  }

  private struct Result: Encodable {
    let output: String
    let findings: [FoundLine]
  }
}
