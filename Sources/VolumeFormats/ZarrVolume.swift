import Files
import Foundation
import Voxels
import Zarr

/// A source that reads one channel and time point of an OME-Zarr image, or of a single Zarr or N5 array.
final class ZarrVolume: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  private let array: ZarrArray

  /// Whether the directory or archive `path` is a Zarr or N5 store, group or array.
  static func matches(_ path: String) throws -> Bool {
    try Store.isStore(path) || ZarrArray.isArray(path) || N5Volume.matches(path)
  }

  convenience init(_ path: String, options: VolumeOptions) throws {
    let place = options.dataset.map { joinPath(path, $0) } ?? path
    guard isDirectory(place) || options.dataset == nil && Archive.isArchive(place) else {
      throw Fault.noInput("cannot read \(place): there is no such directory")
    }
    if !Store.isStore(place), N5Volume.matches(place) {
      let found = try N5Volume(place, channel: options.channel, timePoint: options.timePoint)
      // Where groups represent channels or time points, the array has no such axes of its own, and vice versa.
      var inside = options
      if found.channels > 1 { inside.channel = 0 }
      if found.timePoints > 1 { inside.timePoint = 0 }
      let (array, axes) = try Self.openArray(found.path, inside)
      self.init(
        array, axes, format: "N5", channels: found.channels * axes.channels,
        timePoints: found.timePoints * axes.timePoints, voxelSize: found.voxelSizeInMicrometres, doubts: axes.doubts,
        options)
    } else if try ZarrArray.isArray(place) {
      let (array, axes) = try Self.openArray(place, options)
      self.init(
        array, axes, format: "Zarr array", channels: axes.channels, timePoints: axes.timePoints, voxelSize: nil,
        content: Store.isStore(parentDirectory(of: place))
          ? (try? Store.open(parentDirectory(of: place)))?.declaredContent : nil,
        doubts: axes.doubts, options)
    } else {
      try self.init(
        Store.open(place, channel: options.channel, timePoint: options.timePoint), level: 0, options: options)
    }
  }

  /// One level of a store, with the channel and time point of `options`.
  ///
  /// - Throws: `Fault.usage` when the store has no such level.
  convenience init(_ store: Store, level: Int, options: VolumeOptions) throws {
    guard store.levels.indices.contains(level) else {
      throw Fault.usage(
        "\(store.path) has no level \(level): expected one of 0 to \(store.levels.count - 1), where 0 is the finest")
    }
    self.init(
      store.levels[level], store.axes, format: "OME-Zarr", channels: store.channelCount,
      timePoints: store.timePointCount, voxelSize: store.multiscale.voxelSizeInMicrometres(level: level),
      content: store.declaredContent, placement: store.placement(level: level), doubts: store.doubts, options)
  }

  private init(
    _ array: ZarrArray, _ axes: ArrayAxes, format: String, channels: Int, timePoints: Int, voxelSize: VoxelSize?,
    content: DeclaredContent? = nil, placement: VolumePlacement? = nil, doubts: [String], _ options: VolumeOptions
  ) {
    self.array = array
    var notes = VolumeCounts(channels: channels, timePoints: timePoints).notes(options)
    if let note = array.metadata.storedType.note { notes.append(note) }
    if let content { notes.append(content.note) }
    if case .areEmpty = array.missingShards, (try? array.findChunkFiles()) == ZarrArray.ChunkFiles.none {
      notes.append("no chunk has a file: every voxel is the fill value")
    }
    var description = VolumeDescription(
      path: array.path, format: format, extent: array.extent, voxelType: array.voxelType,
      voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? voxelSize, channels: channels, timePoints: timePoints,
      storage: (array.shards.cell == array.chunks.cell ? "" : "shards of \(array.shards.cell), ")
        + "chunks of \(array.chunks.cell)", notes: notes, warnings: doubts)
    description.axes = axes.text
    description.content = content
    description.place(placement, options)
    self.description = description
    readingGeometry = ReadingGeometry(
      piece: array.decodedPiece, scratchInBytes: 3 * array.decodedByteCount + (1 << 20),
      residentInBytes: 64 << 20)
  }

  private static func openArray(_ path: String, _ options: VolumeOptions) throws -> (ZarrArray, ArrayAxes) {
    var found: ArrayAxes?
    let array = try ZarrArray.open(path) { metadata in
      let axes = try metadata.axes(path)
      found = axes
      try VolumeCounts(channels: axes.channels, timePoints: axes.timePoints).check(options, path)
      return axes.volume(channel: options.channel, timePoint: options.timePoint)
    }
    return (array, found!)
  }

  func files(holding region: Region) -> [String] { array.files(holding: region) }

  var inputPaths: [String] { [Archive.fileHolding(description.path)] }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    try array.read(region, into: buffer, at: origin)
  }
}
