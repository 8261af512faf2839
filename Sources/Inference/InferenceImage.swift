import Files
import Foundation
import Jobs
import Segmentation
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// The image that is segmented: a finished store of Sheaf, which has statistics, or any other volume, whose statistics are
/// taken in a pass of their own.
public struct InferenceImage: Sendable {
  enum Content: Sendable {
    case store(Store)
    case volume(any VolumeSource)
  }

  /// As the user gave it.
  package let path: String
  let content: Content
  /// What is read of a volume, and the voxel size that replaces what it says.
  let options: VolumeOptions
  package let extent: Extent
  package let voxelType: VoxelType
  package let voxelSizeInMicrometres: VoxelSize?
  /// Where it lies in space; nil where nothing but the voxel size is known.
  let placement: VolumePlacement?
  /// The chunks that a store of it has, or would have if it was tiled.
  let storeChunk: Extent
  /// What it says that it shows: `structure` and `category`, where it is a store of Sheaf.
  let attributes: [String: JSONValue]
  let declaredContent: DeclaredContent?
  /// What may be wrong with it, in sentences.
  let doubts: [String]

  /// - Throws: `Fault.noInput` when there is nothing at `path`, `Fault.badData` when it is no volume, or a store of Sheaf that
  ///   is not finished; `Fault.usage` when the options ask for what it does not hold.
  package init(_ path: String, options: VolumeOptions = VolumeOptions()) throws {
    if options.dataset == nil, options.planes == nil, fileExists(path), Store.isStore(path),
      let store = try? Store.open(path, channel: options.channel, timePoint: options.timePoint), store.isOurs
    {
      self.init(store, path: path, options: options)
    } else {
      self.init(try openVolume(path, options: options), path: path, options: options)
    }
  }

  /// A store of Sheaf.
  private init(_ store: Store, path: String, options: VolumeOptions) {
    self.path = path
    self.options = options
    content = .store(store)
    (extent, voxelType) = (store.extent, store.voxelType)
    voxelSizeInMicrometres = options.voxelSizeInMicrometres ?? store.voxelSizeInMicrometres
    let own = (try? openVolume(store, level: 0))?.description.placement
    placement = options.voxelSizeInMicrometres.flatMap { own?.resized($0) } ?? own
    storeChunk = store.levels[0].chunks.cell
    attributes = store.sheafAttributes.filter { ["structure", "category"].contains($0.key) }
    declaredContent = store.declaredContent
    doubts = []
  }

  /// A volume that is read in place.
  package init(_ source: any VolumeSource, path: String, options: VolumeOptions = VolumeOptions()) {
    let description = source.description
    self.path = path
    self.options = options
    content = .volume(source)
    (extent, voxelType) = (description.extent, description.voxelType)
    voxelSizeInMicrometres = description.voxelSizeInMicrometres
    placement = description.placement
    storeChunk = TilingSettings.defaultChunk(for: description.extent)
    attributes = [:]
    declaredContent = description.content
    doubts = description.doubts(voxelSizeMatters: false)
  }

  /// For comparisons with what a network was trained on: nil where it is not known, or may be a placeholder such as 1 mm
  /// along every axis.
  var trustedVoxelSize: VoxelSize? {
    if case .volume(let source) = content, source.description.voxelSizeDoubt != nil { return nil }
    return voxelSizeInMicrometres
  }

  /// Of a store with its probabilities.
  ///
  /// - Parameter structure: what it shows; nil for what the image says.
  func probabilityLayout(structure: String?) -> StoreLayout {
    var attributes = attributes
    if let structure { attributes["structure"] = .string(structure) }
    let chunk = OutputLayout.chunk(of: storeChunk, extent: extent)
    var layout = StoreLayout(
      name: "probability", extent: extent, voxelType: .uint8, voxelSizeInMicrometres: voxelSizeInMicrometres,
      chunk: chunk, shard: OutputLayout.shard(of: extent, chunk: chunk), compression: .zstd(level: 3),
      attributes: attributes.merging(["content": "probability", "maximum": 255]) { $1 })
    layout.place(placement)
    return layout
  }

  /// Every file that reading it depends on.
  var files: [String] {
    switch content {
    case .volume(let source): source.files
    case .store: [joinPath(Store.ownDirectory(of: path), OutputContents.fileName)]
    }
  }

  /// As a volume.
  package var description: VolumeDescription {
    switch content {
    case .volume(let source): return source.description
    case .store(let store):
      var description = VolumeDescription(
        path: path, format: "OME-Zarr", extent: extent, voxelType: store.voxelType,
        voxelSizeInMicrometres: voxelSizeInMicrometres, storage: "")
      description.placement = placement
      return description
    }
  }

  /// What the command reads, for refusing outputs over it.
  package var places: [String] {
    if case .volume(let source) = content { return [path] + source.placesOfFiles }
    return [path]
  }

  /// Adds it to the inputs of a command.
  ///
  /// - Throws: `Fault.noInput` or `Fault.badData` when the record of a store's digests is missing or damaged.
  package func add(to resolved: inout ResolvedSettings) throws {
    switch content {
    case .store: try resolved.add(input: "store", store: path)
    case .volume(let source):
      // Which voxels changed is for `InPlaceStatistics` to find.
      let selection = InPlaceStatistics.selection(of: source.description, options)
      try resolved.add(input: "volume", path: path, files: source.files, legacyPaths: [path]) { selection }
    }
    if let voxelSize = options.voxelSizeInMicrometres { resolved.add("voxel-size", voxelSize) }
  }
}
