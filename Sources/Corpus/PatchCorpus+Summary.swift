import Files

extension PatchCorpus {
  /// The counts by structure as a text table; numbers aligned right.
  package var summaryTable: String {
    let summaries = manifest.structures
    let hasCategories = summaries.contains { $0.category != nil && $0.category != CorpusSource.unspecified }
    let hasLimits = summaries.contains { $0.overLimit != nil }
    let header =
      ["structure"] + (hasCategories ? ["category"] : []) + [
        "volumes", "patches", "outside", "kept", "low-signal", "kept", "signal",
      ] + (hasLimits ? ["over limit"] : []) + ["in corpus", "near outside", "near contrast"]
    func row(_ summary: StructureSummary) -> [String] {
      [summary.structure] + (hasCategories ? [summary.category ?? ""] : [])
        + [
          summary.sources, summary.patches, summary.outside, summary.outsideKept ?? 0, summary.lowSignal,
          summary.lowSignalKept, summary.signal,
        ]
        .map(String.init) + (hasLimits ? ["\(summary.overLimit ?? 0)"] : [])
        + [summary.taken, summary.nearOutside, summary.nearContrast].map(String.init)
    }
    var rows = summaries.map(row)
    if summaries.count > 1 {
      var total = StructureSummary(structure: "all")
      for structure in summaries { total.add(structure) }
      rows.append(row(total))
    }
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max()! }
    return all.map { row in
      row.enumerated().map { column, text in
        let padding = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 || hasCategories && column == 1 ? text + padding : padding + text
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}

extension PatchCorpus {
  /// The patches that were set aside because they cannot be read, as the fault that a command ends with once the corpus
  /// of the others is written; nil when there are none.
  package var damage: Fault? {
    let damaged = manifest.sources.flatMap { $0.place?.patches?.damaged ?? [] }
    guard let first = damaged.first else { return nil }
    let shown = damaged.prefix(10).map(\.file).joined(separator: ", ") + (damaged.count > 10 ? ", …" : "")
    let count = damaged.count == 1 ? "1 patch" : "\(damaged.count) patches"
    return Fault.badData(
      "\(count) could not be read and \(damaged.count == 1 ? "is" : "are") not in the corpus, which holds the others and is "
        + "finished: \(shown); \(damaged.count == 1 ? "" : "the first: ")\(first.reason); corpus.json lists all of them; "
        + "replace them and run the command with --overwrite to have them too")
  }
}

extension StructureSummary {
  /// Before the counts of `other` are added.
  private func taken(with other: StructureSummary) -> Int { (takenCount ?? 0) + other.taken }

  fileprivate mutating func add(_ other: StructureSummary) {
    sources += other.sources
    patches += other.patches
    outside += other.outside
    outsideKept = (outsideKept ?? 0) + (other.outsideKept ?? 0)
    lowSignal += other.lowSignal
    lowSignalKept += other.lowSignalKept
    signal += other.signal
    takenCount = taken(with: other)
    overLimit = overLimit == nil && other.overLimit == nil ? nil : (overLimit ?? 0) + (other.overLimit ?? 0)
    nearOutside += other.nearOutside
    nearContrast += other.nearContrast
  }
}
