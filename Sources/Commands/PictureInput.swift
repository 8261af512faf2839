import Evaluation
import Files
import Jobs
import Pictures
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// One input of a picture: the levels of a store, or the one level any other volume has.
struct PictureInput {
  let path: String
  let levels: [PicturedVolume]
  let description: VolumeDescription

  /// - Parameter choice: the channel and time point of volumes that have several.
  init(_ path: String, _ choice: ChannelChoice, _ console: Console) throws {
    try self.init(path, choice.options(for: path), console)
  }

  init(_ path: String, _ options: VolumeOptions, _ console: Console) throws {
    self.path = path
    if options.dataset == nil, isDirectory(path), Store.isStore(path),
      let store = try? Store.open(path, channel: options.channel, timePoint: options.timePoint)
    {
      levels = store.levels.map { array in
        PicturedVolume(name: array.path, extent: array.extent, voxelType: array.voxelType) { try array.read($0) }
      }
      description = try openVolume(store, level: 0, options: options).description
    } else {
      let source = try openVolume(path, options: options)
      let description = source.description
      self.description = description
      levels = [
        PicturedVolume(name: path, extent: description.extent, voxelType: description.voxelType) {
          try source.read($0)
        }
      ]
    }
    console.warn(about: description)
  }

  func volume(level: Int) throws -> PicturedVolume {
    guard levels.indices.contains(level) else {
      throw Fault.usage("\(path) has levels 0 to \(levels.count - 1), but --level \(level) was asked for")
    }
    return levels[level]
  }

  /// The size of a voxel of one of the levels, and its unit; voxels of the finest level where no length is known.
  func pixelSize(of volume: PicturedVolume) -> (VoxelSize, unit: String) {
    let size = description.voxelSizeInMicrometres
    let finest = levels[0].extent
    let edges = (0..<3).map { (size?[$0] ?? 1) * Double(finest[$0]) / Double(max(1, volume.extent[$0])) }
    return (VoxelSize(edges[0], edges[1], edges[2]), size == nil ? "voxels" : "µm")
  }

  /// The level that lies over `other`, or the finest one when none does.
  func volume(like other: PicturedVolume) throws -> PicturedVolume {
    levels.first { $0.extent == other.extent } ?? levels[0]
  }

  /// What the values in view show the volume to be.
  ///
  /// - Throws: as `VolumeInterpretation.init`.
  func interpretation(
    of volume: PicturedVolume, in view: VolumeView, stride: Int, _ context: VolumeInterpretation.Context
  ) throws -> VolumeInterpretation {
    try VolumeInterpretation(of: description, at: path, census(of: volume, in: view, stride: stride), context)
  }

  /// The value of probability 1 in a volume that is shown as one: 255 in a byte, 1 in a mask of 0 and 1.
  ///
  /// - Throws: `Fault.badData` when the values in view are no probabilities.
  func probabilityOne(of volume: PicturedVolume, in view: VolumeView, stride: Int) throws -> Float {
    let census = try census(of: volume, in: view, stride: stride)
    if description.content == nil, volume.voxelType != .float32, census.maximum ?? 0 <= 1 { return 1 }
    var context = VolumeInterpretation.Context(.prediction)
    context.told = .probabilities
    return Float(try VolumeInterpretation(of: description, at: path, census, context).one)
  }

  private func census(of volume: PicturedVolume, in view: VolumeView, stride: Int) throws -> ValueCensus {
    let plane = try volume.brightness(view, stride: stride)
    return ValueCensus(VoxelBuffer(Extent(1, plane.height, plane.width), plane.values))
  }
}
