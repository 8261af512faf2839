import Files

/// nnU-Net's `dataset.json`: what the channels of images and the values of labels mean, and where both are.
package struct NNUNetDataset: Sendable, Equatable {
  /// A class that a network was trained to find: one value of the labels, or several, a region.
  package struct Structure: Sendable, Equatable {
    package let name: String
    /// Rising; without 0.
    package let values: [Int]
  }

  /// In their order.
  package let channels: [String]
  /// In the order of the network's outputs, without background: by value, or regions as they are listed.
  package let structures: [Structure]
  /// The value of voxels that count nowhere.
  package let ignoredValue: Int?
  /// Whether structures may overlap, and the network has an output of its own for each.
  package let hasRegions: Bool
  /// Such as `.nii.gz`; nil when the file does not say.
  package let fileEnding: String?
  package let caseCount: Int?
  /// The cases by name, where they are listed: paths of images, one a channel, and of the label, as written.
  package let listedCases: [String: (images: [String], label: String)]?
  package let doubts: [String]

  package static let fileName = "dataset.json"

  package static func == (a: NNUNetDataset, b: NNUNetDataset) -> Bool {
    a.channels == b.channels && a.structures == b.structures && a.ignoredValue == b.ignoredValue
      && a.hasRegions == b.hasRegions
  }

  /// All values that are foreground, rising.
  package var foregroundValues: [Int] { Set(structures.flatMap(\.values)).sorted() }

  /// How many outputs a network for it has: one a region, or one a label with background.
  package var outputCount: Int { hasRegions ? structures.count : foregroundValues.count + 1 }

  /// - Parameter source: names the file in messages.
  /// - Throws: `Fault.badData` for a file that does not say what labels mean.
  package init(_ json: JSONValue, from source: String) throws {
    func refuse(_ expected: String, _ found: JSONValue?) -> Fault {
      Fault.badData(
        "\(source): expected \(expected), found \(found.map { $0 == .null ? "none" : $0.excerpt } ?? "none")")
    }
    let named = [json["channel_names"], json["modality"]].compactMap { $0 }.first { $0 != .null }
    switch named {
    case .array(let names)?: channels = names.map { $0.asString ?? $0.excerpt }
    case .object(let names)?:
      let numbers = names.keys.compactMap { Int($0) }.sorted()
      guard numbers == Array(0..<names.count) else { throw refuse("channel_names numbered from 0", named) }
      channels = numbers.map { names["\($0)"]?.asString ?? "channel \($0)" }
    default: throw refuse("channel_names such as {\"0\": \"nuclei\"}", named)
    }
    guard !channels.isEmpty else { throw refuse("channel_names of at least one channel", named) }
    guard var labels = json["labels"]?.asObject, !labels.isEmpty else {
      throw refuse("labels such as {\"background\": 0, \"nuclei\": 1}", json["labels"])
    }
    if labels.keys.allSatisfy({ Int($0) != nil }) {
      // nnU-Net 1 and the Medical Segmentation Decathlon list names by value.
      var turned: [String: JSONValue] = [:]
      for (value, name) in labels {
        guard let name = name.asString, turned.updateValue(.integer(Int(value)!), forKey: name) == nil else {
          throw refuse("labels with a name of its own for each value", json["labels"])
        }
      }
      labels = turned
    }
    ignoredValue = try labels.removeValue(forKey: "ignore").map { value in
      guard let number = Self.integer(value), number > 0 else {
        throw refuse("a positive number for the label 'ignore'", value)
      }
      return number
    }
    var structures: [Structure] = []
    var overlap = false
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
      let listed = value.asArray ?? [value]
      let values = listed.compactMap(Self.integer)
      guard values.count == listed.count, !values.isEmpty, values.allSatisfy({ (0...65535).contains($0) }) else {
        throw refuse("a number, or a list of numbers, for the label '\(name)'", value)
      }
      overlap = overlap || values.count > 1
      let foreground = Set(values).subtracting([0]).sorted()
      if name == "background" {
        guard foreground.isEmpty else { throw refuse("0 for the label 'background'", value) }
      } else if !foreground.isEmpty {
        structures.append(Structure(name: name, values: foreground))
      }
    }
    guard !structures.isEmpty else { throw refuse("at least one label besides background", json["labels"]) }
    hasRegions = overlap
    // The order of regions follows that of the file, which does not matter here: any of them is foreground.
    self.structures = overlap ? structures : structures.sorted { $0.values[0] < $1.values[0] }
    if let ignoredValue, Set(structures.flatMap(\.values)).contains(ignoredValue) {
      throw refuse("a value of its own for the label 'ignore'", json["labels"])
    }
    if overlap {
      let order = json["regions_class_order"]?.asArray
      guard let order, order.count == structures.count, order.allSatisfy({ Self.integer($0) ?? 0 > 0 }) else {
        throw refuse(
          "regions_class_order with a positive number for each of \(structures.count) regions",
          json["regions_class_order"])
      }
    }
    fileEnding = json["file_ending"]?.asString
    caseCount = json["numTraining"].flatMap(Self.integer)
    listedCases = try Self.cases(json) { refuse($0, $1) }
    doubts = try Self.readerDoubts(json, source)
  }

  private static func integer(_ value: JSONValue) -> Int? {
    value.asInteger ?? value.asNumber.flatMap(Int.init(exactly:)) ?? value.asString.flatMap { Int($0) }
  }

  private static func readerDoubts(_ json: JSONValue, _ source: String) throws -> [String] {
    guard let reader = json["overwrite_image_reader_writer"]?.asString else { return [] }
    do {
      return try NNUNetReader.doubts(reader).map { ["\(source): \($0)"] } ?? []
    } catch let refusal as NNUNetConfiguration.Refusal {
      throw Fault.badData("\(source): \(refusal.reason)")
    }
  }

  private static func cases(_ json: JSONValue, _ refuse: (String, JSONValue?) -> Fault) throws -> [String: (
    images: [String], label: String
  )]? {
    var cases: [String: (images: [String], label: String)] = [:]
    if let listed = json["dataset"]?.asObject {
      for (name, entry) in listed {
        guard let images = entry["images"]?.asArray?.compactMap(\.asString), !images.isEmpty,
          images.count == entry["images"]?.asArray?.count, let label = entry["label"]?.asString
        else { throw refuse("images and a label by path for the case \(name)", entry) }
        cases[name] = (images, label)
      }
      return cases
    }
    guard let listed = json["training"]?.asArray, json["file_ending"] == nil else { return nil }
    for entry in listed {
      guard let image = entry["image"]?.asString, let label = entry["label"]?.asString else {
        throw refuse("an image and a label by path in each entry of training", entry)
      }
      cases[image.split(separator: "/").last.map(String.init) ?? image] = ([image], label)
    }
    return cases
  }
}
