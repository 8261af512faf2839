import Evaluation
import Files
import Zarr

/// One volume and the volume that annotates it.
package struct AnnotatedPair: Sendable, Equatable {
  /// The image's file name without its format's suffix.
  package var name: String
  package var image: VolumePair.Member
  package var label: VolumePair.Member
  package var structure: String
  /// A `StructureCategory` by name, or empty when nothing is known.
  package var category: String
  /// The volume that this one was cut from, when the list says; empty for a volume of its own.
  package var source: String
  /// The path of the store of `sheaf tile` that `source` names, if it does: the image is normalised as that volume is.
  package var sourceStore: String?
  /// The path of what `source` names where it is no such store.
  var otherSource: String?
  /// The fold that the source belongs to, when the list says.
  package var fold: Int?
  /// Whether the list keeps this pair for validation.
  package var isValidation: Bool

  package init(
    name: String, imagePath: String, labelPath: String, structure: String = "", category: String = "",
    source: String = "", fold: Int? = nil, isValidation: Bool = false
  ) {
    self.name = name
    image = VolumePair.Member(imagePath)
    label = VolumePair.Member(labelPath)
    self.structure = structure
    self.category = category
    self.source = source
    self.fold = fold
    self.isValidation = isValidation
  }

  init(_ pair: VolumePair) {
    name = pair.name
    image = pair.first
    label = pair.second
    structure = pair.structure
    category = pair.category
    source = pair.source
    if let path = pair.sourcePath, fileExists(path) {
      // A damaged store is reported when its statistics are read.
      if Store.isStore(path), (try? Store.open(path))?.isOurs ?? true { sourceStore = path } else { otherSource = path }
    }
    fold = pair.fold
    isValidation = pair.isValidation
  }

  package var imagePath: String { image.path }
  package var labelPath: String { label.path }
  package var isIsolated: Bool { category.hasPrefix("isolated") }
  package var isContiguous: Bool { category.hasPrefix("contiguous") }

  /// Fills in what the list leaves out: from the image's store, where it is one, and the category from the structure.
  mutating func complete() {
    if let store = Store.isStore(imagePath) ? try? Store.open(imagePath) : nil {
      // A damaged store is reported when its voxels are read.
      if structure.isEmpty { structure = store.sheafAttributes["structure"]?.asString ?? "" }
      if category.isEmpty { category = store.sheafAttributes["category"]?.asString ?? "" }
    }
    if category.isEmpty { category = StructureCategory(structure: structure)?.rawValue ?? "" }
  }
}

/// The annotated pairs of a fine-tuning run.
package struct AnnotatedPairs: Sendable {
  package let pairs: [AnnotatedPair]
  /// How they were found, where that needs a word: sentences for the plan.
  package let notes: [String]
  /// What nnU-Net's `dataset.json` says about them; nil where there is none.
  package let dataset: NNUNetPairs?

  /// - Parameters:
  ///   - path: a directory with `images/` and `labels/` (or nnU-Net's `imagesTr/` and `labelsTr/`) that hold equally named
  ///     volumes, suffixes aside (`PairDirectories`); a raw dataset of nnU-Net (`NNUNetPairs`); or a YAML list of mappings with `image`, `label` and, optionally,
  ///     `structure`, `category`, `source`, `fold` and `validation` (`PairList`). Where structure or category are missing
  ///     they come from the image's store, if it is one, and the category from the structure.
  ///   - channel: which one to take of images whose channels are in files of their own.
  /// - Throws: `Fault.noInput` when nothing is there, `Fault.badData` when an image has no label or the list is
  ///   malformed.
  package init(_ path: String, channel: Int? = nil) throws {
    dataset = isDirectory(path) ? try NNUNetPairs(in: path, channel: channel) : nil
    let listing =
      try dataset?.listing
      ?? (isDirectory(path)
        ? AnnotatedPairs.directories(in: path, channel: channel).pairs() : PairList(path, .annotation).pairs())
    guard !listing.pairs.isEmpty else {
      throw Fault.noInput(
        "\(path) has no annotated volumes; expected at least one image and its label"
          + listing.notes.map { "; \($0)" }.joined())
    }
    pairs = try listing.requiringDistinctVolumes(path, .annotation).pairs.map { pair in
      var pair = AnnotatedPair(pair)
      pair.complete()
      return pair
    }
    let unknown = Set(pairs.filter { $0.category.isEmpty }.map(\.structure)).subtracting([""]).sorted()
    notes =
      listing.notes
      + Self.normalisations(of: pairs)
      + (unknown.isEmpty
        ? [] : ["no category is known for \(unknown.joined(separator: ", ")): give one in the list, such as isolated"])
  }

  /// What is said about pairs whose source is a path.
  private static func normalisations(of pairs: [AnnotatedPair]) -> [String] {
    func counts(_ path: (AnnotatedPair) -> String?) -> [(path: String, images: String)] {
      Dictionary(grouping: pairs.compactMap(path)) { $0 }.sorted { $0.key < $1.key }.map {
        ($0, $1.count == 1 ? "1 image" : "\($1.count) images")
      }
    }
    return counts(\.sourceStore).map { "\($1) normalised as \($0)" }
      + counts(\.otherSource).map {
        "\($1) cut from \($0) but normalised by \($1 == "1 image" ? "itself" : "themselves"): only stores of `sheaf tile` "
          + "have statistics"
      }
  }

  /// The pairs, for cross-validation with the fold that nnU-Net has put each into, where it has.
  ///
  /// - Throws: `Fault.usage` or `Fault.badData` where nnU-Net's folds are not those that were asked for.
  package func pairs(folds: Int) throws -> [AnnotatedPair] {
    try folds > 1 ? dataset?.splits?.assigned(to: pairs, folds: folds) ?? pairs : pairs
  }

  /// As `init`, the pairs alone.
  package static func list(_ path: String) throws -> [AnnotatedPair] { try AnnotatedPairs(path).pairs }

  private static func directories(in path: String, channel: Int?) throws -> PairDirectories {
    for (images, labels) in [("images", "labels"), ("imagesTr", "labelsTr")] {
      let imageDirectory = joinPath(path, images)
      let labelDirectory = joinPath(path, labels)
      guard isDirectory(imageDirectory) else { continue }
      guard isDirectory(labelDirectory) else {
        throw Fault.noInput("\(path) has \(images)/ but no \(labels)/; expected labels named as the images")
      }
      return try PairDirectories(imageDirectory, labelDirectory, .annotation, channel: channel)
    }
    throw Fault.noInput("\(path) has no images/ directory; expected images/ and labels/ with equally named volumes")
  }
}
