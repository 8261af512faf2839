import ArgumentParser

/// A command that writes to one place, which `-o` names. Where there is only one input, the output may also be the last
/// argument.
package protocol WritingCommand {
  var output: String? { get }
  var lastArgument: String? { get }
}

extension WritingCommand {
  /// Where to write; to be called in `validate` first.
  ///
  /// - Throws: `ValidationError` when there is no output, or more than one.
  @discardableResult
  func checkedOutput() throws -> String {
    if let output, let lastArgument {
      throw ValidationError(
        "Two outputs are given: --output \(output), and \(lastArgument) as the last argument. Leave out one of them.")
    }
    guard let path = output ?? lastArgument else {
      throw ValidationError("No output is given. Add --output PATH, or the path as the last argument.")
    }
    guard !path.isEmpty else { throw ValidationError("The path of the output is empty.") }
    return path
  }

  /// After `validate`.
  package var outputPath: String { output ?? lastArgument ?? "" }
}
