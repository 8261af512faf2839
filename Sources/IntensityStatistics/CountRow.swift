// Loops over one row of voxels, or of their bins, in which `PieceCounter` spends its time.

/// Counts each voxel of a row in one of four interleaved histograms, in turn.
@inline(__always)
func countRow(_ row: UnsafePointer<UInt16>, _ width: Int, _ lanes: UnsafeMutablePointer<SIMD4<UInt32>>) {
  let counts = UnsafeMutableRawPointer(lanes).assumingMemoryBound(to: UInt32.self)
  var index = 0
  while index &+ 4 <= width {
    counts[Int(row[index]) << 2] &+= 1
    counts[Int(row[index &+ 1]) << 2 | 1] &+= 1
    counts[Int(row[index &+ 2]) << 2 | 2] &+= 1
    counts[Int(row[index &+ 3]) << 2 | 3] &+= 1
    index &+= 4
  }
  while index < width {
    counts[Int(row[index]) << 2] &+= 1
    index &+= 1
  }
}

/// Sum over x in `from..<to` of (row[x] − row[x − 1])².
@inline(__always)
func squaredDifferences(_ row: UnsafePointer<UInt16>, from: Int, to: Int) -> UInt64 {
  let bytes = UnsafeRawPointer(row)
  var sums = SIMD4<UInt64>.zero
  var x = from
  while x &+ 8 <= to {
    let right = bytes.loadUnaligned(fromByteOffset: 2 &* x, as: SIMD8<UInt16>.self)
    let left = bytes.loadUnaligned(fromByteOffset: 2 &* x &- 2, as: SIMD8<UInt16>.self)
    let difference = SIMD8<UInt32>(truncatingIfNeeded: pointwiseMax(left, right) &- pointwiseMin(left, right))
    let squares = difference &* difference
    sums &+= SIMD4<UInt64>(truncatingIfNeeded: squares.lowHalf)
    sums &+= SIMD4<UInt64>(truncatingIfNeeded: squares.highHalf)
    x &+= 8
  }
  var sum = sums.wrappedSum()
  while x < to {
    let difference = UInt32(max(row[x], row[x &- 1]) &- min(row[x], row[x &- 1]))
    sum &+= UInt64(difference &* difference)
    x &+= 1
  }
  return sum
}

/// Sums of squared differences along rows in which no two voxels differ by more than a signed 16-bit number holds:
/// every x86-64 processor multiplies eight of them, and adds neighbouring squares, in one instruction.
struct NarrowDifferences {
  private let from: Int
  private let to: Int
  /// Where the vectors of a row end.
  private let vectorEnd: Int
  /// The voxels after that in a last vector, which ends with the row.
  private let tail: SIMD8<Int16>

  /// Differences row[x] − row[x − 1] for x in `from..<to`.
  init(from: Int, to: Int) {
    self.from = from
    self.to = to
    // Rows of whole vectors stay so when they begin with a voxel that has no left neighbour.
    let start = from == 1 && to >= 8 ? 0 : from
    vectorEnd = start + max(0, to - start) / 8 * 8
    var tail = SIMD8<Int16>.zero
    for lane in 0..<8 where to - 8 + lane >= vectorEnd { tail[lane] = -1 }
    self.tail = tail
  }

  @inline(__always)
  func squared(_ row: UnsafePointer<UInt16>) -> UInt64 {
    let bytes = UnsafeRawPointer(row)
    var lower = SIMD2<UInt64>.zero
    var upper = SIMD2<UInt64>.zero
    func add(_ differences: SIMD8<Int16>) {
      let wide = SIMD8<Int32>(truncatingIfNeeded: differences)
      let squares = wide &* wide
      let pairs = SIMD4<UInt32>(truncatingIfNeeded: squares.evenHalf &+ squares.oddHalf)
      lower &+= SIMD2<UInt64>(truncatingIfNeeded: pairs.lowHalf)
      upper &+= SIMD2<UInt64>(truncatingIfNeeded: pairs.highHalf)
    }
    func differences(at x: Int) -> SIMD8<Int16> {
      let right = bytes.loadUnaligned(fromByteOffset: 2 &* x, as: SIMD8<Int16>.self)
      return right &- bytes.loadUnaligned(fromByteOffset: 2 &* x &- 2, as: SIMD8<Int16>.self)
    }
    var x = from
    if from == 1, to >= 8 {
      let right = bytes.loadUnaligned(as: SIMD8<Int16>.self)
      let left = SIMD8<Int16>(right[0], right[0], right[1], right[2], right[3], right[4], right[5], right[6])
      add(right &- left)
      x = 8
    }
    while x < vectorEnd {
      add(differences(at: x))
      x &+= 8
    }
    if x == to { return (lower &+ upper).wrappedSum() }
    // Before the row's second voxel there may be no memory to read.
    guard to >= 9 else { return (lower &+ upper).wrappedSum() &+ squaredDifferences(row, from: x, to: to) }
    add(differences(at: to &- 8) & tail)
    return (lower &+ upper).wrappedSum()
  }
}

/// The smallest and the largest of many bins. They are kept with the uppermost bit flipped, as signed numbers, whose
/// minimum every x86-64 processor finds in one instruction.
struct BinRange {
  private var least = SIMD8<Int16>(repeating: .max)
  private var most = SIMD8<Int16>(repeating: .min)

  init() {}

  init(_ smallest: UInt16, _ largest: UInt16) {
    least = SIMD8(repeating: Int16(bitPattern: smallest ^ 0x8000))
    most = SIMD8(repeating: Int16(bitPattern: largest ^ 0x8000))
  }

  var smallest: UInt16 { UInt16(bitPattern: least.min()) ^ 0x8000 }
  var largest: UInt16 { UInt16(bitPattern: most.max()) ^ 0x8000 }

  @inline(__always)
  mutating func extend(by row: UnsafePointer<UInt16>, _ width: Int) {
    let bytes = UnsafeRawPointer(row)
    var x = 0
    while x &+ 8 <= width {
      let bins = bytes.loadUnaligned(fromByteOffset: 2 &* x, as: SIMD8<UInt16>.self)
      extend(by: SIMD8<Int16>(truncatingIfNeeded: bins ^ SIMD8(repeating: 0x8000)))
      x &+= 8
    }
    if x == width { return }
    // The end of the row once more, which changes no extreme.
    if width >= 8 {
      let bins = bytes.loadUnaligned(fromByteOffset: 2 &* (width &- 8), as: SIMD8<UInt16>.self)
      extend(by: SIMD8<Int16>(truncatingIfNeeded: bins ^ SIMD8(repeating: 0x8000)))
      return
    }
    while x < width {
      extend(by: SIMD8<Int16>(repeating: Int16(bitPattern: row[x] ^ 0x8000)))
      x &+= 1
    }
  }

  @inline(__always)
  private mutating func extend(by bins: SIMD8<Int16>) {
    least = pointwiseMin(least, bins)
    most = pointwiseMax(most, bins)
  }
}
