import Evaluation
import Networks
import Voxels

/// The classes of an annotated volume's voxels, with the places a sampler may centre a crop on.
package struct AnnotatedLabels: Sendable {
  package let extent: Extent
  /// `VoxelClasses` of the voxels, C order (z, y, x).
  package let classes: [UInt8]
  /// Positions of foreground voxels, at most `candidateLimit` of them, drawn evenly.
  package let foreground: [Int]
  /// Positions of annotated voxels of any class, at most `candidateLimit`, drawn evenly.
  package let annotated: [Int]
  package let annotatedCount: Int
  package let foregroundCount: Int

  /// Enough places that a crop's position is not noticeably coarse, few enough for any volume.
  package static let candidateLimit = 65_536

  package init(extent: Extent, classes: [UInt8]) {
    precondition(classes.count == extent.count)
    self.extent = extent
    self.classes = classes
    var foreground = Reservoir(limit: AnnotatedLabels.candidateLimit)
    var annotated = Reservoir(limit: AnnotatedLabels.candidateLimit)
    for (position, value) in classes.enumerated() where value != VoxelClasses.ignored {
      annotated.offer(position)
      if value == VoxelClasses.foreground { foreground.offer(position) }
    }
    self.foreground = foreground.kept
    self.annotated = annotated.kept
    foregroundCount = foreground.offered
    annotatedCount = annotated.offered
  }

  /// Most of a sparsely annotated volume is ignored; random crops would often hold nothing to learn from.
  package var isSparse: Bool { annotatedCount * 2 < classes.count }

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

/// Keeps an even random choice of what is offered (Vitter's algorithm R), the same in every run.
private struct Reservoir {
  let limit: Int
  var kept: [Int] = []
  var offered = 0
  var random = RandomStream(seed: 0, name: "candidates")

  mutating func offer(_ position: Int) {
    offered += 1
    if kept.count < limit {
      kept.append(position)
    } else {
      let place = random.integer(below: offered)
      if place < limit { kept[place] = position }
    }
  }

  init(limit: Int) { self.limit = limit }
}
