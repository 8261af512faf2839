import Files
import IntensityStatistics
import Voxels

/// The settings that decide which patches a corpus holds.
public struct CorpusOptions: Codable, Equatable, Sendable {
  /// What the retained share of low-signal patches is a share of.
  package enum Whole: String, Codable, Sendable, CaseIterable {
    /// Of all low-signal patches of the structure.
    case pool
    /// Of the structure's patches in the finished corpus.
    case corpus
  }

  /// Edge of a patch in voxels. A volume thinner than that gives patches as thin as it is.
  package var patchEdge: Int
  /// Share of low-signal patches that are kept, 0 to 1.
  package var lowSignalShare: Double
  package var lowSignalOf: Whole
  /// Of the retained patches without signal, the share that lies outside the tissue, 0 to below 1; nil, as in corpora of
  /// earlier versions, for none.
  package var outsideShare: Double?
  package var seed: UInt64
  package var thresholds: SignalThresholds
  /// Tail contrasts for single structures, in place of `thresholds.contrast`.
  package var contrastOfStructure: [String: Double]
  /// Whether the corpus holds copies of its patches.
  package var isPacked: Bool
  /// The most patches that are taken of a volume, and of a structure; nil for all.
  package var maxPerVolume: Int?
  package var maxPerStructure: Int?

  /// Air looks the same everywhere, and patches at the surface of the tissue hold it too: one in ten shows a network what
  /// lies around the sample.
  package static let usualOutsideShare = 0.1

  package init(
    patchEdge: Int = 300, lowSignalShare: Double = 0.05, lowSignalOf: Whole = .pool,
    outsideShare: Double? = usualOutsideShare,
    seed: UInt64 = 0,
    thresholds: SignalThresholds = SignalThresholds(), contrastOfStructure: [String: Double] = [:],
    isPacked: Bool = false, maxPerVolume: Int? = nil, maxPerStructure: Int? = nil
  ) {
    self.patchEdge = patchEdge
    self.lowSignalShare = lowSignalShare
    self.lowSignalOf = lowSignalOf
    self.outsideShare = outsideShare
    self.seed = seed
    self.thresholds = thresholds
    self.contrastOfStructure = contrastOfStructure
    self.isPacked = isPacked
    self.maxPerVolume = maxPerVolume
    self.maxPerStructure = maxPerStructure
  }

  package func thresholds(forStructure structure: String) -> SignalThresholds {
    var result = thresholds
    if let contrast = contrastOfStructure[structure] { result.contrast = contrast }
    return result
  }

  /// - Throws: `Fault.usage` for settings that no corpus can have.
  package func check() throws {
    guard (1...100_000).contains(patchEdge) else {
      throw Fault.usage("a patch must be 1 to 100000 voxels wide, found \(patchEdge)")
    }
    guard lowSignalShare >= 0, lowSignalShare <= 1 else {
      throw Fault.usage("the retained share of low-signal patches must lie in 0...1, found \(lowSignalShare)")
    }
    let outside = outsideShare ?? 0
    guard outside >= 0, outside < 1 else {
      throw Fault.usage(
        "the share of patches outside the tissue among those retained without signal must be at least 0 and below 1, found "
          + "\(outside)")
    }
    guard lowSignalOf == .pool || lowSignalShare < 1 else {
      throw Fault.usage("low-signal patches cannot be the whole corpus: expected a share below 1, found 1")
    }
    for (name, limit) in [("volume", maxPerVolume), ("structure", maxPerStructure)] {
      if let limit, limit < 1 { throw Fault.usage("at least one patch per \(name) must be allowed, found \(limit)") }
    }
    let contrasts = [thresholds.contrast ?? 0] + contrastOfStructure.values
    let sigmas = thresholds.outsideSigmas ?? 0
    guard sigmas.isFinite, sigmas >= 0,
      contrasts.allSatisfy({ $0.isFinite && $0 >= 0 })
    else {
      throw Fault.usage("thresholds must be finite and at least 0")
    }
  }

  /// The patches of a volume of `extent`.
  package func patches(of extent: Extent) -> TileLattice {
    let patch = Extent(patchEdge).clamped(to: extent)
    return TileLattice(extent: extent, tile: patch, stride: patch)
  }
}
