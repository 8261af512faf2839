import Files
import Networks

/// Which annotated volumes train and which only validate.
package struct ValidationSplit: Sendable, Equatable {
  /// Indices into the list of pairs.
  package var training: [Int]
  package var validation: [Int]

  /// Splits by source volume, never inside one.
  ///
  /// Pairs that the list marks for validation are always kept from training. Beyond that `folds` and
  /// `validationFraction` decide: volumes without a fold of their own are put in the order of a fixed hash of (seed,
  /// name), which does not depend on the other volumes, and dealt out to the folds in turn.
  ///
  /// - Throws: `Fault.usage` when nothing is left to train on, or nothing to validate on though it was asked for.
  package init(_ pairs: [AnnotatedPair], recipe: FinetuningRecipe) throws {
    var held = Set(pairs.indices.filter { pairs[$0].isValidation })
    let open = pairs.indices.filter { !held.contains($0) }
    let ordered = open.map { (key: nameKey(pairs[$0].name, seed: recipe.training.seed), index: $0) }
      .sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.index)
    if recipe.folds > 1 {
      for index in open where pairs[index].fold == recipe.fold { held.insert(index) }
      let dealt = ordered.filter { pairs[$0].fold == nil }
      for (place, index) in dealt.enumerated() where place % recipe.folds == recipe.fold { held.insert(index) }
    } else if recipe.validationFraction > 0 {
      let count = max(1, Int((Double(ordered.count) * recipe.validationFraction).rounded()))
      held.formUnion(ordered.prefix(count))
    }
    if recipe.folds > 1 || recipe.validationFraction > 0 {
      guard !held.isEmpty else {
        throw Fault.usage("fold \(recipe.fold) of \(recipe.folds) has no volume to validate on; use fewer folds")
      }
    }
    guard held.count < pairs.count else {
      throw Fault.usage(
        "the split keeps all \(pairs.count) volumes for validation and leaves none to train on; "
          + "for a single volume use --hold-back-planes")
    }
    training = pairs.indices.filter { !held.contains($0) }
    validation = held.sorted()
  }
}

private func nameKey(_ name: String, seed: UInt64) -> UInt64 {
  var random = RandomStream(seed: seed, name: "fold of \(name)")
  return random.next()
}
