import Evaluation
import Voxels

/// The classes of an annotated volume's voxels, with the voxels a sampler may centre a crop on.
package struct AnnotatedLabels: Sendable {
  /// `VoxelClasses` of the voxels, C order (z, y, x).
  package let classes: [UInt8]
  package let centres: CropCentres

  package init(extent: Extent, classes: [UInt8]) {
    precondition(classes.count == extent.count)
    self.classes = classes
    var finder = CropCentreFinder(extent)
    classes.withUnsafeBufferPointer { finder.add($0, of: Region(extent)) }
    centres = finder.centres
  }

  package var extent: Extent { centres.extent }
  package var annotatedCount: Int { centres.annotatedCount }
  package var foregroundCount: Int { centres.foregroundCount }

  /// Whether any voxel of a box of the volume is annotated.
  package func isAnnotated(_ region: Region) -> Bool {
    for z in region.range(0) {
      for y in region.range(1) {
        let row = extent.index(of: Coordinate(z, y, region.origin.x))
        for position in row..<(row + region.extent.x) where classes[position] != VoxelClasses.ignored { return true }
      }
    }
    return false
  }

  /// The annotation without, and with only, some z-planes; everything else becomes `ignore`.
  package func split(holdingBack planes: Set<Int>) -> (training: AnnotatedLabels, heldBack: AnnotatedLabels) {
    var training = classes
    var heldBack = classes
    let planeCount = extent.y * extent.x
    for z in 0..<extent.z {
      for position in (z * planeCount)..<((z + 1) * planeCount) {
        if planes.contains(z) {
          training[position] = VoxelClasses.ignored
        } else {
          heldBack[position] = VoxelClasses.ignored
        }
      }
    }
    return (AnnotatedLabels(extent: extent, classes: training), AnnotatedLabels(extent: extent, classes: heldBack))
  }
}
