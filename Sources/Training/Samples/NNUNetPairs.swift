import Architectures
import Evaluation
import Files
import Foundation
import VolumeFormats

/// The cases of a raw dataset of nnU-Net: `imagesTr/CASE_0000.EXT`, `labelsTr/CASE.EXT` and `dataset.json`, or the paths
/// that `dataset.json` lists.
package struct NNUNetPairs: Sendable {
  package let dataset: NNUNetDataset
  let pairs: [VolumePair]
  package let doubts: [String]
  /// The folds that nnU-Net has dealt its cases to; nil where it has not.
  let splits: NNUNetSplits?

  /// What the values of its labels mean, as the setting `label-map`; any other value is an error.
  package var labelMap: String {
    let foreground = dataset.foregroundValues.map { "\($0)=1" }
    return (["0=0"] + foreground + (dataset.ignoredValue.map { ["\($0)=ignore"] } ?? [])).joined(separator: ",")
  }

  var listing: PairListing { PairListing(pairs, notes: []) }

  /// - Parameter channel: which one to take of several; nil when nobody has said it.
  /// - Returns: nil for a directory without `dataset.json`.
  /// - Throws: `Fault` of kind `badData` for a `dataset.json` that does not say what labels mean, or does not fit the
  ///   files; of kind `usage` where a choice of channel is missing, or for a directory that is not the raw dataset.
  init?(in path: String, channel: Int?) throws {
    try Self.refuseOtherDirectories(path)
    let file = joinPath(path, NNUNetDataset.fileName)
    guard fileExists(file) else { return nil }
    dataset = try NNUNetDataset(JSONValue(parsing: readWholeFile(file, limit: 1 << 28), path: file), from: file)
    let chosen = try Self.channel(channel, of: dataset, file)
    splits = try NNUNetSplits(of: path)
    var doubts = dataset.doubts
    if let listed = dataset.listedCases {
      pairs = try Self.pairs(listed, in: path, channel: chosen, of: file)
    } else if let ending = dataset.fileEnding {
      pairs = try Self.pairs(
        in: path, ending: ending, channel: chosen, of: dataset.channels.count, file, &doubts)
    } else {
      throw Fault.badData("\(file) has no file_ending, such as .nii.gz; add it, since the names of images depend on it")
    }
    if let count = dataset.caseCount, count != pairs.count {
      doubts.append("\(file) says that there are \(count) cases (numTraining), but there are \(pairs.count)")
    }
    self.doubts = doubts
  }

  private static func channel(_ asked: Int?, of dataset: NNUNetDataset, _ file: String) throws -> Int {
    let names = dataset.channels.enumerated().map { "\($0): \($1)" }.joined(separator: ", ")
    if let asked {
      guard dataset.channels.indices.contains(asked) else {
        throw Fault.usage("there is no channel \(asked): \(file) names \(dataset.channels.count) (\(names))")
      }
      return asked
    }
    guard dataset.channels.count == 1 else {
      throw Fault.usage(
        "\(file) names \(dataset.channels.count) channels (\(names)), but Sheaf trains on one: say with --channel which one to "
          + "take")
    }
    return 0
  }

  // MARK: Directories

  private static func refuseOtherDirectories(_ path: String) throws {
    if fileExists(joinPath(path, "dataset_fingerprint.json")) || isDirectory(joinPath(path, "gt_segmentations")) {
      throw Fault.usage(
        "\(path) is a preprocessed dataset of nnU-Net, resampled and normalised for its own networks; give the raw dataset, "
          + "which has imagesTr and labelsTr")
    }
    guard !isDirectory(joinPath(path, "images")), !isDirectory(joinPath(path, "imagesTr")) else { return }
    let datasets = try directoryEntries(path).filter {
      $0.hasPrefix("Dataset") && fileExists(joinPath(path, $0, NNUNetDataset.fileName))
    }.sorted()
    if !datasets.isEmpty {
      throw Fault.usage(
        "\(path) holds datasets of nnU-Net (\(datasets.prefix(4).joined(separator: ", "))\(datasets.count > 4 ? ", …" : "")); "
          + "give one of them")
    }
  }

  private static func pairs(
    in path: String, ending: String, channel chosen: Int, of channelCount: Int, _ file: String, _ doubts: inout [String]
  ) throws -> [VolumePair] {
    let (images, labels) = (joinPath(path, "imagesTr"), joinPath(path, "labelsTr"))
    for directory in [images, labels] where !isDirectory(directory) {
      throw Fault.noInput("\(path) has a dataset.json but no \(directory); expected imagesTr/ and labelsTr/ beside it")
    }
    var strays: [String] = []
    var pairs: [VolumePair] = []
    var labelNames = Set(try visibleEntries(labels))
    for entry in try visibleEntries(images) {
      guard entry.hasSuffix(ending), let (name, channel) = caseName(entry.dropLast(ending.count)) else {
        // nnU-Net keeps the voxel size of a TIFF file in a JSON file beside it.
        if !(ending.hasPrefix(".tif") && entry.hasSuffix(".json")) { strays.append(joinPath(images, entry)) }
        continue
      }
      guard channel < channelCount else {
        throw Fault.badData(
          "\(joinPath(images, entry)) is of channel \(channel), but \(file) names \(channelCount) (channel_names); add it "
            + "there, or take the image out")
      }
      if channel != chosen { continue }
      guard labelNames.remove(name + ending) != nil else {
        throw Fault.badData(
          "\(joinPath(images, entry)) has no label: expected \(joinPath(labels, name + ending))")
      }
      pairs.append(
        VolumePair(
          name: name, first: VolumePair.Member(joinPath(images, entry)),
          second: VolumePair.Member(joinPath(labels, name + ending))))
    }
    strays += labelNames.filter { !(ending.hasPrefix(".tif") && $0.hasSuffix(".json")) }.sorted()
      .map { joinPath(labels, $0) }
    if !strays.isEmpty {
      doubts.append(
        "\(strays.count == 1 ? "a file" : "\(strays.count) files") beside the cases of \(path) "
          + "\(strays.count == 1 ? "was" : "were") passed over: \(strays.prefix(3).joined(separator: ", "))"
          + (strays.count > 3 ? ", …" : ""))
    }
    return pairs
  }

  private static func visibleEntries(_ directory: String) throws -> [String] {
    try directoryEntries(directory).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// `CASE_0000` taken apart.
  private static func caseName(_ stem: Substring) -> (name: String, channel: Int)? {
    let digits = stem.suffix(4)
    guard stem.count > 5, digits.count == 4, digits.allSatisfy(\.isASCII), let channel = Int(digits), channel >= 0,
      digits.allSatisfy(\.isNumber), stem.dropLast(4).last == "_"
    else { return nil }
    return (String(stem.dropLast(5)), channel)
  }

  // MARK: Lists

  private static func pairs(
    _ listed: [String: (images: [String], label: String)], in path: String, channel: Int, of file: String
  ) throws -> [VolumePair] {
    try listed.sorted { $0.key < $1.key }.map { name, entry in
      guard entry.images.indices.contains(channel) else {
        throw Fault.badData(
          "\(file) lists \(entry.images.count) images for the case \(name), one a channel, but channel \(channel) is wanted"
        )
      }
      let label = try absolute(entry.label, path, of: file)
      return VolumePair(
        name: stemOfVolume(name), first: VolumePair.Member(try image(entry.images[channel], path, of: file)),
        second: VolumePair.Member(label))
    }
  }

  /// nnU-Net 1 lists images without the number of the channel that their names have.
  private static func image(_ written: String, _ path: String, of file: String) throws -> String {
    let image = try absolute(written, path, of: file)
    if fileExists(image) || isDirectory(image) { return image }
    for ending in [".nii.gz", ".nii", ".tif", ".tiff", ".mha", ".nrrd"] where image.hasSuffix(ending) {
      let numbered = image.dropLast(ending.count) + "_0000" + ending
      if fileExists(numbered) { return numbered }
    }
    return image
  }

  /// Relative to the dataset, with the variables of the environment as nnU-Net puts them in.
  private static func absolute(_ written: String, _ path: String, of file: String) throws -> String {
    var text = written
    while let dollar = text.firstIndex(of: "$") {
      let rest = text[text.index(after: dollar)...]
      let isBraced = rest.first == "{"
      let name = (isBraced ? rest.dropFirst() : rest).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard !name.isEmpty, !isBraced || rest[name.endIndex...].first == "}",
        let value = ProcessInfo.processInfo.environment[String(name)], !value.contains("$")
      else {
        throw Fault.badData(
          "\(file) lists \(written), but the environment has no variable \(name.isEmpty ? "of that name" : String(name)); "
            + "set it, or write the path out")
      }
      let end = isBraced ? text.index(after: name.endIndex) : name.endIndex
      text.replaceSubrange(dollar..<end, with: value)
    }
    while text.hasPrefix("./") { text.removeFirst(2) }
    return text.hasPrefix("/") ? text : joinPath(path, text)
  }
}
