import Evaluation
import Files
import Recipes
import Yams
import Zarr

/// One volume and the volume that annotates it.
package struct AnnotatedPair: Sendable, Equatable {
  /// The image's file name without its format's suffix.
  package var name: String
  package var imagePath: String
  package var labelPath: String
  package var structure: String
  /// A `StructureCategory` by name, or empty when nothing is known.
  package var category: String
  /// The volume that this one was cut from, when the list says; empty for a volume of its own.
  package var source: String
  /// The fold that the source belongs to, when the list says.
  package var fold: Int?
  /// Whether the list keeps this pair for validation.
  package var isValidation: Bool

  package init(
    name: String, imagePath: String, labelPath: String, structure: String = "", category: String = "",
    source: String = "", fold: Int? = nil, isValidation: Bool = false
  ) {
    self.name = name
    self.imagePath = imagePath
    self.labelPath = labelPath
    self.structure = structure
    self.category = category
    self.source = source
    self.fold = fold
    self.isValidation = isValidation
  }

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

/// Finds the annotated pairs of a fine-tuning run.
package enum AnnotatedPairs {
  /// - Parameter path: a directory with `images/` and `labels/` (or nnU-Net's `imagesTr/` and `labelsTr/`) that hold
  ///   equally named volumes, suffixes aside; or a YAML list of mappings with `image`, `label` and, optionally,
  ///   `structure`, `category`, `source`, `fold` and `validation`. Paths in the list are relative to the list. Where structure or
  ///   category are missing they come from the image's store, if it is one, and the category from the structure.
  /// - Throws: `Fault.noInput` when nothing is there, `Fault.badData` when an image has no label or the list is
  ///   malformed.
  package static func list(_ path: String) throws -> [AnnotatedPair] {
    var pairs = isDirectory(path) ? try listDirectory(path) : try listFile(path)
    guard !pairs.isEmpty else {
      throw Fault.noInput("\(path) has no annotated volumes; expected at least one image and its label")
    }
    var names: Set<String> = []
    for pair in pairs where !names.insert(pair.imagePath).inserted {
      throw Fault.badData("\(path) lists \(pair.imagePath) twice")
    }
    for index in pairs.indices { pairs[index].complete() }
    return pairs
  }

  private static func listDirectory(_ path: String) throws -> [AnnotatedPair] {
    for (images, labels) in [("images", "labels"), ("imagesTr", "labelsTr")] {
      let imageDirectory = joinPath(path, images)
      let labelDirectory = joinPath(path, labels)
      guard isDirectory(imageDirectory) else { continue }
      guard isDirectory(labelDirectory) else {
        throw Fault.noInput("\(path) has \(images)/ but no \(labels)/; expected labels named as the images")
      }
      return try pairs(in: imageDirectory, labelDirectory)
    }
    throw Fault.noInput("\(path) has no images/ directory; expected images/ and labels/ with equally named volumes")
  }

  private static func pairs(in imageDirectory: String, _ labelDirectory: String) throws -> [AnnotatedPair] {
    var labels: [String: String] = [:]
    for entry in try volumeEntries(labelDirectory) {
      if let other = labels.updateValue(entry, forKey: stem(of: entry)) {
        throw Fault.badData(
          "\(labelDirectory) has both \(other) and \(entry); expected one label volume for each image")
      }
    }
    return try volumeEntries(imageDirectory).map { entry in
      let name = stem(of: entry)
      // nnU-Net numbers the channels of an image; labels carry no number.
      let bare = name.hasSuffix("_0000") ? String(name.dropLast(5)) : name
      guard let label = labels[name] ?? labels[bare] else {
        throw Fault.badData(
          "\(joinPath(imageDirectory, entry)) has no label: expected a volume named \(bare) in \(labelDirectory)")
      }
      return AnnotatedPair(
        name: bare, imagePath: joinPath(imageDirectory, entry), labelPath: joinPath(labelDirectory, label))
    }
  }

  /// Entries that can be volumes: no hidden files, and not the voxel files that belong to a header.
  private static func volumeEntries(_ directory: String) throws -> [String] {
    try directoryEntries(directory).filter { !$0.hasPrefix(".") && !$0.hasSuffix(".raw") && !$0.hasSuffix(".zraw") }
  }

  private static func listFile(_ path: String) throws -> [AnnotatedPair] {
    let data = try readWholeFile(path, limit: 1 << 26)
    guard let text = String(data: data, encoding: .utf8) else {
      throw Fault.badData("\(path) is not UTF-8 text; expected a YAML list of image and label paths")
    }
    let entries: [ListEntry]
    do { entries = try YAMLDecoder().decode([ListEntry].self, from: text) } catch {
      throw Fault.badData(
        "\(path) is not a list of pairs such as '- {image: a.tif, label: b.tif, structure: axons}': \(reason(error))")
    }
    let base = parentDirectory(of: path)
    return try entries.map { entry in
      if let category = entry.category, StructureCategory(rawValue: category) == nil {
        let known = StructureCategory.allCases.map(\.rawValue).joined(separator: ", ")
        throw Fault.badData("\(path) has the category '\(category)' for \(entry.image); expected one of \(known)")
      }
      let name = entry.image.split(separator: "/").last.map(String.init) ?? entry.image
      return AnnotatedPair(
        name: stem(of: name), imagePath: absolute(entry.image, base), labelPath: absolute(entry.label, base),
        structure: entry.structure ?? "", category: entry.category ?? "", source: entry.source ?? "",
        fold: entry.fold, isValidation: entry.validation ?? false)
    }
  }

  private static func absolute(_ path: String, _ base: String) -> String {
    path.hasPrefix("/") ? path : joinPath(base, path)
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      "entry \(context.codingPath.first?.intValue ?? 0) has no '\(key.stringValue)'"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has a value of the wrong kind"
    default: yamlProblem(error)
    }
  }

  private struct ListEntry: Decodable {
    var image: String
    var label: String
    var structure: String?
    var category: String?
    var source: String?
    var fold: Int?
    var validation: Bool?
  }

  /// A file name without the suffixes of volume formats.
  static func stem(of name: String) -> String {
    var stem = Substring(name)
    let suffixes = [".gz", ".nii", ".tif", ".tiff", ".mha", ".mhd", ".zarr", ".ome"]
    while let suffix = suffixes.first(where: { stem.lowercased().hasSuffix($0) && stem.count > $0.count }) {
      stem = stem.dropLast(suffix.count)
    }
    return String(stem)
  }
}
