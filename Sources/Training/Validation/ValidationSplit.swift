import Files
import Networks
import Recipes

/// Which annotated volumes train and which only validate.
package struct ValidationSplit: Sendable, Equatable {
  /// Indices into the list of pairs.
  package var training: [Int]
  package var validation: [Int]

  /// Splits by source volume, never inside one: pairs that were cut from one source stay together.
  ///
  /// Pairs that the list marks for validation are always kept from training. Beyond that `folds` and
  /// `validationFraction` decide: sources without a fold of their own are put in the order of a fixed hash of (seed,
  /// name), which does not depend on the other sources, and dealt out to the folds in turn.
  ///
  /// - Throws: `Fault.usage` when nothing is left to train on, or nothing to validate on though it was asked for;
  ///   `Fault.badData` when the list puts one source into two folds.
  package init(_ pairs: [AnnotatedPair], recipe: FinetuningRecipe) throws {
    var held = Set(pairs.indices.filter { pairs[$0].isValidation })
    let sources = try Source.all(pairs, among: pairs.indices.filter { !held.contains($0) }, seed: recipe.training.seed)
    if recipe.folds > 1 {
      let dealt = sources.filter { $0.fold == nil }.enumerated().filter { $0.offset % recipe.folds == recipe.fold }
      let chosen = sources.filter { $0.fold == recipe.fold } + dealt.map(\.element)
      held.formUnion(chosen.flatMap(\.pairs))
    } else if recipe.validationFraction > 0 {
      let count = max(1, Int((Double(sources.count) * recipe.validationFraction).rounded()))
      held.formUnion(sources.prefix(count).flatMap(\.pairs))
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

/// Pairs that were cut from one volume.
private struct Source {
  /// Indices into the list of pairs.
  var pairs: [Int]
  /// The fold that the list gives, if any.
  var fold: Int?

  /// The sources of some pairs, in the order of a hash of their names.
  static func all(_ list: [AnnotatedPair], among indices: [Int], seed: UInt64) throws -> [Source] {
    // A pair of no named source is a source of its own.
    let groups = Dictionary(grouping: indices) { list[$0].source.isEmpty ? list[$0].imagePath : list[$0].source }
    let sources = try groups.values.map { pairs in
      let folds = Set(pairs.compactMap { list[$0].fold })
      guard folds.count <= 1 else {
        throw Fault.badData(
          "the source \(list[pairs[0]].source) is in the folds \(folds.sorted().map(String.init).joined(separator: ", ")); "
            + "a source belongs to one fold")
      }
      return Source(pairs: pairs, fold: folds.first)
    }
    return sources.map { source in
      let first = list[source.pairs[0]]
      var random = RandomStream(seed: seed, name: "fold of \(first.source.isEmpty ? first.name : first.source)")
      return (key: random.next(), source: source)
    }
    .sorted { ($0.key, $0.source.pairs[0]) < ($1.key, $1.source.pairs[0]) }.map(\.source)
  }
}
