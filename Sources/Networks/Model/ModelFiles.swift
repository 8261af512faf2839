import Files
import Foundation

/// The weights files that a path given to `--model` stands for, in the order in which an ensemble averages them.
///
/// 1. A file is itself.
/// 2. A run directory is its `model.safetensors`.
/// 3. A results folder of nnU-Net is the final checkpoints of its folds (`NNUNetResults`).
/// 4. A directory of runs that differ in nothing but their fold is all of these, in the order of the folds.
///
/// - Throws: `Fault` of kind `noInput` for a directory without a model, of kind `badData` for one whose runs are not the
///   finished folds of one training.
package func modelFiles(at path: String) throws -> [String] {
  guard isDirectory(path) else { return [path] }
  let own = joinPath(path, Model.weightsFileName)
  if fileExists(own) { return [own] }
  if let results = try NNUNetResults(in: path) { return results.checkpoints }
  if let folds = try FoldRuns(in: path) { return try folds.files() }
  let found = try directoryEntries(path).filter { !$0.hasPrefix(".") }.sorted()
  throw Fault.noInput(
    "\(path) holds no model: expected a finished run of sheaf finetune with \(Model.weightsFileName), a directory "
      + "of such runs, one for each fold, or a results folder of nnU-Net with plans.json; found "
      + (found.isEmpty ? "nothing" : found.prefix(4).joined(separator: ", ") + (found.count > 4 ? ", …" : "")))
}

/// Training runs side by side in a directory.
private struct FoldRuns {
  private struct Run {
    let path: String
    let isFinished: Bool
    /// What it was started with, but for the fold; nil where that is not recorded.
    let settings: String?
    let fold: Int?
  }

  private let path: String
  private let runs: [Run]

  /// - Returns: nil when no subdirectory is a run.
  init?(in path: String) throws {
    self.path = path
    runs = try directoryEntries(path).filter { !$0.hasPrefix(".") }.compactMap { name in
      let run = joinPath(path, name)
      let record = joinPath(run, "run.json")
      let isFinished = fileExists(joinPath(run, Model.weightsFileName))
      guard isDirectory(run), isFinished || fileExists(record) else { return nil }
      let lines = FoldRuns.identity(record)?.split(separator: "\n").map(String.init)
      let recorded = lines?.first { $0.hasPrefix("fold: ") }.flatMap { Int($0.dropFirst("fold: ".count)) }
      return Run(
        path: run, isFinished: isFinished,
        settings: lines?.filter { !$0.hasPrefix("fold: ") }.joined(separator: "\n"),
        fold: recorded ?? Int(name.reversed().prefix(while: \.isNumber).reversed().map(String.init).joined()))
    }
    if runs.isEmpty { return nil }
  }

  private static func identity(_ record: String) -> String? {
    guard fileExists(record), let data = try? readWholeFile(record, limit: 1 << 26) else { return nil }
    return try? JSONValue(parsing: data, path: record).asObject?["identity"]?.asString
  }

  func files() throws -> [String] {
    if let unfinished = runs.filter({ !$0.isFinished }).map(\.path).min() {
      throw Fault.badData(
        "\(path) holds runs of which \(unfinished) is not finished; finish it, or give the others by --model one by one"
      )
    }
    guard Set(runs.map(\.settings)).count == 1, runs.count == 1 || Set(runs.map(\.fold)).count == runs.count,
      runs.count == 1 || runs.allSatisfy({ $0.fold != nil })
    else {
      throw Fault.badData(
        "\(path) holds \(runs.count) runs that are not the folds of one training: their settings or inputs differ in more "
          + "than the fold; give those that you want by --model one by one")
    }
    return runs.sorted { ($0.fold ?? 0, $0.path) < ($1.fold ?? 0, $1.path) }
      .map { joinPath($0.path, Model.weightsFileName) }
  }
}
