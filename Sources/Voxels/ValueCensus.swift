/// Which values a volume holds, how many of each, and where: what tells a mask from labels and labels from intensities.
///
/// Pieces of a volume are counted one by one, in any order and by any number of threads or ranks, and merged to the same
/// census. Only full rows may be counted, since neighbours are compared along x.
package struct ValueCensus: Sendable, Codable, Equatable {
  /// One whole value, the number of voxels that have it, and the box around them.
  package struct Entry: Sendable, Codable, Equatable {
    /// Values beyond the range of 64 bits with a sign are counted as its ends.
    package let value: Int64
    package fileprivate(set) var count: Int
    /// The smallest and the largest coordinates, both inclusive.
    package fileprivate(set) var least: Coordinate
    package fileprivate(set) var greatest: Coordinate
  }

  /// Beyond so many different values none is listed.
  package static let mostValues = 1 << 16
  /// How far a floating-point number may be from a whole one to count as it: resampling, scaling factors in headers and
  /// single precision leave such remainders.
  package static let tolerance = 1e-3

  package private(set) var voxelCount = 0
  /// Infinite voxels, and those that are no number.
  package private(set) var notFiniteCount = 0
  /// Of the finite voxels.
  package private(set) var minimum: Double?
  package private(set) var maximum: Double?
  /// Voxels that are not whole numbers, within `tolerance`, and the least of them.
  package private(set) var fractionCount = 0
  package private(set) var leastFraction: Double?
  /// Voxels that are whole numbers within `tolerance` only, and the least of them.
  package private(set) var inexactCount = 0
  package private(set) var leastInexact: Double?
  /// Neighbours along x that are both other than 0, and those of them that differ.
  package private(set) var neighbourCount = 0
  package private(set) var unequalNeighbourCount = 0
  /// Whether there are more different whole values than `mostValues`.
  package private(set) var hasMoreValues = false
  private var entries: [Entry] = []

  package init() {}

  /// The census of a whole volume.
  package init(_ voxels: VoxelBuffer) {
    add(voxels, at: .zero)
  }

  /// All whole values in ascending order, 0 among them; none when there are more than `mostValues`.
  package var values: [Entry] { entries.sorted { $0.value < $1.value } }

  /// Counts a piece of the volume that spans its full width.
  ///
  /// - Parameter origin: where the piece lies in the volume.
  package mutating func add(_ voxels: VoxelBuffer, at origin: Coordinate) {
    var index = EntryIndex(entries)
    withVoxelScalar(voxels.type) { add(voxels, as: $0, at: origin, &index) }
    entries = index.entries
    if index.hasMore { listNone() }
  }

  private mutating func add<Scalar: VoxelScalar>(
    _ buffer: VoxelBuffer, as scalar: Scalar.Type, at origin: Coordinate, _ index: inout EntryIndex
  ) {
    defer { withExtendedLifetime(buffer) {} }
    let voxels = buffer.voxels(as: scalar)
    let extent = buffer.extent
    voxelCount += extent.count
    guard extent.x > 0 else { return }
    for z in 0..<extent.z {
      for y in 0..<extent.y {
        let row = (z * extent.y + y) * extent.x
        var start = 0
        while start < extent.x {
          let value = voxels[row + start]
          var end = start + 1
          // Not-a-number equals nothing, not even itself: such a run has one voxel.
          while end < extent.x, voxels[row + end] == value { end += 1 }
          if value != .zero {
            neighbourCount += end - start - 1
            if end < extent.x, voxels[row + end] != .zero {
              neighbourCount += 1
              unequalNeighbourCount += 1
            }
          }
          addRun(value, origin + Coordinate(z, y, start), end - start, &index)
          start = end
        }
      }
    }
    withExtendedLifetime(buffer) {}
  }

  @inline(__always)
  private mutating func addRun<Scalar: VoxelScalar>(
    _ scalar: Scalar, _ place: Coordinate, _ count: Int, _ index: inout EntryIndex
  ) {
    if let voxel = scalar as? Float {
      addRun(ofFloat: Double(voxel), place, count, &index)
    } else {
      addRun(ofWhole: wholeValue(scalar), place, count, &index)
    }
  }

  @inline(__always)
  private func wholeValue<Scalar: VoxelScalar>(_ scalar: Scalar) -> Int64 {
    switch scalar {
    case let value as UInt8: Int64(value)
    case let value as UInt16: Int64(value)
    case let value as Int16: Int64(value)
    case let value as UInt32: Int64(value)
    case let value as UInt64: Int64(clamping: value)
    default: 0
    }
  }

  private mutating func addRun(ofWhole value: Int64, _ place: Coordinate, _ count: Int, _ index: inout EntryIndex) {
    let number = Double(value)
    if minimum.map({ number < $0 }) ?? true { minimum = number }
    if maximum.map({ number > $0 }) ?? true { maximum = number }
    index.add(value, place, count)
  }

  private mutating func addRun(ofFloat value: Double, _ place: Coordinate, _ count: Int, _ index: inout EntryIndex) {
    guard value.isFinite else {
      notFiniteCount += count
      return
    }
    if minimum.map({ value < $0 }) ?? true { minimum = value }
    if maximum.map({ value > $0 }) ?? true { maximum = value }
    let whole = value.rounded()
    guard abs(value - whole) <= ValueCensus.tolerance else {
      fractionCount += count
      leastFraction = min(leastFraction ?? value, value)
      return
    }
    if value != whole {
      inexactCount += count
      leastInexact = min(leastInexact ?? value, value)
    }
    index.add(Int64(exactly: whole) ?? (whole < 0 ? .min : .max), place, count)
  }

  /// Adds the census of other pieces of the same volume.
  package mutating func merge(_ other: ValueCensus) {
    func least(_ a: Double?, _ b: Double?) -> Double? { a.map { min($0, b ?? $0) } ?? b }
    voxelCount += other.voxelCount
    notFiniteCount += other.notFiniteCount
    minimum = least(minimum, other.minimum)
    maximum = maximum.map { max($0, other.maximum ?? $0) } ?? other.maximum
    fractionCount += other.fractionCount
    leastFraction = least(leastFraction, other.leastFraction)
    inexactCount += other.inexactCount
    leastInexact = least(leastInexact, other.leastInexact)
    neighbourCount += other.neighbourCount
    unequalNeighbourCount += other.unequalNeighbourCount
    if hasMoreValues || other.hasMoreValues { return listNone() }
    var index = EntryIndex(entries)
    for entry in other.entries { index.add(entry) }
    entries = index.entries
    if index.hasMore { listNone() }
  }

  private mutating func listNone() {
    hasMoreValues = true
    entries = []
  }

  package static func == (a: ValueCensus, b: ValueCensus) -> Bool {
    a.voxelCount == b.voxelCount && a.notFiniteCount == b.notFiniteCount && a.minimum == b.minimum
      && a.maximum == b.maximum && a.fractionCount == b.fractionCount && a.leastFraction == b.leastFraction
      && a.inexactCount == b.inexactCount && a.leastInexact == b.leastInexact
      && a.neighbourCount == b.neighbourCount && a.unequalNeighbourCount == b.unequalNeighbourCount
      && a.hasMoreValues == b.hasMoreValues && a.values == b.values
  }
}

extension ValueCensus {
  /// The share of neighbours along x, both other than 0, that differ: small in label images, whose objects are many voxels
  /// wide, and large in images with noise.
  package var unequalShare: Double {
    neighbourCount == 0 ? 0 : Double(unequalNeighbourCount) / Double(neighbourCount)
  }

  /// Whether each of some values lies all over the volume, as intensities, classes and annotation codes do, rather than in
  /// one place, as the ids of objects do: the volumes of their boxes are compared with the box around all of them.
  package func areSpread(_ chosen: [Entry]) -> Bool {
    guard chosen.count > 1, var least = chosen.first?.least, var greatest = chosen.first?.greatest else { return false }
    var sum = 0.0
    for entry in chosen {
      for axis in 0..<3 {
        least[axis] = min(least[axis], entry.least[axis])
        greatest[axis] = max(greatest[axis], entry.greatest[axis])
      }
      sum += ValueCensus.volume(entry.least, entry.greatest)
    }
    let share = sum / ValueCensus.volume(least, greatest)
    return share > max(1.5, 0.3 * Double(chosen.count))
  }

  private static func volume(_ least: Coordinate, _ greatest: Coordinate) -> Double {
    (0..<3).reduce(1) { $0 * Double(greatest[$1] - least[$1] + 1) }
  }
}

/// The entries of a census with the places of their values in the list: an array for small values, a dictionary for others.
private struct EntryIndex {
  private(set) var entries: [ValueCensus.Entry]
  private(set) var hasMore = false
  private var small = [Int32](repeating: -1, count: 1 << 16)
  private var others: [Int64: Int] = [:]

  init(_ entries: [ValueCensus.Entry]) {
    self.entries = []
    self.entries.reserveCapacity(entries.count)
    for entry in entries { add(entry) }
  }

  @inline(__always)
  mutating func add(_ value: Int64, _ place: Coordinate, _ count: Int) {
    if hasMore { return }
    let end = Coordinate(place.z, place.y, place.x + count - 1)
    guard let number = number(of: value) else {
      return append(ValueCensus.Entry(value: value, count: count, least: place, greatest: end))
    }
    entries[number].count += count
    entries[number].include(place, end)
  }

  mutating func add(_ entry: ValueCensus.Entry) {
    if hasMore { return }
    guard let number = number(of: entry.value) else { return append(entry) }
    entries[number].count += entry.count
    entries[number].include(entry.least, entry.greatest)
  }

  @inline(__always)
  private func number(of value: Int64) -> Int? {
    if value >= 0, value < 1 << 16 {
      let number = small[Int(value)]
      return number < 0 ? nil : Int(number)
    }
    return others[value]
  }

  private mutating func append(_ entry: ValueCensus.Entry) {
    guard entries.count < ValueCensus.mostValues else {
      hasMore = true
      return
    }
    if entry.value >= 0, entry.value < 1 << 16 {
      small[Int(entry.value)] = Int32(entries.count)
    } else {
      others[entry.value] = entries.count
    }
    entries.append(entry)
  }
}

extension ValueCensus.Entry {
  @inline(__always)
  fileprivate mutating func include(_ from: Coordinate, _ to: Coordinate) {
    if from.z < least.z { least.z = from.z }
    if from.y < least.y { least.y = from.y }
    if from.x < least.x { least.x = from.x }
    if to.z > greatest.z { greatest.z = to.z }
    if to.y > greatest.y { greatest.y = to.y }
    if to.x > greatest.x { greatest.x = to.x }
  }
}
