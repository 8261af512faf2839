import Commands
import Files
import Foundation
import IntensityStatistics
import Jobs
import Networks
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// What is known of a path, as lines for people and as JSON.
struct Information {
  /// Name and text, in the order in which they are shown.
  private(set) var lines: [(name: String, value: String)] = []
  private(set) var json: [String: JSONValue] = [:]

  /// - Parameter threads: with which the time of tiling is estimated.
  /// - Throws: `Fault.noInput` and `Fault.badData` as the readers of volumes do.
  init(of path: String, options: VolumeOptions, threads: Int) throws {
    guard fileExists(path) else { throw Fault.noInput("cannot read \(path): there is no such file or directory") }
    add("path", path)
    if isDirectory(path), fileExists(joinPath(path, "corpus.json")) {
      try describeCorpus(joinPath(path, "corpus.json"))
    } else if isDirectory(path), fileExists(joinPath(path, Model.descriptionFileName)) {
      add("kind", "run")
      try describeDocument(joinPath(path, Model.descriptionFileName))
    } else if isDirectory(path), Store.isStore(path), options.dataset == nil, isImage(path) {
      try describeStore(Store.open(path, channel: options.channel, timePoint: options.timePoint))
    } else if !isDirectory(path), try WeightsFile.looksLikeWeights(path) || PyTorchFile.looksLikeArchive(path) {
      try describeWeights(openWeights(path))
    } else {
      let source = try openVolume(path, options: options)
      describeVolume(source.description)
      estimateTiling(source, threads: threads)
    }
  }

  private func isImage(_ path: String) -> Bool {
    (try? GroupMetadata.open(path))?.attributes["ome"]?["multiscales"] != nil
  }

  private mutating func add(_ name: String, _ text: String, _ value: JSONValue? = nil) {
    lines.append((name, text))
    json[name.replacingOccurrences(of: " ", with: "-")] = value ?? .string(text)
  }

  private mutating func add(_ name: String, _ extent: Extent) {
    add(name, extent.description, [.integer(extent.z), .integer(extent.y), .integer(extent.x)])
  }

  private mutating func add(voxelSize: VoxelSize?) {
    let numbers = voxelSize.map { JSONValue.array([.number($0.z), .number($0.y), .number($0.x)]) }
    add("voxel size", voxelSize?.description ?? "unknown", numbers ?? .null)
  }

  private mutating func describeVolume(_ volume: VolumeDescription) {
    add("kind", "volume")
    add("format", volume.format)
    add("extent", volume.extent)
    add("voxel type", volume.voxelType.rawValue)
    add(voxelSize: volume.voxelSizeInMicrometres)
    add("channels", "\(volume.channels)", .integer(volume.channels))
    add("time points", "\(volume.timePoints)", .integer(volume.timePoints))
    add("bytes", "\(volume.byteCount)", .integer(volume.byteCount))
    add("storage", volume.storage)
    for note in volume.notes { lines.append(("note", note)) }
    json["notes"] = .array(volume.notes.map(JSONValue.string))
  }

  /// From a sample of its voxels; what is damaged there is told instead.
  private mutating func estimateTiling(_ source: any VolumeSource, threads: Int) {
    do {
      let estimate = try TilingEstimate(of: source, threads: threads)
      add("estimated store", "\(ByteSize(bytes: estimate.storeInBytes))", .integer(estimate.storeInBytes))
      add(
        "estimated tiling", "\(durationText(estimate.seconds)) with \(threads) threads", .number(estimate.seconds))
    } catch {
      add("estimated store", "unknown: \(error)", .null)
      add("estimated tiling", "unknown", .null)
    }
  }

  private mutating func describeStore(_ store: Store) throws {
    add("kind", "store")
    add("extent", store.extent)
    add("voxel type", store.voxelType.rawValue)
    add(voxelSize: store.voxelSizeInMicrometres)
    add("channels", "\(store.channelCount)", .integer(store.channelCount))
    add("time points", "\(store.timePointCount)", .integer(store.timePointCount))
    for (name, value) in store.sheafAttributes.sorted(by: { $0.key < $1.key }) {
      add(name, value.asString ?? String(decoding: value.serialised(), as: UTF8.self), value)
    }
    for (number, level) in store.levels.enumerated() {
      lines.append(
        ("level \(number)", "\(level.extent) in shards of \(level.shards.cell), chunks of \(level.chunks.cell)"))
    }
    json["levels"] = .array(
      store.levels.map {
        ["extent": numbers($0.extent), "shard": numbers($0.shards.cell), "chunk": numbers($0.chunks.cell)]
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
      let range = statistics.normalisation
      add(
        "normalisation",
        "clip \(range.lowerClip) to \(range.upperClip), mean \(range.mean), deviation \(range.deviation)",
        [
          "lower-clip": .number(range.lowerClip), "upper-clip": .number(range.upperClip), "mean": .number(range.mean),
          "deviation": .number(range.deviation),
        ])
    }
  }

  private func numbers(_ extent: Extent) -> JSONValue {
    [.integer(extent.z), .integer(extent.y), .integer(extent.x)]
  }

  private mutating func describeWeights(_ weights: any StoredWeights) throws {
    add("kind", "weights")
    add("format", weights.format)
    let summary = WeightsSummary(weights)
    add("tensors", "\(summary.tensors)", .integer(summary.tensors))
    add("parameters", "\(summary.parameters)", .integer(summary.parameters))
    add(
      "element types", summary.elementTypes.map { "\($0.key) (\($0.count))" }.joined(separator: ", "),
      .object(Dictionary(uniqueKeysWithValues: summary.elementTypes.map { ($0.key, .integer($0.count)) })))
    for (name, text) in weights.notes.sorted(by: { $0.key < $1.key }) {
      // Descriptions are JSON inside text.
      let value = try? JSONValue(parsing: Data(text.utf8), path: weights.path)
      add(name, shortened(text), value)
    }
  }

  private mutating func describeCorpus(_ path: String) throws {
    add("kind", "corpus")
    let document = try JSONValue(parsing: readWholeFile(path, limit: 1 << 30), path: path)
    for structure in document["structures"]?.asArray ?? [] {
      let counts = ["patches", "signal", "lowSignal", "lowSignalKept", "outside"].compactMap { name in
        structure[name]?.asInteger.map { "\($0) \(name)" }
      }
      lines.append((structure["structure"]?.asString ?? "structure", counts.joined(separator: ", ")))
    }
    lines.append(("sources", "\(document["sources"]?.asArray?.count ?? 0)"))
    json["manifest"] = document
  }

  private mutating func describeDocument(_ path: String) throws {
    let document = try JSONValue(parsing: readWholeFile(path, limit: 1 << 30), path: path)
    for (name, value) in (document.asObject ?? [:]).sorted(by: { $0.key < $1.key }) {
      add(name, shortened(value.asString ?? String(decoding: value.serialised(), as: UTF8.self)), value)
    }
  }

  /// One line, not too long to read.
  private func shortened(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 200 ? "\(line.prefix(200))…" : line
  }
}
