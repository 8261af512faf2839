/// What is kept of the voxels of one cell: additive integers only, so that the parts of a cell that neighbouring units
/// saw add up exactly in any order.
package struct CellStatistics: Equatable, Sendable {
  /// The coarse bin of `counts[0]`. Together with `counts` free of zeros at both ends, so that equal statistics are
  /// equal in memory and on disk.
  package internal(set) var firstCoarseBin = 0
  package internal(set) var voxelCount = 0
  /// Voxels in each coarse bin from `firstCoarseBin` on.
  package internal(set) var counts: ArraySlice<UInt32> = []
  /// Sum of the voxels' bins (for 8- and 16-bit types: of their values, counted from the smallest).
  package internal(set) var sum: UInt64 = 0
  /// Sum of the squares of the voxels' bins.
  package internal(set) var sumOfSquares: UInt64 = 0
  /// Sum of squared differences of bins between neighbours along x that share a run (see `StatisticsGrid.run`).
  package internal(set) var gradientEnergy: UInt64 = 0
  /// How many differences `gradientEnergy` sums.
  package internal(set) var gradientCount: UInt64 = 0

  package init() {}

  /// Voxels in `coarseBin`.
  package func count(inCoarseBin coarseBin: Int) -> Int {
    let index = coarseBin - firstCoarseBin
    return index >= 0 && index < counts.count ? Int(counts[counts.startIndex + index]) : 0
  }

  package mutating func add(_ other: CellStatistics) {
    voxelCount &+= other.voxelCount
    sum &+= other.sum
    sumOfSquares &+= other.sumOfSquares
    gradientEnergy &+= other.gradientEnergy
    gradientCount &+= other.gradientCount
    if other.counts.isEmpty { return }
    if counts.isEmpty {
      counts = other.counts
      firstCoarseBin = other.firstCoarseBin
      return
    }
    let first = min(firstCoarseBin, other.firstCoarseBin)
    let end = max(firstCoarseBin + counts.count, other.firstCoarseBin + other.counts.count)
    if first < firstCoarseBin || end > firstCoarseBin + counts.count {
      var grown = [UInt32](repeating: 0, count: end - first)
      for (index, count) in counts.enumerated() { grown[firstCoarseBin - first + index] = count }
      counts = grown[...]
      firstCoarseBin = first
    }
    counts.withUnsafeMutableBufferPointer { counts in
      let own = counts.baseAddress! + (other.firstCoarseBin - first)
      other.counts.withUnsafeBufferPointer { other in for index in other.indices { own[index] &+= other[index] } }
    }
  }

  /// Adds the counts to those of all coarse bins, where 32 bits may not hold a sum.
  package func add(to all: inout [UInt64]) {
    all.withUnsafeMutableBufferPointer { all in
      let own = all.baseAddress! + firstCoarseBin
      counts.withUnsafeBufferPointer { counts in for index in counts.indices { own[index] &+= UInt64(counts[index]) } }
    }
  }

  /// Voxels with a number, which all but some float32 voxels have.
  package func numberCount(_ binning: Binning) -> Int {
    guard let bin = binning.notANumberBin else { return voxelCount }
    return voxelCount - count(inCoarseBin: Int(binning.coarseBins[bin]))
  }

  /// The value that `rank` voxels (counted from zero, in rising order) lie under: exact where a coarse bin is a single
  /// value, else interpolated within the coarse bin (off by less than its width, at most 3.1 %).
  package func value(atRank rank: Int, _ binning: Binning) -> Double {
    counts.withUnsafeBufferPointer { counts in
      // From the nearer end.
      if rank > voxelCount / 2 {
        var below = voxelCount
        for index in counts.indices.reversed() {
          below &-= Int(counts[index])
          if rank >= below, rank < voxelCount {
            return binning.value(inCoarseBin: firstCoarseBin &+ index, at: rank &- below, of: Int(counts[index]))
          }
        }
      } else {
        var below = 0
        for index in counts.indices {
          let next = below &+ Int(counts[index])
          if rank < next {
            return binning.value(inCoarseBin: firstCoarseBin &+ index, at: rank &- below, of: Int(counts[index]))
          }
          below = next
        }
      }
      preconditionFailure("rank \(rank) of \(voxelCount) voxels")
    }
  }

  /// The value under which `fraction` of the voxels lie.
  package func percentile(_ fraction: Double, _ binning: Binning) -> Double {
    let count = numberCount(binning)
    precondition(count > 0, "a percentile of no voxels")
    return value(atRank: min(count - 1, Int(fraction * Double(count))), binning)
  }
}

extension Binning {
  /// The value of the voxel at `rank` among the `count` of a coarse bin, which are taken to be spread evenly over it.
  func value(inCoarseBin coarseBin: Int, at rank: Int, of count: Int) -> Double {
    let (lowest, highest) = coarseBounds[coarseBin]
    return lowest + (highest - lowest) * (Double(rank) + 0.5) / Double(count)
  }
}
