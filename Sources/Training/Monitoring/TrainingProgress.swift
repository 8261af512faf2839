/// Shows how far a run is; does nothing by default.
package struct TrainingProgress {
  private let onAdvance: (_ step: Int, _ loss: Double) -> Void
  private let onFinish: () -> Void

  package init(
    onAdvance: @escaping (_ step: Int, _ loss: Double) -> Void = { _, _ in },
    onFinish: @escaping () -> Void = {}
  ) {
    self.onAdvance = onAdvance
    self.onFinish = onFinish
  }

  func advanced(to step: Int, loss: Double) { onAdvance(step, loss) }

  func finish() { onFinish() }
}
