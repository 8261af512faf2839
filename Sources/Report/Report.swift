import Components
import Files
import Foundation
import Threads
import Zarr

/// A page about any mix of outputs of Sheaf: what was run with which settings, what is wrong, and how it looks. It is one file,
/// needs no script, and costs the same for stores of any size: of large ones it reads a coarse level and a few columns of
/// chunks.
public struct Report: Sendable {
  /// What should be known first, the gravest in front.
  public let findings: [ReportFinding]
  /// UTF-8.
  public let html: String

  /// What a report says of itself.
  public struct Settings: Sendable {
    package var title: String?
    package var date: Date
    package var programVersion: String
    package var threads: Int

    package init(title: String? = nil, date: Date, programVersion: String, threads: Int) {
      self.title = title
      self.date = date
      self.programVersion = programVersion
      self.threads = threads
    }
  }

  /// - Parameters:
  ///   - paths: stores, corpora, training runs, predictions, labels, tables of objects, scores, and directories of these.
  ///   - progress: is told what is read next.
  /// - Throws: `Fault.noInput` when a path does not exist, `Fault.badData` when it is nothing that a report describes, is
  ///   damaged, or does not belong to the others.
  public init(of paths: [String], _ settings: Settings, progress: (String) -> Void = { _ in }) throws {
    let inputs = try ReportPlan(paths)
    let builder = ReportBuilder(inputs, threads: settings.threads)
    let sections = try builder.sections(progress)
    findings = sections.flatMap(\.findings).enumerated()
      .sorted {
        $0.element.severity == $1.element.severity ? $0.offset < $1.offset : $0.element.severity < $1.element.severity
      }
      .map(\.element)
    html = ReportPage(sections, findings: findings, settings).document
  }
}

/// The inputs of a report, each once, in the order in which work is done.
struct ReportPlan {
  var volumes: [Store] = []
  var labels: [Store] = []
  var predictions: [Store] = []
  var tables: [ObjectList] = []
  var others: [ReportInput] = []

  init(_ paths: [String]) throws {
    var seen: Set<String> = []
    var unfinished: [String] = []
    for path in paths {
      for input in try ReportInput.find(path) {
        guard seen.insert(URL(fileURLWithPath: input.path).resolvingSymlinksInPath().path).inserted else { continue }
        switch input {
        case .volume(let store): volumes.append(store)
        case .labels(let store): labels.append(store)
        case .prediction(let store): predictions.append(store)
        case .objects(let list): tables.append(list)
        case .unfinished(let path, let advice):
          unfinished.append("\(path) is not finished: \(advice)")
          others.append(input)
        case .corpus, .run, .evaluation: others.append(input)
        }
      }
    }
    // Labels of a prediction that is part of the report stand with it.
    labels.removeAll { label in predictions.contains { label.path.hasPrefix($0.path + "/labels/") } }
    if let first = unfinished.first, volumes.isEmpty, labels.isEmpty, predictions.isEmpty,
      others.count == unfinished.count
    {
      throw Fault.badData(first)
    }
    for label in labels where !volumes.isEmpty && !volumes.contains(where: { $0.extent == label.extent }) {
      let found = volumes.map { "\($0.path) with \($0.extent)" }.joined(separator: ", ")
      throw Fault.badData(
        "the labels \(label.path) have \(label.extent) voxels, but the volumes have others: \(found); give the image that was "
          + "labelled")
    }
    if !tables.isEmpty, labels.isEmpty, predictions.isEmpty {
      throw Fault.badData(
        "\(tables[0].path) is a table of objects without its labels: give the output of `sheaf infer` or `sheaf label` too"
      )
    }
  }
}
