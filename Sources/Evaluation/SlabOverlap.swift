import Voxels

/// How prediction and reference overlap in a range of planes. Ranges append to each other in order, so that a volume of any size is
/// compared slab by slab, in any number of pieces, with the result of the whole.
struct SlabOverlap {
  private(set) var counts = OverlapCounts()
  /// A pair has one entry for each slab that it shares voxels in.
  private var pairs: [ObjectOverlaps.Entry] = []
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
    pairs.reserveCapacity(pairs.count + next.pairs.count)
    for entry in next.pairs {
      pairs.append(entry.renumbered(predictionNumbers, referenceNumbers))
    }
  }

  /// The objects of the whole range, those that go through several slabs in one piece.
  func objectOverlaps() -> ObjectOverlaps {
    var prediction = self.prediction
    var reference = self.reference
    let (predictionObjects, predictionCount) = prediction.resolved()
    let (referenceObjects, referenceCount) = reference.resolved()
    var counts = PairCounts(capacity: pairs.count)
    for entry in pairs {
      let renumbered = entry.renumbered(predictionObjects, referenceObjects)
      counts.add(renumbered.pair, voxels: renumbered.voxels)
    }
    return ObjectOverlaps(counts.entries, predictionCount: predictionCount, referenceCount: referenceCount)
  }

  /// The range as integers, for another rank.
  func encoded() -> [Int] {
    var words = [
      counts.truePositives, counts.falsePositives, counts.falseNegatives, counts.trueNegatives, counts.ignored,
      pairs.count,
    ]
    words.reserveCapacity(words.count + 3 * pairs.count)
    for entry in pairs {
      words.append(entry.pair.prediction)
      words.append(entry.pair.reference)
      words.append(entry.voxels)
    }
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
    pairs = (0..<words.removeFirst()).map { _ in
      let pair = ObjectOverlaps.Pair(prediction: words.removeFirst(), reference: words.removeFirst())
      return ObjectOverlaps.Entry(pair: pair, voxels: words.removeFirst())
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
private func countPairs(_ prediction: [UInt32], _ reference: [UInt32]) -> [ObjectOverlaps.Entry] {
  var pairs = PairCounts()
  var last: (UInt32, UInt32) = (0, 0)
  var length = 0
  func flush() {
    if last != (0, 0) {
      pairs.add(ObjectOverlaps.Pair(prediction: Int(last.0), reference: Int(last.1)), voxels: length)
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
  return pairs.entries
}

extension ObjectOverlaps.Entry {
  /// With new numbers of its objects; background stays 0.
  fileprivate func renumbered(_ prediction: [Int], _ reference: [Int]) -> ObjectOverlaps.Entry {
    ObjectOverlaps.Entry(
      pair: ObjectOverlaps.Pair(
        prediction: pair.prediction == 0 ? 0 : prediction[pair.prediction - 1] + 1,
        reference: pair.reference == 0 ? 0 : reference[pair.reference - 1] + 1),
      voxels: voxels)
  }
}
