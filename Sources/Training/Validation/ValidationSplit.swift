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
  /// - Throws: `Fault.usage` when nothing is left to train on, or a fold would have nothing to validate on, whichever fold
  ///   is asked for: the first of them would be trained in vain; `Fault.badData` when the list puts one source into two
  ///   folds, or into one that there is not.
  package init(_ pairs: [AnnotatedPair], recipe: FinetuningRecipe) throws {
    var held = Set(pairs.indices.filter { pairs[$0].isValidation })
    let sources = try Source.all(pairs, among: pairs.indices.filter { !held.contains($0) }, seed: recipe.training.seed)
    if recipe.folds > 1 {
      try Source.require(sources, for: recipe.folds, pairs)
      let dealt = sources.filter { $0.fold == nil }.enumerated().filter { $0.offset % recipe.folds == recipe.fold }
      let chosen = sources.filter { $0.fold == recipe.fold } + dealt.map(\.element)
      held.formUnion(chosen.flatMap(\.pairs))
    } else if recipe.validationFraction > 0 {
      let count = max(1, Int((Double(sources.count) * recipe.validationFraction).rounded()))
      held.formUnion(sources.prefix(count).flatMap(\.pairs))
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

extension ValidationSplit {
  /// What is doubtful about structures that are on one side of the split alone.
  func doubts(_ pairs: [AnnotatedPair]) -> [String] {
    func structures(_ indices: [Int]) -> Set<String> { Set(indices.map { pairs[$0].structure }).subtracting([""]) }
    let (trained, validated) = (structures(training), structures(validation))
    func names(_ structures: Set<String>) -> String { structures.sorted().joined(separator: ", ") }
    var doubts: [String] = []
    let unseen = validated.subtracting(trained)
    if !unseen.isEmpty, !trained.isEmpty {
      doubts.append(
        "all volumes of \(names(unseen)) are kept for validation, so that the network never sees it; mark others in a list "
          + "with validation: true, or give another --fold or seed")
    }
    let unjudged = trained.subtracting(validated)
    if !unjudged.isEmpty, !validated.isEmpty {
      doubts.append(
        "no volume of \(names(unjudged)) is kept for validation, so that no score tells of it; mark one in a list with "
          + "validation: true")
    }
    return doubts
  }

  /// What is doubtful about the annotation on either side.
  static func foregroundDoubts(_ training: [AnnotatedVolume], _ validation: [AnnotatedVolume]) -> [String] {
    func isEmpty(_ volumes: [AnnotatedVolume]) -> Bool { volumes.allSatisfy { $0.labels.foregroundCount == 0 } }
    var doubts: [String] = []
    let empty = Dictionary(grouping: training, by: \.pair.structure).filter { isEmpty($0.value) }.keys.sorted()
    if !empty.isEmpty {
      doubts.append(
        "no training volume of \(empty.map { $0.isEmpty ? "unnamed structures" : $0 }.joined(separator: ", ")) has a "
          + "foreground voxel: the network learns there that nothing is to be found; check the labels and --label-map")
    }
    if !validation.isEmpty, isEmpty(validation) {
      doubts.append(
        "no validation volume has a foreground voxel: scores tell only whether anything is found in them, and no threshold "
          + "is chosen; keep a volume with foreground for validation")
    }
    return doubts
  }
}

/// Pairs that were cut from one volume.
private struct Source {
  /// Indices into the list of pairs.
  var pairs: [Int]
  /// The fold that the list gives, if any.
  var fold: Int?

  /// Requires at least one source in each of so many folds.
  static func require(_ sources: [Source], for folds: Int, _ list: [AnnotatedPair]) throws {
    func name(_ source: Source) -> String {
      let first = list[source.pairs[0]]
      return first.source.isEmpty ? first.name : first.source
    }
    if let stray = sources.first(where: { $0.fold.map { !(0..<folds).contains($0) } ?? false }) {
      throw Fault.badData(
        "\(name(stray)) is in fold \(stray.fold!) of the list, but --folds \(folds) has folds 0 to \(folds - 1); correct one "
          + "of them")
    }
    guard sources.count >= folds else {
      let count = sources.reduce(0) { $0 + $1.pairs.count }
      throw Fault.usage(
        "--folds \(folds) takes at least \(folds) annotated volumes of different sources, found \(sources.count) ("
          + sources.map(name).sorted().joined(separator: ", ") + ")"
          + (count > sources.count ? ", which \(count) volumes were cut from" : "") + "; "
          + (sources.count > 1
            ? "give --folds \(sources.count) or fewer" : "for a single volume use --hold-back-planes"))
    }
    let listed = Set(sources.compactMap(\.fold))
    let dealt = sources.count { $0.fold == nil }
    if let empty = (0..<folds).first(where: { !listed.contains($0) && $0 >= dealt }) {
      throw Fault.usage(
        "fold \(empty) of \(folds) has no volume to validate on; put one into it in the list, or use fewer folds")
    }
  }

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
