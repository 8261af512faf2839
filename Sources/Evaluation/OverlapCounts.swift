/// How many voxels a prediction and a reference have in common; additive, so that counts of parts of a volume add up to
/// those of the whole in any order.
package struct OverlapCounts: Sendable, Equatable, Codable {
  /// Foreground in both.
  package var truePositives = 0
  /// Foreground in the prediction alone.
  package var falsePositives = 0
  /// Foreground in the reference alone.
  package var falseNegatives = 0
  package var trueNegatives = 0
  /// Counted nowhere else.
  package var ignored = 0

  package init() {}

  /// Adds voxels whose classes are given; the two are equally long.
  package mutating func add(prediction: UInt8, reference: UInt8, count: Int = 1) {
    switch (prediction, reference) {
    case (VoxelClasses.ignored, _), (_, VoxelClasses.ignored): ignored += count
    case (VoxelClasses.background, VoxelClasses.background): trueNegatives += count
    case (VoxelClasses.background, _): falseNegatives += count
    case (_, VoxelClasses.background): falsePositives += count
    default: truePositives += count
    }
  }

  package static func + (a: OverlapCounts, b: OverlapCounts) -> OverlapCounts {
    var sum = a
    sum.truePositives += b.truePositives
    sum.falsePositives += b.falsePositives
    sum.falseNegatives += b.falseNegatives
    sum.trueNegatives += b.trueNegatives
    sum.ignored += b.ignored
    return sum
  }

  /// Foreground of the prediction that counts.
  package var predicted: Int { truePositives + falsePositives }
  /// Foreground of the reference that counts.
  package var annotated: Int { truePositives + falseNegatives }

  /// 2 · |P ∩ R| / (|P| + |R|); nil when both are empty (L. R. Dice, "Measures of the amount of ecologic association
  /// between species", Ecology 26, 1945).
  package var dice: Double? {
    let sum = 2 * truePositives + falsePositives + falseNegatives
    return sum == 0 ? nil : Double(2 * truePositives) / Double(sum)
  }

  /// |P ∩ R| / |P|; nil when nothing was predicted.
  package var precision: Double? {
    let sum = truePositives + falsePositives
    return sum == 0 ? nil : Double(truePositives) / Double(sum)
  }

  /// |P ∩ R| / |R|; nil when the reference is empty.
  package var recall: Double? {
    let sum = truePositives + falseNegatives
    return sum == 0 ? nil : Double(truePositives) / Double(sum)
  }
}
