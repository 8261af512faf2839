extension PatchCorpus {
  /// Sentences about what may be wrong with the selection.
  func doubts(_ judged: [JudgedSource]) -> [String] {
    let empty = manifest.structures.filter { $0.taken == 0 }.map { structure in
      let contrast = manifest.sources.filter { $0.structure == structure.structure }.map(manifest.contrast).max() ?? 0
      return
        "the structure \(structure.structure) has no patch in the corpus: \(structure.outside) of its "
        + "\(structure.patches) patches are outside and \(structure.lowSignal) low-signal; lower --contrast-of "
        + "\"\(structure.structure)=\((contrast * 100).rounded() / 100)\" or "
        + "--outside, or leave it out"
    }
    return empty + manifest.sources.compactMap(\.doubtAboutDensity) + repetitions(judged)
  }
}
