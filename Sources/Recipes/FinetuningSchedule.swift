/// How long to fine-tune where nobody says so, by how much is annotated (`benchmarks/TRANSFER.md`): a network soon knows few
/// crops by heart, and one that segments already needs fewer steps to learn what is new.
public struct FinetuningSchedule: Sendable, Equatable {
  /// Whether the run goes on with a network that segments.
  public var segments: Bool

  public init(segments: Bool) { self.segments = segments }

  /// What counts as one crop, in voxels.
  public static let cropVoxels = 64 * 64 * 64

  /// - Parameters:
  ///   - voxels: of all volumes that are trained on.
  ///   - standard: the tier's number of steps, which is never exceeded.
  public func steps(voxels: Int, standard: Int) -> Int {
    let crops = Double(voxels) / Double(Self.cropVoxels)
    let fewest = standard / 8
    return max(fewest, min(standard, Int((crops * Double(fewest)).rounded())))
  }
}
