import Files

/// nnU-Net's results as a directory given to `--model` or `--from`: a results folder (`TRAINER__PLANS__CONFIGURATION`, with
/// `plans.json` and a directory for each fold), one of its folds, or the dataset's directory with one such folder in it.
struct NNUNetResults {
  /// The final checkpoints, in the order of the folds.
  let checkpoints: [String]

  private static let finalName = "checkpoint_final.pth"
  private static let otherNames = ["checkpoint_best.pth", "checkpoint_latest.pth"]

  /// - Returns: nil for a directory that is none of these.
  /// - Throws: `Fault` of kind `badData` for a training that is not finished, of kind `usage` for a directory with several
  ///   trainings.
  init?(in path: String) throws {
    if let fold = try Self.checkpoint(inFold: path) {
      checkpoints = [fold]
      return
    }
    if fileExists(joinPath(path, NNUNetSource.plansName)) {
      checkpoints = try Self.checkpoints(inResults: path)
      return
    }
    let results = try Self.subdirectories(path).filter {
      fileExists(joinPath(path, $0, NNUNetSource.plansName)) && $0.components(separatedBy: "__").count == 3
    }
    guard let only = results.first else { return nil }
    guard results.count == 1 else {
      throw Fault.usage(
        "\(path) holds \(results.count) trainings of nnU-Net: \(results.joined(separator: ", ")); give one of them")
    }
    checkpoints = try Self.checkpoints(inResults: joinPath(path, only))
  }

  /// As nnU-Net's predictor chooses by default: the numbered folds, or the one of all cases where there are none.
  private static func checkpoints(inResults path: String) throws -> [String] {
    let folds = try subdirectories(path).filter { $0.hasPrefix("fold_") }
    let numbered = folds.compactMap { fold in Int(fold.dropFirst("fold_".count)).map { ($0, fold) } }
      .sorted { $0 < $1 }.map(\.1)
    let chosen = numbered.isEmpty ? folds.filter { $0 == "fold_all" } : numbered
    guard !chosen.isEmpty else {
      throw Fault.badData(
        "\(path) has \(NNUNetSource.plansName) but no fold_0, fold_1 … or fold_all; train a fold first")
    }
    return try chosen.map { fold in
      guard let checkpoint = try checkpoint(inFold: joinPath(path, fold)) else {
        throw Fault.badData(
          "\(joinPath(path, fold)) has no \(finalName); train the fold first, or give one of the others")
      }
      return checkpoint
    }
  }

  /// - Returns: nil when the directory holds no checkpoint.
  private static func checkpoint(inFold path: String) throws -> String? {
    let final = joinPath(path, finalName)
    if fileExists(final) { return final }
    guard let other = otherNames.first(where: { fileExists(joinPath(path, $0)) }) else { return nil }
    throw Fault.badData(
      "\(path) has \(other) but no \(finalName): its training is not finished; finish it, or give \(joinPath(path, other))"
    )
  }

  private static func subdirectories(_ path: String) throws -> [String] {
    try directoryEntries(path).filter { !$0.hasPrefix(".") && isDirectory(joinPath(path, $0)) }.sorted()
  }
}
