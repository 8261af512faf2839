import Voxels

/// One of the two volumes that an evaluation compares.
public struct EvaluatedVolume: Sendable {
  /// What the objects of a volume are.
  package enum Objects: String, Sendable, Equatable {
    /// The 26-connected components of its foreground.
    case components
    /// All foreground voxels of one value are one object.
    case labels
  }

  /// For errors and tables.
  package let name: String
  package let extent: Extent
  package let classes: VoxelClasses
  package let objects: Objects
  /// Reads one region; called from several threads at once.
  package let read: @Sendable (Region) throws -> VoxelBuffer
  /// How it is understood, for the plan: `uint16, 0=0,*=1, objects are components`.
  package var summary = ""
  /// What its values were taken for; nil where the caller says it.
  package var interpretation: VolumeInterpretation?
  /// What is doubtful about it.
  package var doubts: [String] = []
  /// As read.
  package var bytesPerVoxel = 1
  package var voxelSizeInMicrometres: VoxelSize?
  package var isFloatingPoint = false
  /// Whether it can only be read from front to back.
  package var isSequential = false

  package init(
    name: String, extent: Extent, classes: VoxelClasses, objects: Objects,
    read: @escaping @Sendable (Region) throws -> VoxelBuffer
  ) {
    self.name = name
    self.extent = extent
    self.classes = classes
    self.objects = objects
    self.read = read
  }

  /// A plane that is quick to read: the middle one, unless the others must be read before it.
  var sampledPlane: Region {
    Region(origin: Coordinate(isSequential ? 0 : extent.z / 2, 0, 0), extent: Extent(1, extent.y, extent.x))
  }

  /// A volume in memory.
  package init(name: String, _ voxels: VoxelBuffer, classes: VoxelClasses = .nonzero, objects: Objects = .components) {
    self.init(name: name, extent: voxels.extent, classes: classes, objects: objects) { voxels.cropped(to: $0) }
  }
}
