import Files
import Networks

extension RunDirectory {
  /// Closes a finished run with the digests of all its files, for `sheaf verify`. Predictions of a pseudo-label round are
  /// stores with contents of their own.
  package func seal() throws {
    try OutputContents.seal(path, kind: .trainingRun, files: ownFiles() + OutputContents.ownFiles(in: path))
  }

  /// Closes a finished run whose sealing was interrupted. Runs of earlier versions, which never began to be sealed, stay
  /// as they are: what is there now need not be what was written.
  func sealIfInterrupted() throws {
    if isDirectory(PrivateDirectory.path(in: path)), !OutputContents.isSealed(path) { try seal() }
  }

  /// The files that Sheaf wrote, as paths relative to the directory; what else somebody keeps there is not touched.
  private func ownFiles() throws -> [String] {
    let names = [
      "recipe.yaml", "run.json", "settings.json", "validation.json", Model.weightsFileName, Model.descriptionFileName,
    ].filter { fileExists(joinPath(path, $0)) }
    let series = try directoryEntries(path).filter {
      $0.hasPrefix(EventFile.namePrefix) || $0.hasPrefix("metrics.") && $0.hasSuffix(".csv")
    }
    return try names + series + entries(of: pictures, ending: ".png") + entries(of: checkpoints, ending: ".checkpoint")
  }

  private func entries(of directory: String, ending: String) throws -> [String] {
    guard isDirectory(directory), let name = directory.split(separator: "/").last else { return [] }
    return try directoryEntries(directory).filter { $0.hasPrefix("step-") && $0.hasSuffix(ending) }.map {
      joinPath(String(name), $0)
    }
  }
}
