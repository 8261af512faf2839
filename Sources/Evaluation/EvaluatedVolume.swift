import Voxels

/// One of the two volumes that an evaluation compares.
package struct EvaluatedVolume: Sendable {
  /// What the objects of a volume are.
  package enum Objects: Sendable, Equatable {
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

  /// A volume in memory.
  package init(name: String, _ voxels: VoxelBuffer, classes: VoxelClasses = .nonzero, objects: Objects = .components) {
    self.init(name: name, extent: voxels.extent, classes: classes, objects: objects) { voxels.cropped(to: $0) }
  }
}
