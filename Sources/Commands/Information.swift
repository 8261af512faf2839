import Files
import Foundation
import IntensityStatistics
import Jobs
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// What is known of a path, as lines for people and as JSON with camelCase keys.
package struct Information: Codable {
  private struct Line: Codable {
    let label: String
    let text: String
  }

  let path: String
  private var lines: [Line] = []
  private(set) var json: [String: JSONValue] = [:]
  private var faultCode: Int32?
  private(set) var warnings: [String] = []

  var text: String { lines.map { "\($0.label): \($0.text)" }.joined(separator: "\n") }

  init(_ path: String) {
    self.path = path
    add("path", path)
  }

  /// In place of the description of a path that cannot be read.
  init(_ path: String, fault: Fault) {
    self.init(path)
    faultCode = fault.kind.rawValue
    add("error", fault.message)
  }

  /// Why the path cannot be described.
  var fault: Fault? {
    guard let kind = faultCode.flatMap(Fault.Kind.init(rawValue:)) else { return nil }
    return Fault(kind, json["error"]?.asString ?? "")
  }

  /// Adds a line, and its value under a key: by default the label in camelCase, and the text.
  package mutating func add(_ label: String, _ text: String, key: String? = nil, _ value: JSONValue? = nil) {
    lines.append(Line(label: label, text: text))
    json[key ?? camelCase(label)] = value ?? .string(text)
  }

  /// Adds values that somebody else named: a line each, and all of them under one key.
  package mutating func add(_ values: [String: JSONValue], key: String) {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let text = value.asString ?? String(decoding: value.serialised(), as: UTF8.self)
      lines.append(Line(label: name, text: shortened(text)))
    }
    json[key] = .object(values)
  }

  /// Anything but weights.
  ///
  /// - Parameter threads: with which the time to tile is estimated.
  /// - Throws: `Fault.noInput` and `Fault.badData` as the readers of volumes do.
  mutating func describe(_ options: VolumeOptions, threads: Int) throws {
    guard fileExists(path) else { throw Fault.noInput("cannot read \(path): there is no such file or directory") }
    switch NNUNetFolder(path) {
    case .rawDataset: return try describeRawDataset()
    case .preprocessedDataset:
      add("kind", "preprocessed dataset of nnU-Net")
      return addWarning(
        "it holds volumes that are resampled and normalised for nnU-Net's own training; Sheaf takes the raw dataset, which has "
          + "imagesTr and labelsTr")
    default: break
    }
    if isDirectory(path), fileExists(joinPath(path, "corpus.json")) {
      try describeCorpus(joinPath(path, "corpus.json"))
      addRecordedWarnings(in: joinPath(path, PrivateDirectory.name))
    } else if isDirectory(path), fileExists(joinPath(path, Information.modelFileName)) {
      add("kind", "run")
      add(try document(joinPath(path, Information.modelFileName)).asObject ?? [:], key: "model")
      addRecordedWarnings(in: path)
    } else if isDirectory(path) || Store.isArchived(path), Store.isStore(path), options.dataset == nil, isImage(path) {
      try describeStore(Store.open(path, channel: options.channel, timePoint: options.timePoint))
      addRecordedWarnings(in: joinPath(path, PrivateDirectory.name))
    } else {
      let source = try openVolume(path, options: options)
      describeVolume(source.description)
      estimateTiling(source, threads: threads)
    }
  }

  /// What training calls the description of a run's network.
  private static let modelFileName = "model.json"

  private func isImage(_ path: String) -> Bool {
    (try? GroupMetadata.open(path))?.attributes["ome"]?["multiscales"] != nil
  }

  private mutating func add(_ label: String, _ extent: Extent) {
    add(label, extent.description, .array(extent.edges.map(JSONValue.integer)))
  }

  private mutating func add(voxelSize: VoxelSize?) {
    add(
      "voxel size", voxelSize?.description ?? "unknown", key: "voxelSizeInMicrometres",
      voxelSize.map { .array($0.edges.map(JSONValue.number)) } ?? .null)
  }

  private mutating func describeVolume(_ volume: VolumeDescription) {
    add("kind", "volume")
    add("format", volume.format)
    add("extent", volume.extent)
    add("voxel type", volume.voxelType.rawValue)
    add(voxelSize: volume.voxelSizeInMicrometres)
    add("channels", "\(volume.channels)", .integer(volume.channels))
    add("time points", "\(volume.timePoints)", .integer(volume.timePoints))
    if let axes = volume.axes { add("axes", axes) }
    if let order = volume.planeOrder { add("planes", "in the order of \(order)", .string(order)) }
    add("bytes", "\(volume.byteCount)", .integer(volume.byteCount))
    add("storage", volume.storage)
    for note in volume.notes { lines.append(Line(label: "note", text: note)) }
    json["notes"] = .array(volume.notes.map(JSONValue.string))
    volume.doubts(voxelSizeMatters: true).forEach { addWarning($0) }
  }

  /// Adds a line, and a warning to those of the command.
  package mutating func addWarning(_ text: String) {
    lines.append(Line(label: "warning", text: text))
    warnings.append(text)
    json["warnings"] = .array(warnings.map(JSONValue.string))
  }

  /// What the command that wrote the output doubted; nothing when the record is missing or cannot be read.
  private mutating func addRecordedWarnings(in directory: String) {
    for text in (try? RecordedSettings(in: directory))?.warnings ?? [] { addWarning(text) }
  }

  /// From a sample of its voxels; if that is damaged, it says so instead.
  private mutating func estimateTiling(_ source: any VolumeSource, threads: Int) {
    let (sizeKey, timeKey) = ("estimatedStoreInBytes", "estimatedTilingInSeconds")
    do {
      let estimate = try TilingEstimate(of: source, threads: threads)
      add(
        "estimated store", "\(ByteSize(bytes: estimate.storeInBytes))", key: sizeKey, .integer(estimate.storeInBytes))
      add(
        "estimated tiling", "\(durationText(estimate.seconds)) with \(threads) threads", key: timeKey,
        .number(estimate.seconds))
    } catch {
      add("estimated store", "unknown: \(plainText(of: error))", key: sizeKey, .null)
      add("estimated tiling", "unknown", key: timeKey, .null)
    }
  }

  private mutating func describeStore(_ store: Store) throws {
    add("kind", "store")
    add("extent", store.extent)
    add("voxel type", store.voxelType.rawValue)
    add(voxelSize: store.voxelSizeInMicrometres)
    add("channels", "\(store.channelCount)", .integer(store.channelCount))
    add("time points", "\(store.timePointCount)", .integer(store.timePointCount))
    add("axes", store.axes.text)
    add(store.sheafAttributes, key: "attributes")
    for (number, level) in store.levels.enumerated() {
      lines.append(
        Line(
          label: "level \(number)",
          text: "\(level.extent) in shards of \(level.shards.cell), chunks of \(level.chunks.cell)"))
    }
    json["levels"] = .array(
      store.levels.map { level in
        .object(
          ["extent": level.extent, "shard": level.shards.cell, "chunk": level.chunks.cell].mapValues {
            .array($0.edges.map(JSONValue.integer))
          })
      })
    let labels = try store.labelNames()
    if !labels.isEmpty { add("labels", labels.joined(separator: ", "), .array(labels.map(JSONValue.string))) }
    if store.isOurs { add("finished", store.isFinished ? "yes" : "no", .bool(store.isFinished)) }
    if fileExists(StoreStatistics.path(inStore: store.path)) {
      let statistics = try StoreStatistics.load(store.path)
      let floor = statistics.floor
      add(
        "noise floor", "\(floor.mean) ± \(floor.deviation)",
        ["mean": .number(floor.mean), "deviation": .number(floor.deviation)])
      let (noise, surround) = (statistics.model.noise, statistics.model.surround)
      add(
        "noise", "\(noise.level) ± \(noise.deviation), gain \(noise.gain)",
        ["level": .number(noise.level), "deviation": .number(noise.deviation), "gain": .number(noise.gain)])
      add("surround", surround.text, ["kind": .string(surround.kind.rawValue), "limit": .number(surround.limit)])
      add(
        "signal from contrast", "\((statistics.model.contrast * 100).rounded() / 100)",
        .number(statistics.model.contrast))
      let range = statistics.normalisation
      add(
        "normalisation",
        "clip \(range.lowerClip) to \(range.upperClip), mean \(range.mean), deviation \(range.deviation)",
        [
          "lowerClip": .number(range.lowerClip), "upperClip": .number(range.upperClip), "mean": .number(range.mean),
          "deviation": .number(range.deviation),
        ])
    }
  }

  private mutating func describeCorpus(_ path: String) throws {
    add("kind", "corpus")
    let document = try document(path)
    for structure in document["structures"]?.asArray ?? [] {
      let counts = ["patches", "signal", "lowSignal", "lowSignalKept", "outside"].compactMap { name in
        structure[name]?.asInteger.map { "\($0) \(name)" }
      }
      lines.append(
        Line(label: structure["structure"]?.asString ?? "structure", text: counts.joined(separator: ", ")))
    }
    lines.append(Line(label: "sources", text: "\(document["sources"]?.asArray?.count ?? 0)"))
    json["manifest"] = document
  }

  private func document(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: readWholeFile(path, limit: 1 << 30), path: path)
  }
}

/// `voxel size` as `voxelSize`.
private func camelCase(_ label: String) -> String {
  let words = label.split { " -_".contains($0) }
  return words.enumerated().map { $0.offset == 0 ? String($0.element) : $0.element.capitalized }.joined()
}

/// One line, not too long to read.
private func shortened(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  return line.count > 200 ? "\(line.prefix(200))…" : line
}
