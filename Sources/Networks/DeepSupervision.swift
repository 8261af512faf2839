import Torch

/// Losses at several resolutions, as nnU-Net weighs them.
package enum DeepSupervision {
  /// Halved from stage to stage, none for the coarsest, and adding up to 1; 1 alone for a single output.
  package static func weights(_ outputCount: Int) -> [Double] {
    if outputCount < 2 { return Array(repeating: 1, count: outputCount) }
    let weights = (0..<outputCount).map { $0 == outputCount - 1 ? 0 : 1 / Double(1 << $0) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
