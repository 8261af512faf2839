import ArgumentParser
import Files
import Jobs

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

extension WritingCommand {
  /// Refuses at once, before anything is opened, what `OutputPlace` would refuse later, when it knows every input.
  ///
  /// - Throws: `Fault.cannotCreate` when the output is one of the inputs, contains one or lies in one, or is the working
  ///   directory or the home directory.
  func refuseOutput(over inputs: [String], kind: OutputKind = .directory) throws {
    try refuse(output: outputPath, over: inputs, kind: kind)
  }
}

/// As `refuseOutput(over:)`, for an output that is not the command's only one.
///
/// - Parameter other: another output of the command, which this one must lie beside.
func refuse(
  output: String, over inputs: [String], kind: OutputKind = .directory, besides other: String? = nil
) throws {
  do {
    try refuseReservedPlace(output)
    try InputPlaces(inputs).refuse(output: output, kind: kind)
    if let other { try refuseOverlap(of: output, and: other) }
  } catch let fault as Fault {
    throw fault.onEveryRank
  }
}
