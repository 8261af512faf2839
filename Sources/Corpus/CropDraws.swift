/// The random draws of one training crop: a function of (seed, step, index) alone, through `FixedHash`.
struct CropDraws {
  private var hash: FixedHash

  /// Draws for sample `index` of step `step`.
  init(seed: UInt64, step: Int, index: Int) {
    hash = FixedHash(seed: seed)
    hash.combine(step)
    hash.combine(index)
  }

  /// Uniform in `0..<bound` (to within bound · 2⁻⁶⁴).
  mutating func next(below bound: Int) -> Int {
    precondition(bound > 0)
    hash.combine(UInt64(0))
    return Int(hash.value.multipliedFullWidth(by: UInt64(bound)).high)
  }
}
