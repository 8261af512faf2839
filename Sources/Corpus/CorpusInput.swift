import Files
import Foundation
import IntensityStatistics
import Jobs
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// A source of a corpus, opened.
struct CorpusInput: Sendable {
  enum Content: Sendable {
    /// A finished store of Sheaf, which has statistics.
    case store(Store)
    /// Any other volume, read in place.
    case volume(any VolumeSource)
    /// Files that hold a patch each.
    case patches(PatchFiles)
  }

  let path: String
  let content: Content
  let name: String
  let structure: String
  let category: String
  let channel: Int
  /// What was read of a volume that is not a store.
  let options: VolumeOptions
  /// Of all places of patches together, for files of patches.
  let extent: Extent
  /// As it is read.
  let voxelType: VoxelType
  let voxelSizeInMicrometres: VoxelSize?
  /// Changes with a store's voxels: the statistics end with a checksum of all they say. Decides the order of the sources,
  /// which is that of earlier versions. For other sources what decides the order among those of one name.
  let fingerprint: String
  /// What a store's voxels are recognised by; nil for stores of versions before digests, and other sources.
  let contents: String?
  /// The sentences about what may be wrong with it.
  var doubts: [String] = []
  /// What is good to know about it.
  var notes: [String] = []

  var isStore: Bool { if case .store = content { true } else { false } }

  /// The patches of the source: a lattice anchored at the volume's origin, or one for each file.
  func regions(_ options: CorpusOptions) -> [Region] {
    if case .patches(let files) = content { return files.names.indices.map(files.region) }
    let lattice = options.patches(of: extent)
    return (0..<lattice.count).map(lattice.region)
  }

  func patchCount(_ options: CorpusOptions) -> Int {
    if case .patches(let files) = content { return files.names.count }
    return options.patches(of: extent).count
  }

  /// The largest edges of its patches.
  func patchExtent(_ options: CorpusOptions) -> Extent {
    if case .patches(let files) = content { return files.largest }
    return options.patches(of: extent).tile
  }

  /// The files whose change is a change of the source, for sources that are read in place.
  var files: [String] {
    switch content {
    case .store: []
    case .volume(let source): source.files
    case .patches(let patches): patches.names.map { joinPath(path, $0) }
    }
  }

  /// What is read of which files, as words: with the files' voxels it decides the statistics.
  var selection: String {
    let what = "\(extent) voxels of \(voxelType.rawValue)"
    switch content {
    case .store: return what
    case .volume(let source): return InPlaceStatistics.selection(of: source.description, options)
    case .patches(let patches):
      let names = Fingerprint.text(
        Array(patches.names.joined(separator: "\n").utf8).withUnsafeBytes { Fingerprint.of($0) })
      return "\(patches.names.count) patches, names \(names), \(what)"
    }
  }

  /// Bytes that judging it reads.
  var statisticsByteCount: Int {
    isStore ? (try? ReadableFile(StoreStatistics.path(inStore: path)).size) ?? 0 : 64 << 20
  }
}

extension CorpusInput {
  /// A store of Sheaf.
  ///
  /// - Throws: `Fault.badData` when it is not finished or its attributes cannot be used.
  init(store: Store, _ request: SourceRequest, categoryOf: (String) -> String?) throws {
    let path = request.path
    guard store.isFinished else {
      throw Fault.badData("\(path) is not finished; run its `sheaf tile` command again to resume")
    }
    guard request.options.channel == 0, request.options.timePoint == 0 else {
      throw Fault.usage(
        "\(path) is a store of Sheaf, which holds one channel and time point; leave out channel and time-point")
    }
    let attributes = store.sheafAttributes
    let stored = attributes["structure"]?.asString
    guard stored?.isEmpty != true, stored?.contains(where: \.isNewline) != true else {
      throw Fault.badData("\(path) names its structure \"\(stored ?? "")\": one line of text was expected")
    }
    self.path = path
    content = .store(store)
    channel = attributes["channel"]?.asInteger ?? 0
    options = VolumeOptions()
    // What a store says stays as it is, so that corpora of earlier versions resume.
    (structure, category) = Self.meaning(request, structure: stored, category: attributes["category"]?.asString) {
      request.structure == nil ? nil : categoryOf($0)
    }
    let last = path.split(separator: "/").last { $0 != "." && $0 != ".." }.map(String.init) ?? "store"
    name = request.name ?? (last.hasSuffix(".zarr") ? String(last.dropLast(5)) : last)
    (extent, voxelType) = (store.extent, store.voxelType)
    voxelSizeInMicrometres = request.options.voxelSizeInMicrometres ?? store.voxelSizeInMicrometres
    let statistics = StoreStatistics.path(inStore: path)
    guard fileExists(statistics) else {
      throw Fault.badData("\(path) has no statistics (\(statistics)); create it again with `sheaf tile`")
    }
    fingerprint = try legacyFingerprint(of: statistics)
    contents = try Store.voxelIdentity(of: path)
    for (key, stored, given) in [
      ("structure", stored, request.structure), ("category", attributes["category"]?.asString, request.category),
    ] {
      if let stored, let given, stored != given {
        doubts.append(
          "\(path) was tiled with the \(key) \"\(stored)\" and is taken for \"\(given)\", as the sources file says")
      }
    }
  }

  /// A volume that is read in place.
  init(volume source: any VolumeSource, _ request: SourceRequest, categoryOf: (String) -> String?) {
    let description = source.description
    path = request.path
    content = .volume(source)
    options = request.options
    channel = request.options.channel
    (structure, category) = Self.meaning(request, structure: nil, category: nil, categoryOf)
    var name = request.name ?? Self.name(request.path)
    if request.name == nil {
      // Channels and images of one file are sources of their own.
      if let dataset = options.dataset { name += "-" + dataset }
      if options.channel > 0 { name += "-channel\(options.channel)" }
      if options.timePoint > 0 { name += "-time\(options.timePoint)" }
    }
    self.name = name
    (extent, voxelType) = (description.extent, description.voxelType)
    voxelSizeInMicrometres = description.voxelSizeInMicrometres
    fingerprint = request.path
    contents = nil
    doubts = description.doubts(voxelSizeMatters: false)
    notes = description.notes.map { "\(path): \($0)" }
  }

  /// Files that hold a patch each.
  init(
    patches: PatchFiles, path: String, name: String, structure: String, category: String, options: VolumeOptions
  ) {
    self.path = path
    content = .patches(patches)
    self.options = options
    channel = 0
    (self.structure, self.category, self.name) = (structure, category, name)
    (extent, voxelType) = (patches.extent, patches.voxelType)
    voxelSizeInMicrometres = options.voxelSizeInMicrometres ?? patches.voxelSizeInMicrometres
    fingerprint = path
    contents = nil
  }

  static func meaning(
    _ request: SourceRequest, structure: String?, category: String?, _ categoryOf: (String) -> String?
  ) -> (structure: String, category: String) {
    let structure = request.structure ?? structure
    return (
      structure ?? CorpusSource.unspecified,
      request.category ?? category ?? structure.flatMap(categoryOf) ?? CorpusSource.unspecified
    )
  }

  private static func name(_ path: String) -> String {
    stemOfVolume(path.split(separator: "/").last { $0 != "." && $0 != ".." }.map(String.init) ?? "source")
  }
}
