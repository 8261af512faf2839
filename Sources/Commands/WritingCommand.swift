import ArgumentParser
import Files
import Foundation

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

/// - Throws: `Fault.cannotCreate` when the output is one of the inputs or contains one, which replacing it would remove.
func refuse(output: String, over inputs: [String]) throws {
  func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardized.path }
  let place = resolved(output)
  for input in inputs {
    let found = resolved(input)
    guard found == place || found.hasPrefix(place + "/") else { continue }
    throw Fault.cannotCreate(
      "the output \(output) \(found == place ? "is" : "contains") the input \(input); give another output"
    ).onEveryRank
  }
}
