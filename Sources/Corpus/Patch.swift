import IntensityStatistics
import Voxels

/// One row of a corpus's table: a patch of a source, taken or not.
package struct Patch: Equatable, Sendable {
  /// Why a patch is in the corpus, or not.
  package enum Reason: String, Sendable, CaseIterable {
    case signal
    case outside
    case outsideRetained = "outside retained"
    case lowSignalRetained = "low-signal retained"
    case lowSignalLeft = "low-signal left out"
    /// Would be taken, but its volume has enough with smaller keys (`CorpusOptions.maxPerVolume`).
    case overVolumeLimit = "over the limit per volume"
    case overStructureLimit = "over the limit per structure"
  }

  /// Index into the manifest's sources.
  package let source: Int
  /// In the source's volume.
  package let region: Region
  package let signalClass: SignalClass
  package let brightness: Double
  package let tailContrast: Double
  package let isNearOutside: Bool
  package let isNearContrast: Bool
  package let key: UInt64
  package let reason: Reason
  /// The file that is the patch, relative to the source; nil for patches of a volume.
  package var file: String?

  package var isTaken: Bool {
    switch reason {
    case .signal, .lowSignalRetained, .outsideRetained: true
    case .outside, .lowSignalLeft, .overVolumeLimit, .overStructureLimit: false
    }
  }
}
