extension PatchCorpus {
  /// The counts by structure as a text table; numbers aligned right.
  package var summaryTable: String {
    let header = [
      "structure", "volumes", "patches", "outside", "low-signal", "kept", "signal", "in corpus", "near outside",
      "near contrast",
    ]
    var rows = manifest.structures.map(Self.row)
    if manifest.structures.count > 1 {
      var total = StructureSummary(structure: "all")
      for structure in manifest.structures { total.add(structure) }
      rows.append(Self.row(total))
    }
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max()! }
    return all.map { row in
      row.enumerated().map { column, text in
        let padding = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + padding : padding + text
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func row(_ summary: StructureSummary) -> [String] {
    [
      summary.structure, "\(summary.sources)", "\(summary.patches)", "\(summary.outside)", "\(summary.lowSignal)",
      "\(summary.lowSignalKept)", "\(summary.signal)", "\(summary.taken)", "\(summary.nearOutside)",
      "\(summary.nearContrast)",
    ]
  }
}

extension StructureSummary {
  fileprivate mutating func add(_ other: StructureSummary) {
    sources += other.sources
    patches += other.patches
    outside += other.outside
    lowSignal += other.lowSignal
    lowSignalKept += other.lowSignalKept
    signal += other.signal
    nearOutside += other.nearOutside
    nearContrast += other.nearContrast
  }
}
