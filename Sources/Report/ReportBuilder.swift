import Components
import Files
import Foundation
import Zarr

/// Turns the inputs of a report into sections: volumes, corpora, training runs, predictions, scores.
struct ReportBuilder {
  private let plan: ReportPlan
  private let threads: Int

  init(_ plan: ReportPlan, threads: Int) {
    self.plan = plan
    self.threads = threads
  }

  func sections(_ progress: (String) -> Void) throws -> [Section] {
    var sections: [Section] = []
    var names: [String: Int] = [:]
    var number = 0
    /// A title that no other section has, and an id made of its number.
    func named(_ path: String) -> (id: String, title: String) {
      let parts = path.split(separator: "/").map(String.init)
      var title = parts.last ?? path
      if parts.count >= 3, parts[parts.count - 2] == "labels" { title = "\(parts[parts.count - 3]): \(title)" }
      names[title, default: 0] += 1
      if names[title]! > 1 { title = parts.suffix(2).joined(separator: "/") }
      progress(path)
      number += 1
      return ("s\(number)", title)
    }
    for store in plan.volumes {
      let (id, title) = named(store.path)
      var volume = try VolumeSection(store, id: id, title: title, threads: threads)
      try volume.write()
      sections.append(volume.section)
    }
    for input in plan.others {
      if case .evaluation = input { continue }
      let (id, title) = named(input.path)
      switch input {
      case .corpus(let corpus):
        var section = CorpusSection(corpus, id: id, title: title)
        try section.write()
        sections.append(section.section)
      case .run(let path):
        var section = TrainingSection(path, id: id, title: title)
        try section.write()
        sections.append(section.section)
      case .unfinished(let path, let advice):
        var section = Section(
          id: id, title: title, kind: "unfinished output", path: path,
          origin: Origin(in: PrivateDirectory.path(in: path), last: path))
        section.summary = "not finished"
        section.find(.error, "the output is not finished and not shown: \(advice)")
        sections.append(section)
      default: break
      }
    }
    try addPredictions(&sections, named)
    // Scores come last, as they do in work.
    for case .evaluation(let path, let document) in plan.others {
      let (id, title) = named(path)
      var section = EvaluationSection(document, path: path, id: id, title: title)
      try section.write()
      sections.append(section.section)
    }
    return sections
  }

  private func addPredictions(_ sections: inout [Section], _ named: (String) -> (id: String, title: String)) throws {
    let stores = plan.predictions.map { ($0, true) } + plan.labels.map { ($0, false) }
    // A table that an output keeps itself says nothing new.
    let own = stores.compactMap { try? readWholeFile(joinPath($0.0.ownDirectory, "objects.csv"), limit: 4 << 30) }
    let foreign = plan.tables.filter { table in
      guard let data = try? readWholeFile(table.path, limit: 4 << 30) else { return true }
      return !own.contains(data)
    }
    var volumes = try stores.map {
      try PredictedVolume($0.0, isProbability: $0.1, images: plan.volumes, tables: [])
    }
    for table in foreign {
      var refusal: (any Error)?
      let owner = volumes.indices.first { index in
        do {
          try volumes[index].require(table)
          return true
        } catch {
          refusal = refusal ?? error
          return false
        }
      }
      guard let owner else { throw refusal! }
      if volumes[owner].objects == nil {
        volumes[owner] = try PredictedVolume(
          stores[owner].0, isProbability: stores[owner].1, images: plan.volumes, tables: [table])
      }
    }
    for volume in volumes {
      let (id, title) = named(volume.path)
      var section = try PredictionSection(volume, id: id, title: title, threads: threads)
      try section.write()
      sections.append(section.section)
    }
  }
}
