/// How long to fine-tune a network that segments already, where nobody says so: by how much is annotated.
///
/// From random weights the tier's number of steps is right for one crop as for many (`benchmarks/TRANSFER.md`: 450 steps of
/// SGD at a rate of 0.01 on one and on two crops are as good as 150 at 0.03, and no other is better). A network that segments has
/// learned what few crops can teach it after an eighth of these, and only grows surer of what is wrong.
package enum FinetuningSchedule {
  /// What counts as one crop, in voxels.
  package static let cropVoxels = 64 * 64 * 64

  /// - Parameters:
  ///   - voxels: annotated ones of all volumes that are trained on.
  ///   - standard: the tier's number of steps, which is never exceeded.
  package static func steps(voxels: Int, standard: Int) -> Int {
    let crops = Double(voxels) / Double(cropVoxels)
    // As many for two crops as for one: fewer are not even the warm-up of the learning rate.
    let fewest = max(1, standard / 8)
    return max(fewest, Int(min(Double(standard), (crops * Double(standard) / 16).rounded())))
  }
}
