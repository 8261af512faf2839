import Voxels

/// How large crops are in voxels of one volume, and how these become voxels of the size that a training wants.
struct CropGrid: Sendable {
  /// The edge of a crop's voxel in those of the volume, (z, y, x).
  private let step: [Double]

  /// Voxels within a thousandth of the size that is wanted are taken as they are.
  private static let tolerance = 1e-3

  /// - Parameters:
  ///   - wanted: nil for the voxels of the volume.
  ///   - stored: those of the volume.
  init(wanted: VoxelSize?, stored: VoxelSize?) {
    step = (0..<3).map { axis in
      guard let wanted, let stored else { return 1 }
      let step = wanted[axis] / stored[axis]
      return abs(step - 1) < Self.tolerance ? 1 : step
    }
  }

  var isStored: Bool { step.allSatisfy { $0 == 1 } }

  /// Voxels of the volume that so many voxels of a crop cover.
  func stored(_ extent: Extent) -> Extent {
    let edges = (0..<3).map { Int((Double(extent[$0]) * step[$0] - 1e-9).rounded(.up)) }
    return Extent(max(1, edges[0]), max(1, edges[1]), max(1, edges[2]))
  }

  /// Voxels of a crop from those of the volume that `stored(extent)` counts, C order.
  func resample(_ voxels: [Float], to extent: Extent) -> [Float] {
    if isStored { return voxels }
    let source = stored(extent)
    let resampling = Resampling(from: source, to: extent, step: step)
    let box = resampling.sources(of: Region(extent))
    return resampling.resample(box.extent == source ? voxels : cut(box, of: voxels, source), to: Region(extent))
  }

  private func cut(_ box: Region, of voxels: [Float], _ extent: Extent) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(box.count)
    for z in box.range(0) {
      for y in box.range(1) {
        let start = extent.index(of: Coordinate(z, y, box.origin.x))
        result += voxels[start..<(start + box.extent.x)]
      }
    }
    return result
  }
}
