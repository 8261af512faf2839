import Voxels

/// Brings planes of probabilities from the grid of the network to that of the volume, one after another, keeping as many as
/// a plane of the volume is made of.
struct PlanesBack {
  private let back: Resampling
  /// Of the volume.
  private let block: Region
  /// Of the network's grid: what the block is made of.
  let source: Region
  /// By number of the plane, resampled along y and x; nil for a plane of zeros.
  private var planes: [Int: [Float]?] = [:]
  /// The plane of the volume that is made next.
  private var next: Int
  private let sum: UnsafeMutableBufferPointer<Float>

  init(_ back: Resampling, block: Region) {
    self.back = back
    self.block = block
    source = back.sources(of: block)
    next = block.origin.z
    sum = .allocate(capacity: block.extent.y * block.extent.x)
    sum.initialize(repeating: 0)
  }

  func deallocate() { sum.deallocate() }

  /// Takes plane `z` of the network's grid, nil for zeros; they come in ascending order.
  ///
  /// - Parameter emit: takes every plane of the volume that is finished by it.
  mutating func add(
    plane z: Int, _ values: UnsafeMutableBufferPointer<Float>?,
    emit: (Int, UnsafeMutableBufferPointer<Float>?) throws -> Void
  ) rethrows {
    planes[z] = values.map { back.resamplePlane(UnsafeBufferPointer($0), of: source, to: block) }
    while next < block.end.z {
      let sources = back.axes[0].sources(of: next)
      guard sources.upperBound <= z + 1 else { break }
      try emit(next, combined(sources, back.axes[0].weights(of: next)))
      next += 1
    }
    guard next < block.end.z else { return planes.removeAll() }
    let needed = back.axes[0].sources(of: next).lowerBound
    for old in planes.keys where old < needed { planes[old] = nil }
  }

  /// Nil when all planes are zeros.
  private func combined(_ sources: Range<Int>, _ weights: [Float]) -> UnsafeMutableBufferPointer<Float>? {
    var isEmpty = true
    for (z, weight) in zip(sources, weights) {
      guard let found = planes[z], let plane = found else { continue }
      if isEmpty {
        for index in sum.indices { sum[index] = plane[index] * weight }
        isEmpty = false
      } else {
        for index in sum.indices { sum[index] += plane[index] * weight }
      }
    }
    return isEmpty ? nil : sum
  }
}
