import Architectures
import Files

/// What nnU-Net made of a directory, told by the files in it, without libtorch.
enum NNUNetFolder {
  /// A results folder, a fold in one, or a dataset's directory with results folders: what `--model` takes.
  case results
  /// With `imagesTr`, `labelsTr` and `dataset.json`.
  case rawDataset
  /// Resampled and normalised volumes for nnU-Net's own training.
  case preprocessedDataset

  init?(_ path: String) {
    guard isDirectory(path) else { return nil }
    let entries = (try? directoryEntries(path)) ?? []
    let isCheckpoint = { (name: String) in name.hasPrefix("checkpoint_") && name.hasSuffix(".pth") }
    if entries.contains("dataset_fingerprint.json") {
      self = .preprocessedDataset
    } else if entries.contains(where: isCheckpoint)
      || entries.contains("plans.json") && entries.contains(where: { $0.hasPrefix("fold_") })
      || entries.contains(where: {
        $0.components(separatedBy: "__").count == 3 && fileExists(joinPath(path, $0, "plans.json"))
      })
    {
      self = .results
    } else if entries.contains(NNUNetDataset.fileName) {
      self = .rawDataset
    } else {
      return nil
    }
  }
}

extension Information {
  /// The raw dataset of nnU-Net at the path, as `finetune` takes it.
  ///
  /// - Throws: `Fault.badData` for a `dataset.json` that does not say what its labels mean.
  mutating func describeRawDataset() throws {
    add("kind", "raw dataset of nnU-Net")
    let file = joinPath(path, NNUNetDataset.fileName)
    let dataset = try NNUNetDataset(JSONValue(parsing: readWholeFile(file, limit: 1 << 28), path: file), from: file)
    let channels = dataset.channels.enumerated().map { "\($0.offset): \($0.element)" }.joined(separator: ", ")
    add("channels", channels, .array(dataset.channels.map(JSONValue.string)))
    if dataset.channels.count > 1 {
      addWarning("the dataset has \(dataset.channels.count) channels; finetune trains on one, which --channel names")
    }
    let labels = dataset.structures.map { "\($0.name) \($0.values.map(String.init).joined(separator: "+"))" }
    add(
      dataset.hasRegions ? "regions" : "labels", (["background 0"] + labels).joined(separator: ", "), key: "labels",
      .object(
        Dictionary(uniqueKeysWithValues: dataset.structures.map { ($0.name, .array($0.values.map(JSONValue.integer))) })
      ))
    if let ignored = dataset.ignoredValue { add("ignored label", "\(ignored)", .integer(ignored)) }
    if let ending = dataset.fileEnding {
      add("file ending", ending)
      let names = try ["imagesTr", "labelsTr"].map { directory in
        try isDirectory(joinPath(path, directory))
          ? directoryEntries(joinPath(path, directory)).filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") } : []
      }
      add("cases", "\(names[1].count)", .integer(names[1].count))
      add("images", "\(names[0].count)", .integer(names[0].count))
      if let count = dataset.caseCount, count != names[1].count {
        addWarning("\(file) says that there are \(count) cases (numTraining), but labelsTr holds \(names[1].count)")
      }
    } else if let cases = dataset.listedCases {
      add("cases", "\(cases.count)", .integer(cases.count))
    }
    for doubt in dataset.doubts { addWarning(doubt) }
  }
}
