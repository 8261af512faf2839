/// How many voxels each predicted object has in common with each reference object.
package struct ObjectOverlaps: Sendable, Equatable {
  /// Two overlapping objects, or one object and background (0). Objects count from 1.
  package struct Pair: Hashable, Sendable {
    package var prediction: Int
    package var reference: Int

    package init(prediction: Int, reference: Int) {
      self.prediction = prediction
      self.reference = reference
    }
  }

  /// How many voxels a pair has in common.
  package struct Entry: Equatable, Sendable {
    package var pair: Pair
    package var voxels: Int
  }

  /// One for each pair that has any, in any order.
  package var entries: [Entry]
  package var predictionCount: Int
  package var referenceCount: Int

  package init(_ entries: [Entry], predictionCount: Int, referenceCount: Int) {
    self.entries = entries
    self.predictionCount = predictionCount
    self.referenceCount = referenceCount
  }
}

/// Panoptic quality: A. Kirillov et al., "Panoptic segmentation", CVPR 2019.
///
/// Objects are matched one to one in descending order of intersection over union, from a threshold up (0.3, as the
/// SELMA3D challenge does with panoptica's naive threshold matching; the paper's 0.5 needs no order). Quality is the
/// mean score of the matches (segmentation quality) times matches / (matches + ½ missed + ½ extra) (recognition
/// quality).
package struct PanopticQuality: Sendable, Equatable, Codable {
  package static let usualThreshold = 0.3

  /// The minimum IoU of a match.
  package let threshold: Double
  package let truePositives: Int
  package let falsePositives: Int
  package let falseNegatives: Int
  /// Mean intersection over union of the matches; 0 without matches.
  package let segmentationQuality: Double
  /// The same with Dice in place of intersection over union.
  package let segmentationQualityByDice: Double

  package init(_ overlaps: ObjectOverlaps, threshold: Double = usualThreshold) {
    var predictionSizes = [Int](repeating: 0, count: overlaps.predictionCount + 1)
    var referenceSizes = [Int](repeating: 0, count: overlaps.referenceCount + 1)
    for entry in overlaps.entries {
      predictionSizes[entry.pair.prediction] += entry.voxels
      referenceSizes[entry.pair.reference] += entry.voxels
    }
    var candidates: [(score: Double, dice: Double, pair: ObjectOverlaps.Pair)] = []
    for entry in overlaps.entries where entry.pair.prediction > 0 && entry.pair.reference > 0 {
      let (pair, voxels) = (entry.pair, entry.voxels)
      let sum = predictionSizes[pair.prediction] + referenceSizes[pair.reference]
      let score = Double(voxels) / Double(sum - voxels)
      if score >= threshold { candidates.append((score, Double(2 * voxels) / Double(sum), pair)) }
    }
    candidates.sort {
      ($1.score, $0.pair.reference, $0.pair.prediction) < ($0.score, $1.pair.reference, $1.pair.prediction)
    }
    var isPredictionTaken = [Bool](repeating: false, count: overlaps.predictionCount + 1)
    var isReferenceTaken = [Bool](repeating: false, count: overlaps.referenceCount + 1)
    var matches = 0
    var scores = 0.0
    var dices = 0.0
    for (score, dice, pair) in candidates
    where !isPredictionTaken[pair.prediction] && !isReferenceTaken[pair.reference] {
      isPredictionTaken[pair.prediction] = true
      isReferenceTaken[pair.reference] = true
      matches += 1
      scores += score
      dices += dice
    }
    self.threshold = threshold
    truePositives = matches
    // An object all of whose voxels are ignored has no size and does not count.
    falsePositives = predictionSizes.dropFirst().count { $0 > 0 } - matches
    falseNegatives = referenceSizes.dropFirst().count { $0 > 0 } - matches
    segmentationQuality = matches == 0 ? 0 : scores / Double(matches)
    segmentationQualityByDice = matches == 0 ? 0 : dices / Double(matches)
  }

  package var recognitionQuality: Double? {
    let sum = 2 * truePositives + falsePositives + falseNegatives
    return sum == 0 ? nil : Double(2 * truePositives) / Double(sum)
  }

  /// Nil when there are no objects on either side.
  package var quality: Double? { recognitionQuality.map { $0 * segmentationQuality } }

  /// Panoptic quality with Dice in place of intersection over union (panoptica's `pq_dsc`).
  package var qualityByDice: Double? { recognitionQuality.map { $0 * segmentationQualityByDice } }
}
