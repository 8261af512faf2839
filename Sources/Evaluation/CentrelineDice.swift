import Voxels

/// clDice: S. Shit et al., "clDice – a novel topology-preserving loss function for tubular structure segmentation", CVPR
/// 2021: the harmonic mean of how much of the prediction's skeleton lies in the reference and how much of the
/// reference's skeleton lies in the prediction.
package struct CentrelineDice: Sendable, Equatable, Codable {
  /// The share of the prediction's skeleton that lies in the reference; nil when there is no skeleton.
  package let topologyPrecision: Double?
  /// The share of the reference's skeleton that lies in the prediction; nil when there is no skeleton.
  package let topologySensitivity: Double?

  /// Ignored voxels are background in both masks before these are thinned, so that nothing ignored has a part in the
  /// score and a prediction that equals the reference where it counts scores 1.
  ///
  /// - Parameters: masks with 1 for foreground, C order.
  package init(prediction: UnsafeBufferPointer<UInt8>, reference: UnsafeBufferPointer<UInt8>, extent: Extent) {
    func share(of skeleton: [UInt8], in mask: UnsafeBufferPointer<UInt8>) -> Double? {
      var length = 0
      var inside = 0
      for index in skeleton.indices where skeleton[index] != 0 {
        length += 1
        if mask[index] != 0 { inside += 1 }
      }
      return length == 0 ? nil : Double(inside) / Double(length)
    }
    topologyPrecision = share(of: Skeleton(prediction, extent: extent).mask, in: reference)
    topologySensitivity = share(of: Skeleton(reference, extent: extent).mask, in: prediction)
  }

  /// Nil when neither mask has a skeleton, 0 when one has none.
  package var score: Double? {
    if topologyPrecision == nil && topologySensitivity == nil { return nil }
    let precision = topologyPrecision ?? 0
    let sensitivity = topologySensitivity ?? 0
    return precision + sensitivity == 0 ? 0 : 2 * precision * sensitivity / (precision + sensitivity)
  }

  /// Memory that computing it takes, beyond the two masks.
  package static func memoryInBytes(extent: Extent, foreground: Int) -> Int? {
    let padded = extent + Extent(2)
    guard let voxels = padded.checkedCount, voxels < Int.max / 32, foreground < Int.max / 32 else { return nil }
    // A padded copy and the skeleton, a byte a voxel each; lists of foreground voxels and candidates.
    return 2 * voxels + 16 * foreground
  }
}
