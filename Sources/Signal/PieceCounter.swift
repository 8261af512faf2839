import Voxels

/// Counts the voxels of a piece of one cell; owns the scratch memory that takes.
///
/// The exact bins of a piece are counted in four interleaved histograms, so that runs of equal voxels do not wait for
/// each other's additions; then only the bins between the smallest and the largest are visited to derive everything
/// else (coarse bins, sums) and to clear the scratch. Where a piece has few voxels on a wide range, voxels are added
/// one by one instead. Both ways give the same integers.
final class PieceCounter {
  private let lanes: UnsafeMutablePointer<UInt32>
  private let coarse: UnsafeMutablePointer<UInt32>
  private var converted: [UInt16] = []
  private let binning: Binning

  init(_ binning: Binning) {
    self.binning = binning
    lanes = .allocate(capacity: Binning.binCount * 4)
    lanes.initialize(repeating: 0, count: Binning.binCount * 4)
    coarse = .allocate(capacity: binning.coarseBinCount)
    coarse.initialize(repeating: 0, count: binning.coarseBinCount)
  }

  deinit {
    lanes.deallocate()
    coarse.deallocate()
  }

  /// Statistics of `piece`, a box of `buffer`; its voxels are also added to `histogram`.
  ///
  /// - Parameters:
  ///   - x: where the piece begins along x in the volume, which says where runs begin.
  ///   - run: length of a run.
  func count(
    _ piece: Region, of buffer: VoxelBuffer, x: Int, run: Int, into histogram: UnsafeMutablePointer<UInt64>
  ) -> CellStatistics {
    // A piece that begins inside a run has its left neighbour in the buffer (see `StatisticsGrid.add`).
    let left = x % run == 0 ? 0 : 1
    let extent = Extent(piece.extent.z, piece.extent.y, piece.extent.x + left)
    let origin = Coordinate(piece.origin.z, piece.origin.y, piece.origin.x - left)
    let first = buffer.extent.index(of: origin)
    if buffer.type == .uint16 {
      let rows = Rows(
        start: UnsafePointer(buffer.voxels(as: UInt16.self).baseAddress! + first + left), extent: piece.extent,
        rowStride: buffer.extent.x, planeStride: buffer.extent.x * buffer.extent.y)
      return count(rows, x: x, run: run, into: histogram)
    }
    if converted.count < extent.count { converted = [UInt16](repeating: 0, count: extent.count) }
    return converted.withUnsafeMutableBufferPointer { target in
      convert(buffer, first: first, extent: extent, into: target.baseAddress!)
      let rows = Rows(
        start: UnsafePointer(target.baseAddress! + left), extent: piece.extent, rowStride: extent.x,
        planeStride: extent.x * extent.y)
      return count(rows, x: x, run: run, into: histogram)
    }
  }

  /// The bins of a box, row after row with x fastest; the left neighbour of a row may lie before it.
  private struct Rows {
    let start: UnsafePointer<UInt16>
    let extent: Extent
    let rowStride: Int
    let planeStride: Int

    @inline(__always)
    func forEach(_ body: (UnsafePointer<UInt16>) -> Void) {
      for z in 0..<extent.z {
        for y in 0..<extent.y { body(start + z * planeStride + y * rowStride) }
      }
    }
  }

  private func count(
    _ rows: Rows, x: Int, run: Int, into histogram: UnsafeMutablePointer<UInt64>
  ) -> CellStatistics {
    var smallest = UInt16.max
    var largest = UInt16.min
    var energy: UInt64 = 0
    let width = rows.extent.x
    // Differences across the border of two runs are taken with the rest and taken back below.
    let firstDifference = x % run == 0 ? 1 : 0
    let borders = stride(from: (run - x % run) % run, to: width, by: run).filter { $0 >= firstDifference }
    rows.forEach { row in
      energy &+= squaredDifferences(row, from: firstDifference, to: width)
      for border in borders { energy &-= squaredDifferences(row, from: border, to: border + 1) }
      for index in 0..<width {
        smallest = min(smallest, row[index])
        largest = max(largest, row[index])
      }
    }
    var result = CellStatistics()
    result.gradientEnergy = energy
    result.gradientCount = UInt64((width - firstDifference - borders.count) * rows.extent.y * rows.extent.z)
    if Int(largest) - Int(smallest) > rows.extent.count {
      addOneByOne(rows, to: &result, histogram)
    } else {
      addByHistogram(rows, smallest: Int(smallest), largest: Int(largest), to: &result, histogram)
    }
    collectCoarse(
      from: Int(binning.coarseBins[Int(smallest)]), to: Int(binning.coarseBins[Int(largest)]), into: &result)
    return result
  }

  private func addByHistogram(
    _ rows: Rows, smallest: Int, largest: Int, to result: inout CellStatistics,
    _ histogram: UnsafeMutablePointer<UInt64>
  ) {
    let lanes = lanes
    let width = rows.extent.x
    rows.forEach { row in
      var index = 0
      while index + 4 <= width {
        lanes[Int(row[index]) << 2] &+= 1
        lanes[Int(row[index + 1]) << 2 | 1] &+= 1
        lanes[Int(row[index + 2]) << 2 | 2] &+= 1
        lanes[Int(row[index + 3]) << 2 | 3] &+= 1
        index += 4
      }
      while index < width {
        lanes[Int(row[index]) << 2] &+= 1
        index += 1
      }
    }
    var sum: UInt64 = 0
    var squares: UInt64 = 0
    binning.coarseBins.withUnsafeBufferPointer { coarseBins in
      for bin in smallest...largest {
        let lane = lanes + bin << 2
        let count = lane[0] &+ lane[1] &+ lane[2] &+ lane[3]
        if count == 0 { continue }
        lane.update(repeating: 0, count: 4)
        histogram[bin] &+= UInt64(count)
        coarse[Int(coarseBins[bin])] &+= count
        let weighted = UInt64(count) &* UInt64(bin)
        sum &+= weighted
        squares &+= weighted &* UInt64(bin)
      }
    }
    result.sum = sum
    result.sumOfSquares = squares
  }

  private func addOneByOne(
    _ rows: Rows, to result: inout CellStatistics, _ histogram: UnsafeMutablePointer<UInt64>
  ) {
    var sum: UInt64 = 0
    var squares: UInt64 = 0
    binning.coarseBins.withUnsafeBufferPointer { coarseBins in
      rows.forEach { row in
        for index in 0..<rows.extent.x {
          let bin = Int(row[index])
          histogram[bin] &+= 1
          coarse[Int(coarseBins[bin])] &+= 1
          sum &+= UInt64(bin)
          squares &+= UInt64(bin) &* UInt64(bin)
        }
      }
    }
    result.sum = sum
    result.sumOfSquares = squares
  }

  /// Moves the coarse counts into `result`; the ends are occupied because the smallest and the largest voxel are there.
  private func collectCoarse(from first: Int, to last: Int, into result: inout CellStatistics) {
    result.firstCoarseBin = first
    result.counts = Array(UnsafeBufferPointer(start: coarse + first, count: last - first + 1))
    (coarse + first).update(repeating: 0, count: last - first + 1)
  }

  private func convert(
    _ buffer: VoxelBuffer, first: Int, extent: Extent, into target: UnsafeMutablePointer<UInt16>
  ) {
    switch buffer.type {
    case .uint8: convert(buffer.voxels(as: UInt8.self), buffer, first, extent, target) { UInt16($0) }
    case .uint16: convert(buffer.voxels(as: UInt16.self), buffer, first, extent, target) { $0 }
    case .int16:
      convert(buffer.voxels(as: Int16.self), buffer, first, extent, target) { UInt16(bitPattern: $0) ^ 0x8000 }
    case .uint32:
      convert(buffer.voxels(as: UInt32.self), buffer, first, extent, target) { UInt16(wideBin(UInt64($0))) }
    case .uint64: convert(buffer.voxels(as: UInt64.self), buffer, first, extent, target) { UInt16(wideBin($0)) }
    case .float32:
      convert(buffer.voxels(as: Float.self), buffer, first, extent, target) { UInt16(FloatBins.bin($0)) }
    }
  }

  @inline(__always)
  private func convert<Scalar>(
    _ voxels: UnsafeMutableBufferPointer<Scalar>, _ buffer: VoxelBuffer, _ first: Int, _ extent: Extent,
    _ target: UnsafeMutablePointer<UInt16>, _ bin: (Scalar) -> UInt16
  ) {
    let source = voxels.baseAddress! + first
    for z in 0..<extent.z {
      for y in 0..<extent.y {
        let row = source + (z * buffer.extent.y + y) * buffer.extent.x
        let into = target + (z * extent.y + y) * extent.x
        for x in 0..<extent.x { into[x] = bin(row[x]) }
      }
    }
  }
}

/// Sum over x in `from..<to` of (row[x] − row[x − 1])².
@inline(__always)
private func squaredDifferences(_ row: UnsafePointer<UInt16>, from: Int, to: Int) -> UInt64 {
  var sum: UInt64 = 0
  var x = from
  while x < to {
    let difference = Int64(row[x]) &- Int64(row[x - 1])
    sum &+= UInt64(truncatingIfNeeded: difference &* difference)
    x += 1
  }
  return sum
}
