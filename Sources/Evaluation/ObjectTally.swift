import Voxels

/// The objects of one volume in a range of its planes, numbered from 0; tallies of neighbouring ranges append to each
/// other, and in the end objects that go through several ranges count once.
struct ObjectTally {
  /// Components: which numbers are the same object.
  private var sets = UnionFind()
  /// Components: the outermost planes, to join the neighbouring ranges.
  private var first: ComponentPlane?
  private var last: ComponentPlane?
  /// Labels: the value of each number.
  private var labels: [UInt64] = []
  private var numbers: [UInt64: Int] = [:]

  init() {}

  var count: Int { labels.isEmpty ? sets.count : labels.count }

  /// The objects of a slab: 0 for background, 1 + the object's number for foreground.
  ///
  /// - Parameters:
  ///   - voxels: the values; of use where the objects are labels.
  ///   - classes: 1 where foreground counts, C order.
  static func objects(
    of voxels: VoxelBuffer, classes: [UInt8], _ rule: EvaluatedVolume.Objects
  ) -> (tally: ObjectTally, objects: [UInt32]) {
    var tally = ObjectTally()
    var objects = [UInt32](repeating: 0, count: classes.count)
    switch rule {
    case .components:
      let labelling = classes.withUnsafeBufferPointer {
        ComponentLabelling($0, extent: voxels.extent, connectivity: .corners)
      }
      objects.withUnsafeMutableBufferPointer { labelling.write(into: $0) { UInt32($0 + 1) } }
      tally.sets = UnionFind(count: labelling.count)
      tally.first = labelling.plane(axis: 0, at: 0)
      tally.last = labelling.plane(axis: 0, at: voxels.extent.z - 1)
    case .labels:
      switch voxels.type {
      case .uint8: tally.number(voxels.voxels(as: UInt8.self), classes, &objects)
      case .uint16: tally.number(voxels.voxels(as: UInt16.self), classes, &objects)
      case .int16: tally.number(voxels.voxels(as: Int16.self), classes, &objects)
      case .uint32: tally.number(voxels.voxels(as: UInt32.self), classes, &objects)
      case .uint64: tally.number(voxels.voxels(as: UInt64.self), classes, &objects)
      case .float32: preconditionFailure("floating-point values are no labels")
      }
    }
    return (tally, objects)
  }

  private mutating func number<Scalar: VoxelScalar & FixedWidthInteger>(
    _ voxels: UnsafeMutableBufferPointer<Scalar>, _ classes: [UInt8], _ objects: inout [UInt32]
  ) {
    var lastValue: Scalar?
    var lastNumber: UInt32 = 0
    for index in voxels.indices where classes[index] == VoxelClasses.foreground {
      let value = voxels[index]
      if value != lastValue {
        lastValue = value
        lastNumber = UInt32(number(ofLabel: UInt64(truncatingIfNeeded: value)) + 1)
      }
      objects[index] = lastNumber
    }
  }

  private mutating func number(ofLabel label: UInt64) -> Int {
    if let number = numbers[label] { return number }
    numbers[label] = labels.count
    labels.append(label)
    return labels.count - 1
  }

  /// Appends the tally of the planes after this one's, and returns the new numbers of its objects.
  mutating func append(_ next: ObjectTally) -> [Int] {
    if !next.labels.isEmpty || !labels.isEmpty {
      return next.labels.map { number(ofLabel: $0) }
    }
    let offset = sets.count
    sets.append(count: next.sets.count)
    var nextSets = next.sets
    for number in 0..<next.sets.count {
      let root = nextSets.find(number)
      if root != number { sets.union(offset + root, offset + number) }
    }
    if let last, let nextFirst = next.first {
      last.forEachContact(with: nextFirst, differingAxes: 1, connectivity: .corners) { sets.union($0, offset + $1) }
    }
    if first == nil { first = next.first?.renumbered(by: offset) }
    if let nextLast = next.last { last = nextLast.renumbered(by: offset) }
    return (0..<next.sets.count).map { $0 + offset }
  }

  /// For every number its object, and how many objects there are: components in the order of their first voxels, labels
  /// in ascending order, so that the numbering does not depend on how the volume was cut.
  mutating func resolved() -> (objects: [Int], count: Int) {
    if labels.isEmpty {
      let (ranks, count) = sets.ranks()
      return (ranks, count)
    }
    var objects = [Int](repeating: 0, count: labels.count)
    for (rank, number) in labels.indices.sorted(by: { labels[$0] < labels[$1] }).enumerated() { objects[number] = rank }
    return (objects, labels.count)
  }
}

// How a tally travels between ranks.
extension ObjectTally {
  mutating func encode(into words: inout [Int]) {
    words.append(labels.count)
    words.append(contentsOf: labels.map { Int(bitPattern: UInt($0)) })
    words.append(sets.count)
    for number in 0..<sets.count { words.append(sets.find(number)) }
    for plane in [first, last] {
      guard let plane else {
        words.append(0)
        continue
      }
      words.append(contentsOf: [1, plane.rowCount, plane.columnCount, plane.runs.count])
      words.append(contentsOf: plane.rowStarts)
      for run in plane.runs { words.append(contentsOf: [Int(run.start), Int(run.end), run.component]) }
    }
  }

  init(decoding words: inout ArraySlice<Int>) {
    for _ in 0..<words.removeFirst() { _ = number(ofLabel: UInt64(UInt(bitPattern: words.removeFirst()))) }
    let count = words.removeFirst()
    sets = UnionFind(count: count)
    for number in 0..<count { sets.union(words.removeFirst(), number) }
    first = ObjectTally.plane(decoding: &words)
    last = ObjectTally.plane(decoding: &words)
  }

  private static func plane(decoding words: inout ArraySlice<Int>) -> ComponentPlane? {
    guard words.removeFirst() == 1 else { return nil }
    let rowCount = words.removeFirst()
    let columnCount = words.removeFirst()
    let runCount = words.removeFirst()
    let rowStarts = (0...rowCount).map { _ in words.removeFirst() }
    let runs = (0..<runCount).map { _ in
      ComponentLabelling.Run(
        start: Int32(words.removeFirst()), end: Int32(words.removeFirst()), component: words.removeFirst())
    }
    return ComponentPlane(rowCount: rowCount, columnCount: columnCount, runs: runs, rowStarts: rowStarts)
  }
}
