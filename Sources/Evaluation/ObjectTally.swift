import Components
import Voxels

/// The objects of one volume in a range of its planes, numbered from 0; tallies of neighbouring ranges append to each
/// other, and in the end objects that go through several ranges count once.
struct ObjectTally {
  private var components = SlabComponents(connectivity: .corners)
  /// Labels: the value of each number.
  private var labels: [UInt64] = []
  private var numbers: [UInt64: Int] = [:]

  init() {}

  var count: Int { labels.isEmpty ? components.count : labels.count }

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
      tally.components = SlabComponents(labelling, connectivity: .corners)
    case .labels:
      defer { withExtendedLifetime(voxels) {} }
      switch voxels.type {
      case .uint8: tally.number(voxels.voxels(as: UInt8.self), classes, &objects)
      case .uint16: tally.number(voxels.voxels(as: UInt16.self), classes, &objects)
      case .int16: tally.number(voxels.voxels(as: Int16.self), classes, &objects)
      case .uint32: tally.number(voxels.voxels(as: UInt32.self), classes, &objects)
      case .uint64: tally.number(voxels.voxels(as: UInt64.self), classes, &objects)
      case .float32: tally.number(ofFloats: voxels.voxels(as: Float.self), classes, &objects)
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

  /// `VoxelClasses` has found the voxels of foreground to be whole numbers.
  private mutating func number(
    ofFloats voxels: UnsafeMutableBufferPointer<Float>, _ classes: [UInt8], _ objects: inout [UInt32]
  ) {
    for index in voxels.indices where classes[index] == VoxelClasses.foreground {
      let value = Int64(exactly: voxels[index].rounded()) ?? 0
      objects[index] = UInt32(number(ofLabel: UInt64(bitPattern: value)) + 1)
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
    let offset = components.append(next.components)
    return (0..<next.components.count).map { $0 + offset }
  }

  /// For every number its object, and how many objects there are: components in the order of their first voxels, labels
  /// in ascending order, so that the numbering does not depend on how the volume was cut.
  mutating func resolved() -> (objects: [Int], count: Int) {
    if labels.isEmpty {
      let (objects, count) = components.resolved()
      return (objects, count)
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
    components.encode(into: &words)
  }

  init(decoding words: inout ArraySlice<Int>) {
    for _ in 0..<words.removeFirst() { _ = number(ofLabel: UInt64(UInt(bitPattern: words.removeFirst()))) }
    components = SlabComponents(decoding: &words, connectivity: .corners)
  }
}
