import Evaluation
import Files
import Foundation
import Networks
import Voxels

/// The voxels of a volume that a crop may be centred on.
package struct CropCentres: Sendable, Codable, Equatable {
  package let extent: Extent
  /// Positions of foreground voxels, at most `candidateLimit` of them, drawn evenly.
  package let foreground: [Int]
  /// Positions of voxels of any class but `ignore`, at most `candidateLimit`, drawn evenly.
  package let annotated: [Int]
  package let foregroundCount: Int
  package let annotatedCount: Int

  /// Enough candidates for fine-grained crop positions, few enough for any volume.
  package static let candidateLimit = 65_536

  /// Most of a sparsely annotated volume is ignored; random crops would often hold nothing to learn from.
  package var isSparse: Bool { annotatedCount * 2 < extent.count }
}

/// Finds the candidates of a volume of any size, whose classes come box by box; which it keeps depends on the order of
/// the boxes.
struct CropCentreFinder {
  private let extent: Extent
  private var foreground = Reservoir(limit: CropCentres.candidateLimit)
  private var annotated = Reservoir(limit: CropCentres.candidateLimit)

  /// - Parameter extent: of the volume.
  init(_ extent: Extent) { self.extent = extent }

  /// - Parameter classes: `VoxelClasses` of the voxels of `box`, C order.
  mutating func add(_ classes: UnsafeBufferPointer<UInt8>, of box: Region) {
    precondition(classes.count == box.count, "\(classes.count) classes do not fill \(box)")
    var from = 0
    for z in box.range(0) {
      for y in box.range(1) {
        let row = extent.index(of: Coordinate(z, y, box.origin.x))
        for position in row..<(row + box.extent.x) {
          let value = classes[from]
          from += 1
          if value == VoxelClasses.ignored { continue }
          annotated.offer(position)
          if value == VoxelClasses.foreground { foreground.offer(position) }
        }
      }
    }
  }

  var centres: CropCentres {
    CropCentres(
      extent: extent, foreground: foreground.kept, annotated: annotated.kept, foregroundCount: foreground.offered,
      annotatedCount: annotated.offered)
  }
}

/// Keeps an even random choice of what is offered, the same in every run: algorithm L of K.-H. Li, "Reservoir-sampling
/// algorithms of time complexity O(n(1 + log(N/n)))", ACM TOMS 1994, which draws numbers only for what it keeps.
private struct Reservoir {
  let limit: Int
  var kept: [Int] = []
  var offered = 0
  private var random = RandomStream(seed: 0, name: "candidates")
  private var weight = 1.0
  /// How many are to have been offered when the next is taken.
  private var next = 0

  init(limit: Int) { self.limit = limit }

  mutating func offer(_ position: Int) {
    offered += 1
    if kept.count < limit {
      kept.append(position)
      if kept.count == limit { skip() }
    } else if offered == next {
      kept[random.integer(below: limit)] = position
      skip()
    }
  }

  private mutating func skip() {
    // 1 − uniform is never 0.
    weight *= exp(log(1 - random.uniform()) / Double(limit))
    let step = (log(1 - random.uniform()) / log1p(-weight)).rounded(.down)
    next = offered + 1 + (step < 1e15 ? Int(step) : 1 << 50)
  }
}
