import Files

extension Store {
  private var labelsDirectory: String { joinPath(path, "labels") }

  /// The names of the label images of this image (OME-NGFF 0.5, labels), as the `labels` group lists them.
  ///
  /// - Throws: `Fault.badData` when the group is damaged.
  package func labelNames() throws -> [String] { try Store.labelNames(ofImage: path) }

  static func labelNames(ofImage path: String) throws -> [String] {
    let labelsDirectory = joinPath(path, "labels")
    guard Store.isStore(labelsDirectory) else { return [] }
    let group = try GroupMetadata.open(labelsDirectory)
    guard let names = group.attributes["ome"]?["labels"]?.asArray?.compactMap(\.asString),
      names.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") })
    else { throw Fault.badData("\(labelsDirectory)/zarr.json does not list the label images") }
    return names
  }

  /// - Throws: `Fault.noInput` when there are no labels of that name.
  package func label(_ name: String) throws -> Store {
    guard try labelNames().contains(name) else {
      throw Fault.noInput("\(path) has no labels \"\(name)\"; it has \(try list(labelNames()))")
    }
    return try Store.open(joinPath(labelsDirectory, name))
  }

  private func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }

  /// Creates the label image `layout.name`, or opens it for writing if it exists; then lists it in the `labels` group.
  /// Only one rank at a time may add labels to an image.
  ///
  /// - Throws: `Fault.usage` when the voxels are not unsigned integers; otherwise as `create`.
  package func createLabel(_ layout: StoreLayout) throws -> Store {
    precondition(layout.content == .labels)
    guard layout.voxelType.isUnsignedInteger else {
      throw Fault.usage("labels must be unsigned integers, found \(layout.voxelType.rawValue)")
    }
    let label = try Store.create(joinPath(labelsDirectory, layout.name), layout)
    try listLabel(layout.name)
    return label
  }

  /// Lists a label image, whose directory exists, in the `labels` group. Only one rank at a time may do so.
  package func listLabel(_ name: String) throws {
    let names = try labelNames()
    if names.contains(name) { return }
    try publish(
      Store.labelsGroup((names + [name]).sorted()).serialised(), to: joinPath(labelsDirectory, ZarrArray.metadataName))
  }

  /// The document of the group that lists the label images.
  static func labelsGroup(_ names: [String]) -> JSONValue {
    GroupMetadata(attributes: ["ome": ["version": "0.5", "labels": .array(names.map(JSONValue.string))]]).json
  }
}
