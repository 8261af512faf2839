/// The size below which dropping objects scores best on the validation volumes.
package struct ObjectSizeChoice: Sendable, Equatable {
  /// Objects of fewer voxels are dropped; 0 for none.
  package let size: Int
  /// The mean panoptic quality with it.
  package let quality: Double
  /// The mean panoptic quality without any.
  package let qualityOfAll: Double

  /// What is tried; 0 first.
  package static let candidates = [0, 8, 16, 32, 64, 128, 256, 512]
  /// At most this share of the annotated objects of any structure may be smaller than what is dropped.
  private static let mostAnnotated = 0.05
  /// The panoptic quality that dropping has to gain, beside the standard error of that gain.
  private static let leastGain = 0.01
  /// The panoptic quality that a smaller size may lack.
  private static let tolerance = 0.002

  /// A volume with objects dropped below each of the `candidates`; those that a face of the volume may have cut, in a crop
  /// often most, are neither dropped nor counted as smaller.
  package struct Trial: Sendable, Equatable, Codable {
    /// Annotated objects.
    package var objects: Int
    /// Of these, those that are smaller than each candidate.
    package var smallerObjects: [Int]
    /// Panoptic quality with each candidate.
    package var qualities: [Double]

    package init(objects: Int, smallerObjects: [Int], qualities: [Double]) {
      self.objects = objects
      self.smallerObjects = smallerObjects
      self.qualities = qualities
    }
  }

  /// - Parameter volumes: trials with the structure of each volume.
  /// - Returns: nil when no volume has an annotated object.
  package init?(_ volumes: [(structure: String, trial: Trial)]) {
    let structures = Dictionary(grouping: volumes, by: \.structure).sorted { $0.key < $1.key }
      .map { $0.value.map(\.trial) }
      .filter { $0.contains { $0.objects > 0 } }
    guard !structures.isEmpty else { return nil }
    let qualities = Self.candidates.indices.map { index in
      PairedDifference(structures.map { $0.map { $0.qualities[index] } }).mean
    }
    let allowed = Self.candidates.indices.filter { index in
      structures.allSatisfy { trials in
        let smaller = trials.reduce(0) { $0 + $1.smallerObjects[index] }
        return Double(smaller) <= Self.mostAnnotated * Double(trials.reduce(0) { $0 + $1.objects })
      }
    }
    let best = allowed.map { qualities[$0] }.max()!
    let smallest = allowed.first { qualities[$0] >= best - Self.tolerance }!
    let gain = PairedDifference(structures.map { $0.map { $0.qualities[smallest] - $0.qualities[0] } })
    let chosen = gain.mean >= max(Self.leastGain, gain.standardError) ? smallest : 0
    size = Self.candidates[chosen]
    quality = qualities[chosen]
    qualityOfAll = qualities[0]
  }
}
