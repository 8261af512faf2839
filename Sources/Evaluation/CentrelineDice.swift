import Synchronization
import Threads
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
  /// - Parameters:
  ///   - prediction, reference: masks with 1 for foreground, C order.
  ///   - foreground: how many voxels of each are foreground, or more.
  ///   - memoryInBytes: what may be used beyond the two masks; at least `memoryInBytes(extent:)`. More memory makes it
  ///     faster, and the masks are thinned side by side on two threads.
  ///   - checkpoint: called now and then, possibly on two threads; what it throws ends the computation.
  package init(
    prediction: UnsafeBufferPointer<UInt8>, reference: UnsafeBufferPointer<UInt8>, extent: Extent,
    foreground: (prediction: Int, reference: Int), threads: Int, memoryInBytes: Int,
    checkpoint: @Sendable () throws -> Void
  ) throws {
    // Only read, and alive until both are done.
    nonisolated(unsafe) let masks = [(prediction, reference), (reference, prediction)]
    let listed = [16 * foreground.prediction, 16 * foreground.reference]
    let work = CentrelineDice.workInBytes(extent: extent)
    let isParallel = threads > 1 && 2 * work + listed[0] + listed[1] <= memoryInBytes
    let shares = Mutex<[Double?]>([nil, nil])
    try parallelForEach(count: 2, threads: isParallel ? 2 : 1) { number in
      let (mask, other) = masks[number]
      let skeleton = try Skeleton(
        mask, extent: extent, listsForeground: isParallel || work + listed[number] <= memoryInBytes,
        checkpoint: checkpoint
      ).mask
      let share = CentrelineDice.share(of: skeleton, in: other)
      shares.withLock { $0[number] = share }
    }
    topologyPrecision = shares.withLock { $0[0] }
    topologySensitivity = shares.withLock { $0[1] }
  }

  private static func share(of skeleton: [UInt8], in mask: UnsafeBufferPointer<UInt8>) -> Double? {
    var length = 0
    var inside = 0
    for index in skeleton.indices where skeleton[index] != 0 {
      length += 1
      if mask[index] != 0 { inside += 1 }
    }
    return length == 0 ? nil : Double(inside) / Double(length)
  }

  /// Nil when neither mask has a skeleton, 0 when one has none.
  package var score: Double? {
    if topologyPrecision == nil && topologySensitivity == nil { return nil }
    let precision = topologyPrecision ?? 0
    let sensitivity = topologySensitivity ?? 0
    return precision + sensitivity == 0 ? 0 : 2 * precision * sensitivity / (precision + sensitivity)
  }

  /// The least memory that computing it takes, beyond the two masks; nil when no computer has that much.
  package static func memoryInBytes(extent: Extent) -> Int? {
    guard let voxels = (extent + Extent(2)).checkedCount, voxels < Int.max / 64 else { return nil }
    return workInBytes(extent: extent)
  }

  /// A padded copy and the skeleton, a byte a voxel each.
  private static func workInBytes(extent: Extent) -> Int { (extent + Extent(2)).count + extent.count }
}
