/// Shows how far a run is; does nothing by default.
package struct TrainingProgress {
  private let onAdvance: (_ step: Int, _ loss: Double, _ validation: Double?) -> Void
  private let onFinish: () -> Void

  package init(
    onAdvance: @escaping (_ step: Int, _ loss: Double, _ validation: Double?) -> Void = { _, _, _ in },
    onFinish: @escaping () -> Void = {}
  ) {
    self.onAdvance = onAdvance
    self.onFinish = onFinish
  }

  func advanced(to step: Int, loss: Double, validation: Double?) { onAdvance(step, loss, validation) }

  func finish() { onFinish() }
}
