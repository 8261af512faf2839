import Files
import Voxels
import Zarr

/// A source that reads one channel and time point of an OME-Zarr image, or of a single Zarr or N5 array.
final class ZarrVolume: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  private let array: ZarrArray

  /// Whether the directory `path` is a Zarr or N5 store, group or array.
  static func matches(_ path: String) throws -> Bool {
    try Store.isStore(path) || ZarrArray.isArray(path) || N5Volume.matches(path)
  }

  convenience init(_ path: String, options: VolumeOptions) throws {
    let place = options.dataset.map { joinPath(path, $0) } ?? path
    guard isDirectory(place) else { throw Fault.noInput("cannot read \(place): there is no such directory") }
    if !Store.isStore(place), N5Volume.matches(place) {
      let found = try N5Volume(place, channel: options.channel, timePoint: options.timePoint)
      // Where groups represent channels or time points, the array has no such axes of its own, and vice versa.
      var inside = options
      if found.channels > 1 { inside.channel = 0 }
      if found.timePoints > 1 { inside.timePoint = 0 }
      let (array, channels, timePoints) = try Self.openArray(found.path, inside)
      self.init(
        array, format: "N5", channels: found.channels * channels, timePoints: found.timePoints * timePoints,
        voxelSize: found.voxelSizeInMicrometres, options)
    } else if try ZarrArray.isArray(place) {
      let (array, channels, timePoints) = try Self.openArray(place, options)
      self.init(array, format: "Zarr array", channels: channels, timePoints: timePoints, voxelSize: nil, options)
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
      store.levels[level], format: "OME-Zarr", channels: store.channelCount, timePoints: store.timePointCount,
      voxelSize: store.multiscale.voxelSizeInMicrometres(level: level), options)
  }

  private init(
    _ array: ZarrArray, format: String, channels: Int, timePoints: Int, voxelSize: VoxelSize?, _ options: VolumeOptions
  ) {
    self.array = array
    var notes: [String] = []
    if channels > 1 { notes.append("channel \(options.channel) of \(channels) is read") }
    if timePoints > 1 { notes.append("time point \(options.timePoint) of \(timePoints) is read") }
    if let note = array.metadata.storedType.note { notes.append(note) }
    description = VolumeDescription(
      path: array.path, format: format, extent: array.extent, voxelType: array.voxelType,
      voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? voxelSize, channels: channels, timePoints: timePoints,
      storage: (array.shards.cell == array.chunks.cell ? "" : "shards of \(array.shards.cell), ")
        + "chunks of \(array.chunks.cell)", notes: notes)
    readingGeometry = ReadingGeometry(
      piece: array.chunks.cell, scratchInBytes: 3 * array.metadata.chunkByteCount + (1 << 20),
      residentInBytes: 64 << 20)
  }

  /// The leading axes of an array without metadata are time, then channel.
  private static func openArray(_ path: String, _ options: VolumeOptions) throws -> (ZarrArray, Int, Int) {
    let first = try ZarrArray.open(path)
    let leading = first.metadata.shape.dropLast(3)
    let channels = leading.last ?? 1
    let timePoints = leading.count > 1 ? leading[0] : 1
    guard options.channel < channels, options.timePoint < timePoints else {
      throw Fault.usage(
        "\(path) has \(channels) channels and \(timePoints) time points, but channel \(options.channel) at time point \(options.timePoint) was requested; they count from 0"
      )
    }
    let indices = leading.count > 1 ? [options.timePoint, options.channel] : leading.isEmpty ? [] : [options.channel]
    return (try ZarrArray.open(path, leadingIndices: indices), channels, timePoints)
  }

  func files(holding region: Region) -> [String] { array.files(holding: region) }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    try array.read(region, into: buffer, at: origin)
  }
}
