import Voxels

/// How prediction and reference overlap in a range of planes. Ranges append to each other in order, so that a volume of any size is
/// compared slab by slab, in any number of pieces, with the result of the whole.
struct SlabOverlap {
  private(set) var counts = OverlapCounts()
  private var pairs: [ObjectOverlaps.Pair: Int] = [:]
  private var prediction = ObjectTally()
  private var reference = ObjectTally()

  init() {}

  /// Compares the planes `planes` of two volumes of one extent.
  ///
  /// - Parameter withObjects: whether objects are distinguished; otherwise only voxels are counted.
  init(planes: Range<Int>, prediction: EvaluatedVolume, reference: EvaluatedVolume, withObjects: Bool) throws {
    let region = Region(
      origin: Coordinate(planes.lowerBound, 0, 0),
      extent: Extent(planes.count, prediction.extent.y, prediction.extent.x))
    let predictionVoxels = try prediction.read(region)
    let referenceVoxels = try reference.read(region)
    var predictionClasses = try prediction.classes.classes(of: predictionVoxels, name: prediction.name)
    var referenceClasses = try reference.classes.classes(of: referenceVoxels, name: reference.name)
    counts = clearIgnored(&predictionClasses, &referenceClasses)
    if !withObjects { return }
    let (predictionTally, predictionObjects) = ObjectTally.objects(
      of: predictionVoxels, classes: predictionClasses, prediction.objects)
    let (referenceTally, referenceObjects) = ObjectTally.objects(
      of: referenceVoxels, classes: referenceClasses, reference.objects)
    self.prediction = predictionTally
    self.reference = referenceTally
    pairs = countPairs(predictionObjects, referenceObjects)
  }

  /// Appends the planes that follow this range.
  mutating func append(_ next: SlabOverlap) {
    counts = counts + next.counts
    let predictionNumbers = prediction.append(next.prediction)
    let referenceNumbers = reference.append(next.reference)
    for (pair, voxels) in next.pairs {
      let renumbered = ObjectOverlaps.Pair(
        prediction: pair.prediction == 0 ? 0 : predictionNumbers[pair.prediction - 1] + 1,
        reference: pair.reference == 0 ? 0 : referenceNumbers[pair.reference - 1] + 1)
      pairs[renumbered, default: 0] += voxels
    }
  }

  /// The objects of the whole range, those that go through several slabs in one piece.
  func objectOverlaps() -> ObjectOverlaps {
    var prediction = self.prediction
    var reference = self.reference
    let (predictionObjects, predictionCount) = prediction.resolved()
    let (referenceObjects, referenceCount) = reference.resolved()
    var voxels: [ObjectOverlaps.Pair: Int] = [:]
    for (pair, count) in pairs {
      let resolved = ObjectOverlaps.Pair(
        prediction: pair.prediction == 0 ? 0 : predictionObjects[pair.prediction - 1] + 1,
        reference: pair.reference == 0 ? 0 : referenceObjects[pair.reference - 1] + 1)
      voxels[resolved, default: 0] += count
    }
    return ObjectOverlaps(voxels: voxels, predictionCount: predictionCount, referenceCount: referenceCount)
  }

  /// The range as integers, for another rank.
  func encoded() -> [Int] {
    var words = [
      counts.truePositives, counts.falsePositives, counts.falseNegatives, counts.trueNegatives, counts.ignored,
      pairs.count,
    ]
    for (pair, voxels) in pairs { words.append(contentsOf: [pair.prediction, pair.reference, voxels]) }
    var copy = self
    copy.prediction.encode(into: &words)
    copy.reference.encode(into: &words)
    return words
  }

  init(decoding encoded: [Int]) {
    var words = encoded[...]
    counts.truePositives = words.removeFirst()
    counts.falsePositives = words.removeFirst()
    counts.falseNegatives = words.removeFirst()
    counts.trueNegatives = words.removeFirst()
    counts.ignored = words.removeFirst()
    for _ in 0..<words.removeFirst() {
      let pair = ObjectOverlaps.Pair(prediction: words.removeFirst(), reference: words.removeFirst())
      pairs[pair] = words.removeFirst()
    }
    prediction = ObjectTally(decoding: &words)
    reference = ObjectTally(decoding: &words)
  }
}

/// Counts the voxels of two slabs and sets both to background wherever one of them is ignored.
func clearIgnored(_ prediction: inout [UInt8], _ reference: inout [UInt8]) -> OverlapCounts {
  var counts = OverlapCounts()
  prediction.withUnsafeMutableBufferPointer { prediction in
    reference.withUnsafeMutableBufferPointer { reference in
      for index in prediction.indices {
        counts.add(prediction: prediction[index], reference: reference[index])
        if prediction[index] == VoxelClasses.ignored || reference[index] == VoxelClasses.ignored {
          prediction[index] = VoxelClasses.background
          reference[index] = VoxelClasses.background
        }
      }
    }
  }
  return counts
}

/// How many voxels each pair of objects shares; both background is left out.
private func countPairs(_ prediction: [UInt32], _ reference: [UInt32]) -> [ObjectOverlaps.Pair: Int] {
  var pairs: [ObjectOverlaps.Pair: Int] = [:]
  var last: (UInt32, UInt32) = (0, 0)
  var length = 0
  func flush() {
    if last != (0, 0) {
      pairs[ObjectOverlaps.Pair(prediction: Int(last.0), reference: Int(last.1)), default: 0] += length
    }
  }
  for index in prediction.indices {
    let pair = (prediction[index], reference[index])
    if pair == last {
      length += 1
    } else {
      flush()
      last = pair
      length = 1
    }
  }
  flush()
  return pairs
}
