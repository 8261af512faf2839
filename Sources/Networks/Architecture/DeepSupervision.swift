import Torch

/// Weights of the losses at several resolutions, as in nnU-Net.
package enum DeepSupervision {
  /// Finest resolution first: halved from stage to stage, 0 for the coarsest, with sum 1; [1] for a single output.
  package static func weights(_ outputCount: Int) -> [Double] {
    if outputCount < 2 { return Array(repeating: 1, count: outputCount) }
    let weights = (0..<outputCount).map { $0 == outputCount - 1 ? 0 : 1 / Double(1 << $0) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
