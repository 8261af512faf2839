import Voxels

/// The cells around each cell of a grid: up to 26, fewer at its faces.
struct CellNeighbours {
  let counts: Extent

  /// For each cell, how many of its neighbours, itself included, are marked.
  func count(_ marks: [Bool]) -> [UInt8] {
    var sums = marks.map { $0 ? UInt8(1) : 0 }
    for axis in 0..<3 where counts[axis] > 1 { sums = summed(sums, axis) }
    return sums
  }

  /// Sums of three along one axis.
  private func summed(_ values: [UInt8], _ axis: Int) -> [UInt8] {
    let step = axis == 0 ? counts.y * counts.x : axis == 1 ? counts.x : 1
    let length = step * counts[axis]
    var sums = values
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        // A line's cells, or side by side the cells of many lines.
        for start in stride(from: 0, to: values.count, by: length) {
          let (own, line) = (sums.baseAddress! + start, values.baseAddress! + start)
          for index in 0..<(length - step) { own[index &+ step] &+= line[index] }
          for index in 0..<(length - step) { own[index] &+= line[index &+ step] }
        }
      }
    }
    return sums
  }

  /// For each cell, which of its neighbours, itself included, has the smallest value: the first of them where several have.
  func darkest(_ values: [Double]) -> [Int] {
    var best = Array(values.indices)
    // The first of three along x, then of three rows, then of three planes, is the first of all 27.
    for axis in [2, 1, 0] where counts[axis] > 1 {
      let stride = axis == 0 ? counts.y * counts.x : axis == 1 ? counts.x : 1
      let before = best
      for index in best.indices {
        let position = index / stride % counts[axis]
        var found = position > 0 ? before[index - stride] : before[index]
        if position > 0, values[before[index]] < values[found] { found = before[index] }
        if position + 1 < counts[axis], values[before[index + stride]] < values[found] {
          found = before[index + stride]
        }
        best[index] = found
      }
    }
    return best
  }

  /// Calls `body` with the number of each neighbour of cell `index`, itself included.
  func forEach(around index: Int, _ body: (Int) -> Void) {
    let position = counts.position(of: index)
    for z in max(0, position.z - 1)...min(counts.z - 1, position.z + 1) {
      for y in max(0, position.y - 1)...min(counts.y - 1, position.y + 1) {
        for x in max(0, position.x - 1)...min(counts.x - 1, position.x + 1) {
          body(counts.index(of: Coordinate(z, y, x)))
        }
      }
    }
  }
}
