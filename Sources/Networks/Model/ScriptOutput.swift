import Torch

/// What a TorchScript module, which says nothing about it, returns for noise: how many channels, and whether they are
/// probabilities.
struct ScriptOutput {
  let channelCount: Int
  /// Whether all values lie between 0 and 1 and vary.
  let isBounded: Bool
  /// Whether those of several channels add up to 1 in every voxel besides.
  let seemsProbabilities: Bool

  /// - Returns: nil for a module that fails on small tiles of one channel; tiles of a volume will tell why.
  init?(of model: Model) {
    guard let extent = try? model.tile(holding: [32, 32, 32]) else { return nil }
    var random = NoiseNumbers()
    let noise = (0..<extent.reduce(1, *)).map { _ in random.next() }
    guard
      let output = try? noise.withUnsafeBufferPointer({ noise in
        try withoutGradients { try model.output(noise, extent) }
      }), let values = try? output.floats(), let least = values.min(), let most = values.max()
    else { return nil }
    let channels = output.shape[1]
    let count = values.count / channels
    channelCount = channels
    isBounded = least >= 0 && most <= 1 && least < most
    seemsProbabilities =
      isBounded
      && (channels == 1
        || (0..<count).allSatisfy { voxel in
          abs((0..<channels).reduce(Float(0)) { $0 + values[$1 * count + voxel] } - 1) < 1e-2
        })
  }
}

/// Sums of four even numbers, nearly normal with deviation 1: the same in every run.
private struct NoiseNumbers {
  private var state: UInt64 = 1

  mutating func next() -> Float {
    var sum: Float = 0
    for _ in 0..<4 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      sum += Float(state >> 40) / Float(1 << 24) - 0.5
    }
    return sum * 1.7320508
  }
}
