import Foundation

/// The learning rate as a function of the step: a linear warm-up to the peak, then polynomial decay to zero as in
/// nnU-Net (Isensee et al., Nature Methods 2021): peak · (1 − t)^power.
package struct LearningRateSchedule: Sendable, Equatable {
  package let peak: Double
  package let warmUpSteps: Int
  package let steps: Int
  package let power: Double

  package init(peak: Double, warmUpSteps: Int, steps: Int, power: Double) {
    self.peak = peak
    self.warmUpSteps = warmUpSteps
    self.steps = steps
    self.power = power
  }

  /// The rate of `step`, counted from 0. The last warm-up step has the peak rate; decay starts after it.
  package func rate(at step: Int) -> Double {
    if step < warmUpSteps { return peak * Double(step + 1) / Double(warmUpSteps) }
    let decaying = steps - warmUpSteps
    guard decaying > 0 else { return peak }
    let progress = min(1, Double(step - warmUpSteps) / Double(decaying))
    return peak * pow(1 - progress, power)
  }
}
