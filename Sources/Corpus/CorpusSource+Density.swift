extension CorpusSource {
  /// A sentence when the measured density does not fit the declared category; nil when it does, or nothing is declared.
  var doubtAboutDensity: String? {
    guard let density, takenCount > 0 else { return nil }
    let percent = "\((density * 10_000).rounded() / 100) %"
    if category.hasSuffix("-sparse"), density > 0.2 {
      return
        "\(name) is declared \(category), but \(percent) of its tissue stands out of its surroundings, which is dense; "
        + "check the category, or that this is the channel of the structure"
    }
    if category.hasSuffix("-dense"), density < 0.002 {
      return
        "\(name) is declared \(category), but only \(percent) of its tissue stands out of its surroundings, which is "
        + "sparse; check the category, or that this is the channel of the structure"
    }
    return nil
  }
}
