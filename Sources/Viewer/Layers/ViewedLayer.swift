import Files
import VolumeFormats
import Voxels
import Zarr

/// One image that the page shows: one channel of a volume, at all of its resolutions.
package final class ViewedLayer: Sendable {
  package enum Kind: String, Sendable {
    case intensities, probabilities, labels
  }

  let name: String
  /// As the user gave it.
  let path: String
  package let kind: Kind
  let voxelType: VoxelType
  let channel: Int
  /// Whether the voxel size is known; where it is not, lengths are in voxels.
  let isCalibrated: Bool
  /// The finest first.
  package let levels: [BrickSource]
  /// The directory of the store, which is also served as it is; nil for other formats.
  let store: String?
  /// Whether the command that writes the store had not finished when it was opened; parts may be missing, and come later.
  let isUnfinished: Bool
  /// What may be wrong with what is shown, such as the order of planes.
  let doubts: [String]
  /// What to know about it, such as that the format has no coarser resolutions.
  let notes: [String]

  var extent: Extent { levels[0].extent }

  private init(
    name: String, path: String, kind: Kind, voxelType: VoxelType, channel: Int, isCalibrated: Bool,
    levels: [BrickSource], store: String?, isUnfinished: Bool, doubts: [String], notes: [String]
  ) {
    self.name = name
    self.path = path
    self.kind = kind
    self.voxelType = voxelType
    self.channel = channel
    self.isCalibrated = isCalibrated
    self.levels = levels
    self.store = store
    self.isUnfinished = isUnfinished
    self.doubts = doubts
    self.notes = notes
  }

  /// Most channels of one file that are opened without being asked for.
  private static let mostChannels = 6

  /// Opens a volume in any format: all of its channels, or the one that `options` names.
  ///
  /// - Throws: as `openVolume`; `Fault.badData` when labels were asked for and the voxels cannot be any.
  package static func open(
    _ path: String, kind: Kind?, options: VolumeOptions, channel: Int?
  ) throws -> [ViewedLayer] {
    var options = options
    options.channel = channel ?? 0
    let first = try open(path, kind: kind, options)
    guard channel == nil, first.channels > 1 else { return [first.layer] }
    return try [first.layer]
      + (1..<min(first.channels, mostChannels)).map { number in
        options.channel = number
        return try open(path, kind: kind, options).layer
      }
  }

  private static func open(
    _ path: String, kind: Kind?, _ options: VolumeOptions
  ) throws -> (layer: ViewedLayer, channels: Int) {
    let place = options.dataset.map { joinPath(path, $0) } ?? path
    if isDirectory(place), Store.isStore(place),
      let store = try? Store.open(place, channel: options.channel, timePoint: options.timePoint)
    {
      return (try layer(store, at: place, kind, options), store.channelCount)
    }
    let volume = try openVolume(path, options: options)
    let description = volume.description
    let size = options.voxelSizeInMicrometres ?? description.voxelSizeInMicrometres
    var levels = [BrickSource(volume, voxelSize: size ?? VoxelSize(1, 1, 1))]
    // Coarser resolutions are sampled from the file, as it has none.
    while levels.count < 12, let last = levels.last, max(last.extent.z, last.extent.y, last.extent.x) > 512 {
      let step = 1 << levels.count
      levels.append(BrickSource(volume, voxelSize: (size ?? VoxelSize(1, 1, 1)).scaled(by: Double(step)), step: step))
    }
    let channelText = description.channels > 1 ? " (channel \(options.channel))" : ""
    let layer = ViewedLayer(
      name: lastComponent(path) + channelText, path: path,
      kind: try checked(kind ?? .intensities, description.voxelType, path), voxelType: description.voxelType,
      channel: options.channel, isCalibrated: size != nil, levels: levels, store: nil, isUnfinished: false,
      doubts: description.doubts(voxelSizeMatters: false),
      notes: [
        "\(path) is read in place (\(description.format)), more slowly than a store, which `sheaf tile` makes"
          + (levels.count == 1 ? "" : "; overviews show single voxels, up to \(1 << (levels.count - 1)) apart")
      ])
    return (layer, description.channels)
  }

  private static func layer(_ store: Store, at path: String, _ kind: Kind?, _ options: VolumeOptions) throws
    -> ViewedLayer
  {
    let finest = options.voxelSizeInMicrometres ?? store.voxelSizeInMicrometres
    let isUnfinished = store.isOurs && !store.isFinished
    let levels = try store.levels.indices.map { number in
      let extent = store.levels[number].extent
      // From the extents, which every writer tells alike; translations differ by half a voxel at most.
      let factors = (0..<3).map { axis in
        (Double(store.extent[axis]) / Double(max(1, extent[axis])) * 2).rounded() / 2
      }
      let base = finest ?? VoxelSize(1, 1, 1)
      let ofFile = options.voxelSizeInMicrometres == nil ? store.multiscale.voxelSizeInMicrometres(level: number) : nil
      let size = ofFile ?? VoxelSize(base.z * factors[0], base.y * factors[1], base.x * factors[2])
      return BrickSource(
        try openVolume(store, level: number, options: options), voxelSize: size, isUnfinished: isUnfinished)
    }
    let isProbability = store.sheafAttributes["content"]?.asString == "probability"
    let isLabelImage = store.attributes["ome"]?["image-label"] != nil || store.attributes["image-label"] != nil
    let taken = kind ?? (isProbability ? .probabilities : isLabelImage ? .labels : .intensities)
    return ViewedLayer(
      name: lastComponent(path) + (store.channelCount > 1 ? " (channel \(options.channel))" : ""), path: path,
      kind: try checked(taken, store.voxelType, path), voxelType: store.voxelType, channel: options.channel,
      isCalibrated: finest != nil, levels: levels, store: path, isUnfinished: isUnfinished,
      doubts: store.doubts.map { "\(path): \($0)" }, notes: [])
  }

  /// Whether the command that writes the store has not finished until now.
  var isStillUnfinished: Bool {
    guard isUnfinished, let store else { return false }
    // A store that cannot be opened just now is asked again.
    guard let now = try? Store.open(store) else { return true }
    return now.isOurs && !now.isFinished
  }

  /// What to know about it for as long as it is not finished.
  var noteInProgress: String {
    "\(path) is not finished: what the command that writes it has not made yet is hatched, and comes by itself; labels "
      + "that it makes at its end are there when `sheaf view` is started again"
  }

  private static func checked(_ kind: Kind, _ type: VoxelType, _ path: String) throws -> Kind {
    if kind == .labels, !type.isUnsignedInteger && type != .int16 {
      throw Fault.badData(
        "\(path) cannot hold labels: expected integers, found \(type.rawValue); give it as an image instead")
    }
    return kind
  }

  /// The store's own label images, as layers.
  package static func labels(of path: String) throws -> [ViewedLayer] {
    guard isDirectory(path), Store.isStore(path), let store = try? Store.open(path) else { return [] }
    return try store.labelNames().flatMap {
      try open(joinPath(joinPath(path, "labels"), $0), kind: .labels, options: VolumeOptions(), channel: 0)
    }
  }

  /// - Throws: `Fault.badData` when the layer does not lie over `image`.
  package func requireSameExtent(as image: ViewedLayer) throws {
    let lengths = { (layer: ViewedLayer) in
      (0..<3).map { Double(layer.extent[$0]) * layer.levels[0].voxelSize[$0] }
    }
    let isSameSize = zip(lengths(self), lengths(image)).allSatisfy { mine, its in
      abs(mine - its) <= 0.02 * max(mine, its)
    }
    if extent == image.extent || isCalibrated && image.isCalibrated && isSameSize { return }
    throw Fault.badData(
      "\(path) does not lie over \(image.path): expected \(image.extent) voxels, or the same size in micrometres, found "
        + "\(extent)")
  }

  private static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

extension VoxelSize {
  fileprivate func scaled(by factor: Double) -> VoxelSize { VoxelSize(z * factor, y * factor, x * factor) }
}
