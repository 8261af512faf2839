/// How the voxels of one grid are made from those of another over the same volume: axis by axis (`ResamplingAxis`), first
/// along x, then y, then z.
///
/// Every value is a sum in one order, over positions that depend on its place alone: any part of the target has the bytes
/// that it has in the whole.
package struct Resampling: Sendable, Equatable {
  /// z, y, x.
  package let axes: [ResamplingAxis]

  package init(from source: Extent, to target: Extent, step: [Double]) {
    axes = (0..<3).map { ResamplingAxis(from: source[$0], to: target[$0], step: step[$0]) }
  }

  package var source: Extent { Extent(axes[0].sourceCount, axes[1].sourceCount, axes[2].sourceCount) }
  package var target: Extent { Extent(axes[0].targetCount, axes[1].targetCount, axes[2].targetCount) }

  /// The box of the source that `region` of the target is made of.
  package func sources(of region: Region) -> Region {
    let ranges = (0..<3).map { axes[$0].sources(of: region.range($0)) }
    return Region(
      from: Coordinate(ranges[0].lowerBound, ranges[1].lowerBound, ranges[2].lowerBound),
      to: Coordinate(ranges[0].upperBound, ranges[1].upperBound, ranges[2].upperBound))
  }

  /// The values of `region` of the target, C order.
  ///
  /// - Parameter source: those of the box `sources(of: region)`, C order.
  package func resample(_ source: [Float], to region: Region) -> [Float] {
    let box = sources(of: region)
    precondition(source.count == box.count, "\(source.count) values of the \(box.extent) in \(box)")
    let inRows = along(2, source, rows: box.extent.z * box.extent.y, stride: 1, box, region)
    let inPlanes = along(1, inRows, rows: box.extent.z, stride: region.extent.x, box, region)
    return along(0, inPlanes, rows: 1, stride: region.extent.y * region.extent.x, box, region)
  }

  /// One plane of `region`, C order, from the one of the source box, resampled along y and x alone.
  package func resamplePlane(_ source: UnsafeBufferPointer<Float>, of box: Region, to region: Region) -> [Float] {
    let inRows = along(2, source, rows: box.extent.y, stride: 1, box, region)
    return along(1, inRows, rows: 1, stride: region.extent.x, box, region)
  }

  private func along(
    _ axis: Int, _ values: [Float], rows: Int, stride: Int, _ box: Region, _ region: Region
  ) -> [Float] {
    if axes[axis].isIdentity { return values }
    return values.withUnsafeBufferPointer { along(axis, $0, rows: rows, stride: stride, box, region) }
  }

  /// Resamples one axis of an array of `rows` × the axis × `stride` values.
  private func along(
    _ axis: Int, _ values: UnsafeBufferPointer<Float>, rows: Int, stride: Int, _ box: Region, _ region: Region
  ) -> [Float] {
    if axes[axis].isIdentity { return Array(values) }
    let start = box.range(axis).lowerBound
    let count = box.extent[axis]
    let targets = region.range(axis)
    let taps = targets.map { (axes[axis].sources(of: $0).lowerBound - start, axes[axis].weights(of: $0)) }
    return [Float](unsafeUninitializedCapacity: rows * targets.count * stride) { result, written in
      for row in 0..<rows {
        for (number, (first, weights)) in taps.enumerated() {
          let to = (row * targets.count + number) * stride
          for (tap, weight) in weights.enumerated() {
            let from = (row * count + first + tap) * stride
            if tap == 0 {
              for index in 0..<stride { result[to + index] = values[from + index] * weight }
            } else {
              for index in 0..<stride { result[to + index] += values[from + index] * weight }
            }
          }
        }
      }
      written = rows * targets.count * stride
    }
  }
}
