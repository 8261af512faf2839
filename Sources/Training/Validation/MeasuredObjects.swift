import Components
import Segmentation
import Voxels

/// The connected components of a mask in memory, such as the objects that `infer` would find, with their sizes.
struct MeasuredObjects {
  private let labelling: ComponentLabelling
  /// Voxels of each.
  private let sizes: [Int]

  /// - Parameter probabilities: in 255ths, uint8 (z, y, x).
  init(_ probabilities: VoxelBuffer, _ threshold: ProbabilityThreshold) {
    defer { withExtendedLifetime(probabilities) {} }
    let (values, extent, least) = (
      probabilities.voxels(as: UInt8.self), probabilities.extent, threshold.leastStoredValue
    )
    self.init(extent) { index in values[index] >= least }
  }

  /// The components of what is foreground by its index, C order.
  init(_ extent: Extent, isForeground: (Int) -> Bool) {
    labelling = ComponentLabelling(extent: extent, connectivity: .corners) { z, y, row in
      let start = (z * extent.y + y) * extent.x
      for x in row.indices { row[x] = isForeground(start + x) ? 1 : 0 }
    }
    var sizes = [Int](repeating: 0, count: labelling.count)
    for run in labelling.runs { sizes[run.component] += Int(run.end - run.start) }
    self.sizes = sizes
  }

  var count: Int { sizes.count }

  func count(smallerThan size: Int) -> Int { sizes.count { $0 < size } }

  /// 1 in objects of at least `size` voxels, 0 elsewhere.
  func mask(from size: Int) -> VoxelBuffer {
    let mask = VoxelBuffer(.uint8, labelling.extent)
    defer { withExtendedLifetime(mask) {} }
    let values = mask.voxels(as: UInt8.self)
    values.update(repeating: 0)
    labelling.write(into: values) { sizes[$0] >= size ? 1 : 0 }
    return mask
  }
}
