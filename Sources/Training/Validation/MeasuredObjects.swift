import Components
import Segmentation
import Voxels

/// The connected components of a mask in memory, such as the objects that `infer` would find, with their sizes.
struct MeasuredObjects {
  private let labelling: ComponentLabelling
  /// Voxels of each.
  private let sizes: [Int]
  /// Whether a face of the volume may have cut it, so that its size is not known.
  private let isCut: [Bool]

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
    var isCut = [Bool](repeating: false, count: labelling.count)
    for z in 0..<extent.z {
      for y in 0..<extent.y {
        for run in labelling.runs(z: z, y: y) {
          sizes[run.component] += Int(run.end - run.start)
          if extent.hasFace(z: z, y: y, x: Int(run.start)) || extent.hasFace(z: z, y: y, x: Int(run.end) - 1) {
            isCut[run.component] = true
          }
        }
      }
    }
    (self.sizes, self.isCut) = (sizes, isCut)
  }

  var count: Int { sizes.count }

  /// Those that are known to be smaller.
  func count(smallerThan size: Int) -> Int { sizes.indices.count { !isCut[$0] && sizes[$0] < size } }

  /// 1 in objects of at least `size` voxels, 0 elsewhere.
  ///
  /// - Parameter keepingCut: whether objects that a face may have cut stay, whatever their size.
  func mask(from size: Int, keepingCut: Bool = false) -> VoxelBuffer {
    let mask = VoxelBuffer(.uint8, labelling.extent)
    defer { withExtendedLifetime(mask) {} }
    let values = mask.voxels(as: UInt8.self)
    values.update(repeating: 0)
    labelling.write(into: values) { sizes[$0] >= size || keepingCut && isCut[$0] ? 1 : 0 }
    return mask
  }
}

extension Extent {
  /// Whether a voxel lies at a face that objects reach beyond; a plane has none at its sides along z.
  func hasFace(z: Int, y: Int, x: Int) -> Bool {
    func lies(_ position: Int, atEndOf count: Int) -> Bool { count > 1 && (position == 0 || position == count - 1) }
    return lies(z, atEndOf: self.z) || lies(y, atEndOf: self.y) || lies(x, atEndOf: self.x)
  }
}
