import Files
import Foundation
import Threads
import VolumeFormats
import Voxels

extension VolumeSource {
  /// Reads the whole volume with several threads; for small volumes only.
  package func readAll(threads: Int) throws -> VoxelBuffer {
    try SlabReader(source: self, threads: threads).read(Region(description.extent))
  }
}

/// Reads slabs of a volume with several threads, every piece of the source by one of them.
struct SlabReader: Sendable {
  let source: any VolumeSource
  let threads: Int
  private let pool = VoxelBufferPool()

  init(source: any VolumeSource, threads: Int) {
    self.source = source
    self.threads = threads
  }

  /// The voxels of `region`.
  func read(_ region: Region) throws -> VoxelBuffer {
    let buffer = pool.buffer(source.description.voxelType, region.extent)
    let geometry = source.readingGeometry
    if geometry.isSequential {
      try source.read(region, into: buffer, at: .zero)
      return buffer
    }
    let shares = shares(of: region, piece: geometry.piece)
    try parallelForEach(count: shares.count, threads: threads) { index in
      try source.read(shares[index], into: buffer, at: shares[index].origin - region.origin)
    }
    return buffer
  }

  /// Boxes of whole planes, or, where the pieces of the source are several planes deep, of whole pieces along z and y.
  private func shares(of region: Region, piece: Extent) -> [Region] {
    let height = piece.z > 1 ? piece.y : region.extent.y
    var shares: [Region] = []
    for z in pieces(of: region.range(0), by: piece.z) {
      for y in pieces(of: region.range(1), by: height, from: piece.z > 1 ? 0 : region.origin.y) {
        shares.append(
          Region(
            from: Coordinate(z.lowerBound, y.lowerBound, region.origin.x),
            to: Coordinate(z.upperBound, y.upperBound, region.end.x)))
      }
    }
    return shares
  }

  /// `range` cut at multiples of `length`, counted from `anchor`.
  private func pieces(of range: Range<Int>, by length: Int, from anchor: Int = 0) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(((start - anchor) / length + 1) * length + anchor, range.upperBound)
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }
}
