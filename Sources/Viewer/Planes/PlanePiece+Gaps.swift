extension PlanePiece.Gap {
  /// The same places in few rectangles: those that lie side by side for the same reason are put together. What is more than
  /// `most` after that becomes one rectangle around all of it, as no gap may look like voxels.
  package static func merged(_ gaps: [PlanePiece.Gap], most: Int) -> [PlanePiece.Gap] {
    let lines = joined(
      gaps.sorted { ($0.rows.lowerBound, $0.columns.lowerBound) < ($1.rows.lowerBound, $1.columns.lowerBound) }
    ) {
      guard $0.rows == $1.rows, $0.columns.upperBound >= $1.columns.lowerBound else { return nil }
      return PlanePiece.Gap(
        rows: $0.rows, columns: $0.columns.lowerBound..<max($0.columns.upperBound, $1.columns.upperBound),
        reason: $0.reason)
    }
    var blocks = joined(
      lines.sorted { ($0.columns.lowerBound, $0.rows.lowerBound) < ($1.columns.lowerBound, $1.rows.lowerBound) }
    ) {
      guard $0.columns == $1.columns, $0.rows.upperBound >= $1.rows.lowerBound else { return nil }
      return PlanePiece.Gap(
        rows: $0.rows.lowerBound..<max($0.rows.upperBound, $1.rows.upperBound), columns: $0.columns, reason: $0.reason)
    }
    guard blocks.count > most else { return blocks }
    let rest = blocks[(most - 1)...]
    let around = PlanePiece.Gap(
      rows: rest.map(\.rows.lowerBound).min()!..<rest.map(\.rows.upperBound).max()!,
      columns: rest.map(\.columns.lowerBound).min()!..<rest.map(\.columns.upperBound).max()!,
      reason: rest.lazy.compactMap(\.reason).first)
    blocks.replaceSubrange((most - 1)..., with: [around])
    return blocks
  }

  /// Puts neighbours in the list together where `join` can.
  private static func joined(
    _ gaps: [PlanePiece.Gap], _ join: (PlanePiece.Gap, PlanePiece.Gap) -> PlanePiece.Gap?
  ) -> [PlanePiece.Gap] {
    gaps.reduce(into: []) { result, gap in
      if let last = result.last, last.reason == gap.reason, let both = join(last, gap) {
        result[result.count - 1] = both
      } else {
        result.append(gap)
      }
    }
  }
}
