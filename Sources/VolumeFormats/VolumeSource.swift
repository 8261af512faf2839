import Voxels

/// One 3-D image that can be read region by region, whatever its format.
///
/// Reading is thread-safe: any number of threads may read regions, overlapping or not, at once. Channels and time
/// points have been selected when the source was opened.
package protocol VolumeSource: AnyObject, Sendable {
  var description: VolumeDescription { get }
  /// How the file is cut, for a reader that wants to decode nothing twice.
  var readingGeometry: ReadingGeometry { get }

  /// Copies `region` of the volume to `origin` of `buffer`.
  ///
  /// - Precondition: `region` lies inside the volume, its destination inside `buffer`, and `buffer` has the volume's
  ///   voxel type.
  /// - Throws: `Fault.badData` for damaged input, naming the file, what was expected and what was found.
  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws

  /// Looks at all headers that `open` did not look at; `part` of `parts` equal shares, so that ranks and threads can
  /// divide the work.
  func check(part: Int, of parts: Int) throws

  /// The files or directories that the volume is read from, whose fingerprints show whether it was replaced.
  var inputPaths: [String] { get }
}

extension VolumeSource {
  package func check(part: Int, of parts: Int) throws {}
  package var inputPaths: [String] { [description.path] }

  /// The box `region` in a buffer of its own.
  package func read(_ region: Region) throws -> VoxelBuffer {
    let buffer = VoxelBuffer(description.voxelType, region.extent)
    try read(region, into: buffer, at: .zero)
    return buffer
  }

  /// The whole volume: for small volumes only.
  package func readAll() throws -> VoxelBuffer { try read(Region(description.extent)) }

  /// Traps on a caller's mistake before any pointer arithmetic.
  func checkRequest(_ region: Region, _ buffer: VoxelBuffer, _ origin: Coordinate) {
    precondition(Region(description.extent).contains(region), "\(region) is outside \(description.extent)")
    precondition(
      Region(buffer.extent).contains(Region(origin: origin, extent: region.extent)),
      "\(region.extent) at \(origin) is outside the buffer \(buffer.extent)")
    precondition(buffer.type == description.voxelType, "the volume is \(description.voxelType), not \(buffer.type)")
  }
}

/// What a volume is, for people and for plans.
package struct VolumeDescription: Sendable, Codable, Equatable {
  package var path: String
  /// For example `TIFF plane series`.
  package var format: String
  package var extent: Extent
  package var voxelType: VoxelType
  /// Nil when the file does not say; it is never guessed.
  package var voxelSizeInMicrometres: VoxelSize?
  /// How many channels the file holds; one of them was selected.
  package var channels = 1
  package var timePoints = 1
  /// How the voxels are stored: byte order, compression, strips or tiles.
  package var storage: String
  /// What the user should know: gaps in a series, types that had to be converted.
  package var notes: [String] = []

  package init(
    path: String, format: String, extent: Extent, voxelType: VoxelType, voxelSizeInMicrometres: VoxelSize?,
    channels: Int = 1, timePoints: Int = 1, storage: String, notes: [String] = []
  ) {
    self.path = path
    self.format = format
    self.extent = extent
    self.voxelType = voxelType
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
    self.channels = channels
    self.timePoints = timePoints
    self.storage = storage
    self.notes = notes
  }

  /// Bytes of the volume in memory.
  package var byteCount: Int { extent.count * voxelType.byteCount }
}

/// How a file is cut into pieces that can only be decoded whole.
package struct ReadingGeometry: Sendable, Equatable {
  /// A piece in voxels: a strip spans the full width, a tile does not; a box of one voxel means that any region is
  /// read without waste. Pieces are anchored at the origin of the volume.
  package var piece: Extent
  /// Memory that one call of `read` takes beyond its destination, in bytes.
  package var scratchInBytes: Int
  /// Memory the source keeps while it is open, in bytes.
  package var residentInBytes: Int = 0
  /// Whether the file can only be decoded from front to back: one reader at a time, in order of z, is quickest.
  package var isSequential = false

  package init(piece: Extent, scratchInBytes: Int, residentInBytes: Int = 0, isSequential: Bool = false) {
    self.piece = piece
    self.scratchInBytes = scratchInBytes
    self.residentInBytes = residentInBytes
    self.isSequential = isSequential
  }
}

/// What the user may say about an input.
package struct VolumeOptions: Sendable, Equatable {
  /// Replaces what the file says.
  package var voxelSizeInMicrometres: VoxelSize?
  package var channel = 0
  package var timePoint = 0
  /// The path of an image or array inside a container.
  package var dataset: String?

  package init(
    voxelSizeInMicrometres: VoxelSize? = nil, channel: Int = 0, timePoint: Int = 0, dataset: String? = nil
  ) {
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
    self.channel = channel
    self.timePoint = timePoint
    self.dataset = dataset
  }
}
