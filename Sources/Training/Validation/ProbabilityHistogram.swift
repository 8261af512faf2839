import Evaluation
import Segmentation
import Voxels

/// How often each stored probability was predicted among the annotated voxels of a volume, foreground and background
/// apart: what is needed to know the Dice of every threshold.
package struct ProbabilityHistogram: Sendable, Equatable, Codable {
  /// By the stored value, 0 to 255; ignored voxels count nowhere.
  private(set) var foreground = [Int](repeating: 0, count: 256)
  private(set) var background = [Int](repeating: 0, count: 256)

  /// - Parameters:
  ///   - probabilities: in 255ths, uint8 (z, y, x).
  ///   - classes: `VoxelClasses` of the same voxels.
  package init(_ probabilities: VoxelBuffer, classes: [UInt8]) {
    precondition(probabilities.extent.count == classes.count)
    defer { withExtendedLifetime(probabilities) {} }
    let values = probabilities.voxels(as: UInt8.self)
    for index in values.indices {
      switch classes[index] {
      case VoxelClasses.foreground: foreground[Int(values[index])] += 1
      case VoxelClasses.background: background[Int(values[index])] += 1
      default: break
      }
    }
  }

  package var foregroundCount: Int { foreground.reduce(0, +) }

  /// What a threshold makes of the volume.
  func counts(_ threshold: ProbabilityThreshold) -> OverlapCounts {
    let least = Int(threshold.leastStoredValue)
    var counts = OverlapCounts()
    counts.truePositives = foreground[least...].reduce(0, +)
    counts.falsePositives = background[least...].reduce(0, +)
    counts.falseNegatives = foreground[..<least].reduce(0, +)
    counts.trueNegatives = background[..<least].reduce(0, +)
    return counts
  }
}
