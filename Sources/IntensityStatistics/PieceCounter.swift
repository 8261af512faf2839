import CVectors
import Foundation
import Voxels

/// Counts the voxels of a piece of one cell; owns the scratch memory that takes.
///
/// The exact bins of a piece are counted in four interleaved histograms, so that runs of equal voxels do not wait for
/// each other's additions; then only the bins between the smallest and the largest are visited to derive everything
/// else (coarse bins, sums) and to clear the scratch. Where a piece has few voxels on a wide range, voxels are added
/// one by one instead. Both ways give the same integers.
final class PieceCounter {
  private let lanes: UnsafeMutablePointer<SIMD4<UInt32>>
  private let coarse: UnsafeMutablePointer<UInt32>
  /// From this many voxels on, visiting every possible bin costs little beside visiting every voxel.
  private static let largePiece = 32_768
  private var converted: [UInt16] = []
  private let binning: Binning

  init(_ binning: Binning) {
    self.binning = binning
    // Zeroed by the system where first touched: most volumes use a small part of the bins.
    lanes = Self.zeros(Binning.binCount)
    coarse = Self.zeros(binning.coarseBinCount)
  }

  deinit {
    free(lanes)
    free(coarse)
  }

  private static func zeros<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
    guard let memory = calloc(count, MemoryLayout<Element>.stride) else { fatalError("out of memory") }
    return memory.bindMemory(to: Element.self, capacity: count)
  }

  /// Statistics of `piece`, a box of `buffer`; its voxels are also added to `histogram`.
  ///
  /// - Parameters:
  ///   - x: where the piece begins along x in the volume, which says where runs begin.
  ///   - run: length of a run.
  func count(
    _ piece: Region, of buffer: VoxelBuffer, x: Int, run: Int, into histogram: UnsafeMutablePointer<UInt64>
  ) -> CellStatistics {
    defer { withExtendedLifetime((self, buffer)) {} }
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
    // Differences across the border of two runs are taken with the rest and taken back below.
    let firstDifference = x % run == 0 ? 1 : 0
    let width = rows.extent.x
    let borders = stride(from: (run - x % run) % run, to: width, by: run).filter { $0 >= firstDifference }
    let isLarge = rows.extent.count >= Self.largePiece
    let lanes = lanes
    let (smallest, largest) = range(of: rows)
    var reach = BinRange(smallest, largest)
    if firstDifference == 0 { rows.forEach { reach.extend(by: $0 - 1, 1) } }
    let isNarrow = Int(reach.largest) - Int(reach.smallest) <= Int(Int16.max)
    let isWide = isNarrow && WideVectors.areThere
    let narrow = NarrowDifferences(from: firstDifference, to: width)
    var energy: UInt64 = 0
    // Everything else about a row while it is in the nearest cache.
    rows.forEach { row in
      if isWide {
        energy &+= sheaf_squared_differences_wide(row, firstDifference, width)
      } else {
        energy &+= isNarrow ? narrow.squared(row) : squaredDifferences(row, from: firstDifference, to: width)
      }
      for border in borders { energy &-= squaredDifferences(row, from: border, to: border + 1) }
      if isLarge { countRow(row, width, lanes) }
    }
    var result = CellStatistics()
    result.voxelCount = rows.extent.count
    result.gradientEnergy = energy
    result.gradientCount = UInt64((width - firstDifference - borders.count) * rows.extent.y * rows.extent.z)
    if !isLarge && Int(largest) - Int(smallest) > rows.extent.count {
      addOneByOne(rows, to: &result, histogram)
    } else {
      if !isLarge { rows.forEach { countRow($0, width, lanes) } }
      collectLanes(from: Int(smallest), to: Int(largest), into: &result, histogram)
    }
    collectCoarse(
      from: Int(binning.coarseBins[Int(smallest)]), to: Int(binning.coarseBins[Int(largest)]), into: &result)
    return result
  }

  private func range(of rows: Rows) -> (smallest: UInt16, largest: UInt16) {
    if WideVectors.areThere {
      var (smallest, largest) = (UInt16.max, UInt16.min)
      let extent = rows.extent
      sheaf_range_wide(
        rows.start, extent.z, extent.y, extent.x, rows.rowStride, rows.planeStride, &smallest, &largest)
      return (smallest, largest)
    }
    var range = BinRange()
    rows.forEach { range.extend(by: $0, rows.extent.x) }
    return (range.smallest, range.largest)
  }

  /// Derives a piece's sums and coarse counts from the lanes, and clears them.
  private func collectLanes(
    from smallest: Int, to largest: Int, into result: inout CellStatistics,
    _ histogram: UnsafeMutablePointer<UInt64>
  ) {
    let (lanes, coarse) = (lanes, coarse)
    var sum: UInt64 = 0
    var squares: UInt64 = 0
    binning.coarseBins.withUnsafeBufferPointer { coarseBins in
      var bin = smallest
      while bin <= largest {
        defer { bin &+= 1 }
        let counts = lanes[bin]
        if counts == .zero { continue }
        lanes[bin] = .zero
        let count = counts.wrappedSum()
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
    result.counts = Array(UnsafeBufferPointer(start: coarse + first, count: last - first + 1))[...]
    (coarse + first).update(repeating: 0, count: last - first + 1)
  }

  private func convert(
    _ buffer: VoxelBuffer, first: Int, extent: Extent, into target: UnsafeMutablePointer<UInt16>
  ) {
    defer { withExtendedLifetime(buffer) {} }
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
