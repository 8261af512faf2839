import Voxels

/// What a coarser microscope would have seen, on the same grid: every axis is cut to a share of its voxels, the nearest
/// one each, and brought back by linear interpolation.
struct LowResolution {
  /// The share of the voxels that is kept along each axis, above 0 up to 1.
  let share: Double

  /// - Parameter image: C order (z, y, x).
  func applied(to image: [Float], _ extent: Extent) -> [Float] {
    var coarse = extent
    for axis in 0..<3 { coarse[axis] = max(1, Int((Double(extent[axis]) * share).rounded())) }
    if coarse == extent { return image }
    let nearest = (0..<3).map { axis in
      (0..<coarse[axis]).map { place in
        min(extent[axis] - 1, Int((Double(place) + 0.5) * Double(extent[axis]) / Double(coarse[axis])))
      }
    }
    var small = [Float]()
    small.reserveCapacity(coarse.count)
    for z in nearest[0] {
      for y in nearest[1] {
        let row = extent.index(of: Coordinate(z, y, 0))
        for x in nearest[2] { small.append(image[row + x]) }
      }
    }
    return enlarged(small, coarse, to: extent)
  }

  private func enlarged(_ image: [Float], _ coarse: Extent, to extent: Extent) -> [Float] {
    // Voxel centres of both grids span the same box.
    let places = (0..<3).map { axis in
      (0..<extent[axis]).map { place in
        let at = (Double(place) + 0.5) * Double(coarse[axis]) / Double(extent[axis]) - 0.5
        return min(max(at, 0), Double(coarse[axis] - 1))
      }
    }
    return [Float](unsafeUninitializedCapacity: extent.count) { output, count in
      image.withUnsafeBufferPointer { image in
        var target = 0
        for z in places[0] {
          for y in places[1] {
            for x in places[2] {
              output.initializeElement(at: target, to: interpolated(image, coarse, z, y, x))
              target += 1
            }
          }
        }
      }
      count = extent.count
    }
  }
}
