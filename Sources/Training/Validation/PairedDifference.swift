/// How much better one setting scores than another on the same volumes: the mean over the volumes of a structure, then over
/// structures, so that a structure with few volumes counts as much as any other.
struct PairedDifference {
  let mean: Double
  /// Of the mean. A single volume does not tell how volumes differ; its structure counts with a hundredth.
  let standardError: Double

  private static let ofOneVolume = 0.01

  /// - Parameter structures: for each structure, the difference in each of its volumes.
  init(_ structures: [[Double]]) {
    var (sum, squares) = (0.0, 0.0)
    for differences in structures {
      let count = Double(differences.count)
      let own = differences.reduce(0, +) / count
      sum += own
      let variance =
        differences.count > 1
        ? differences.reduce(0) { $0 + ($1 - own) * ($1 - own) } / (count - 1) / count
        : Self.ofOneVolume * Self.ofOneVolume
      squares += variance
    }
    mean = sum / Double(structures.count)
    standardError = squares.squareRoot() / Double(structures.count)
  }
}
