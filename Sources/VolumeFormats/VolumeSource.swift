import Files
import Voxels
import Zarr

/// A 3-D image in any format, read region by region.
///
/// Reading is thread-safe: any number of threads may concurrently read regions, which may overlap. The channel and time
/// point were selected when the source was opened.
public protocol VolumeSource: AnyObject, Sendable {
  var description: VolumeDescription { get }
  /// The chunking of the file, for readers that want to decode each piece only once.
  var readingGeometry: ReadingGeometry { get }

  /// Copies `region` of the volume to `buffer`, starting at `origin`.
  ///
  /// - Precondition: `region` is inside the volume, its destination inside `buffer`, and `buffer` has the volume's
  ///   voxel type.
  /// - Throws: `Fault.badData` for damaged input, stating the file, what was expected and what was found.
  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws

  /// Checks all headers that `open` did not check; this call takes part `part` of `parts` equal shares, so that ranks
  /// and threads can divide the work.
  func check(part: Int, of parts: Int) throws

  /// The files or directories that the user would name as the volume.
  var inputPaths: [String] { get }

  /// Every file that reading `region` depends on, headers included, in an order that does not change; some may be
  /// absent where that is a way to store zeros. Files beside them that the format does not read are not among them.
  func files(holding region: Region) -> [String]
}

extension VolumeSource {
  package func check(part: Int, of parts: Int) throws {}
  package var inputPaths: [String] { [description.path] }
  package func files(holding region: Region) -> [String] { inputPaths }

  /// Where the volume lies, for refusing outputs over it: a directory stands for the files in it.
  package var placesOfFiles: [String] { isDirectory(description.path) ? inputPaths : inputPaths + files }

  /// All files of the volume.
  package var files: [String] { files(holding: Region(description.extent)) }

  /// Reads the box `region` into a new buffer.
  package func read(_ region: Region) throws -> VoxelBuffer {
    let buffer = VoxelBuffer(description.voxelType, region.extent)
    try read(region, into: buffer, at: .zero)
    return buffer
  }

  /// Reads the whole volume; for small volumes only.
  package func readAll() throws -> VoxelBuffer { try read(Region(description.extent)) }

  /// Traps on programming errors before any pointer arithmetic.
  func checkRequest(_ region: Region, _ buffer: VoxelBuffer, _ origin: Coordinate) {
    precondition(Region(description.extent).contains(region), "\(region) is outside \(description.extent)")
    precondition(
      Region(buffer.extent).contains(Region(origin: origin, extent: region.extent)),
      "\(region.extent) at \(origin) is outside the buffer \(buffer.extent)")
    precondition(buffer.type == description.voxelType, "the volume is \(description.voxelType), not \(buffer.type)")
  }
}

/// What a volume contains and how it is stored, for display and for planning.
public struct VolumeDescription: Sendable, Codable, Equatable {
  package var path: String
  /// For example `TIFF plane series`.
  package var format: String
  package var extent: Extent
  package var voxelType: VoxelType
  /// Nil when the file does not give it; it is never guessed.
  package var voxelSizeInMicrometres: VoxelSize?
  /// Number of channels in the file; one of them was selected.
  package var channels = 1
  package var timePoints = 1
  /// How the voxels are stored: byte order, compression, strips or tiles.
  package var storage: String
  /// The axes of the array that the volume lies in, in the file's order, such as `t, c, z, y, x`; nil where the format
  /// fixes them.
  package var axes: String?
  /// What orders the planes of a directory, for people: `the number after "Z" in their names, from 0 to 29`.
  package var planeOrder: String?
  /// What is good to know: the channel that is read, types that had to be converted.
  package var notes: [String] = []
  /// What may be wrong with the voxels, such as the order of planes, without the path.
  package var warnings: [String] = []
  /// Why the voxel size is unknown or may be wrong; nil when there is no more to say.
  package var voxelSizeDoubt: String?
  /// Where the voxels lie in space; nil where the file says no more than the voxel size.
  package var placement: VolumePlacement?
  /// What the file says that the values are; nil where it does not.
  package var content: DeclaredContent?

  package init(
    path: String, format: String, extent: Extent, voxelType: VoxelType, voxelSizeInMicrometres: VoxelSize?,
    channels: Int = 1, timePoints: Int = 1, storage: String, notes: [String] = [], warnings: [String] = [],
    voxelSizeDoubt: String? = nil
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
    self.warnings = warnings
    self.voxelSizeDoubt = voxelSizeDoubt
  }

  /// Sentences about what may be wrong, for whoever uses the volume to raise as warnings.
  ///
  /// - Parameter voxelSizeMatters: whether the voxel size is used too.
  package func doubts(voxelSizeMatters: Bool) -> [String] {
    var doubts = warnings
    if voxelSizeMatters {
      if let voxelSizeInMicrometres {
        if let voxelSizeDoubt {
          doubts.append(
            "the voxel size of \(voxelSizeInMicrometres) may be wrong: \(voxelSizeDoubt); give it with "
              + "--voxel-size Z,Y,X")
        }
      } else {
        doubts.append(
          "the voxel size is unknown\(voxelSizeDoubt.map { " (\($0))" } ?? "") and written as 1 without a unit; give it "
            + "with --voxel-size Z,Y,X")
      }
    }
    return doubts.map { "\(path): \($0)" }
  }

  /// Size of the volume in memory, in bytes.
  package var byteCount: Int { extent.count * voxelType.byteCount }
}

/// How a file is divided into pieces that can only be decoded as a whole.
public struct ReadingGeometry: Sendable, Equatable {
  /// Size of a piece in voxels: a strip spans the full width, a tile does not; a piece of one voxel means that any
  /// region can be read without overhead. Pieces are aligned to the origin of the volume.
  package var piece: Extent
  /// Memory that one call of `read` needs in addition to its destination, in bytes.
  package var scratchInBytes: Int
  /// Memory that the source holds while it is open, in bytes.
  package var residentInBytes: Int = 0
  /// Whether the file can only be decoded from front to back: a single reader in z order is then fastest.
  package var isSequential = false

  package init(piece: Extent, scratchInBytes: Int, residentInBytes: Int = 0, isSequential: Bool = false) {
    self.piece = piece
    self.scratchInBytes = scratchInBytes
    self.residentInBytes = residentInBytes
    self.isSequential = isSequential
  }
}

/// What the user may specify about an input.
public struct VolumeOptions: Sendable, Equatable {
  /// Overrides the voxel size in the file.
  package var voxelSizeInMicrometres: VoxelSize?
  package var channel = 0
  package var timePoint = 0
  /// The path of an image or array inside a container.
  package var dataset: String?
  /// Which files of a directory are planes, as a pattern of the shell; nil for all images.
  package var planes: String?

  public init(
    voxelSizeInMicrometres: VoxelSize? = nil, channel: Int = 0, timePoint: Int = 0, dataset: String? = nil,
    planes: String? = nil
  ) {
    self.voxelSizeInMicrometres = voxelSizeInMicrometres
    self.channel = channel
    self.timePoint = timePoint
    self.dataset = dataset
    self.planes = planes
  }
}
