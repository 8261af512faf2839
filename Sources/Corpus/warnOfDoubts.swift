import IntensityStatistics
import Jobs

/// Warns of every source whose air and tissue are not plainly two things.
func warnOfDoubts(
  _ sources: [CorpusInput], _ judged: [JudgedSource], _ options: CorpusOptions, _ console: Console
) {
  guard options.thresholds.outsideSigmas == nil else { return }
  for (source, judged) in zip(sources, judged) {
    let surround = judged.model.surround
    if let doubt = surround.doubt { console.warn("\(source.path): \(doubt)") }
    // Volumes cut from tissue are common, and nothing is wrong with them.
    if surround.kind == .none {
      console.line(
        "note: \(source.path): no air was found around the tissue, so no patch of it is outside, apart from padding; where "
          + "there is air, give its limit with --outside")
    }
  }
}

extension Surround {
  /// A sentence; nil when the two are told apart well.
  var doubt: String? {
    switch kind {
    case .everything:
      "nothing but noise was found, so every patch without contrast is outside; where there is dim tissue, give the limit "
        + "to air with --outside"
    case .air where (overlap ?? 0) > 0.5:
      "air and tissue are hardly told apart: as many places lie between them as in the air; look at its patches with "
        + "--export-nifti, or give the limit with --outside"
    case .air, .none: nil
    }
  }
}
