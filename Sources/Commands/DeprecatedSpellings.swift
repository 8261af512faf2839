import Files

/// Spellings of earlier versions, which still work and warn.
enum DeprecatedSpellings {
  private struct Spelling {
    let commands: [String]
    let old: String
    /// The option and, for what used to be a flag, its value.
    let new: [String]
  }

  private static let all = [
    Spelling(commands: ["corpus"], old: "--patch", new: ["--patch-size"]),
    Spelling(commands: ["tile"], old: "--labels", new: ["--content", "labels"]),
    Spelling(commands: ["picture"], old: "--labels", new: ["--overlay"]),
    Spelling(commands: ["infer"], old: "--tile", new: ["--tile-size"]),
    Spelling(commands: ["evaluate"], old: "--objects", new: ["--instances"]),
    Spelling(commands: ["evaluate"], old: "--matching", new: ["--match-iou"]),
  ]

  /// - Parameter arguments: the command line without the program's name.
  /// - Returns: the command line in today's spelling, and a warning for each that is not.
  static func replaced(in arguments: [String]) -> (arguments: [String], warnings: [String]) {
    guard let command = arguments.first else { return (arguments, []) }
    let spellings = all.filter { $0.commands.contains(command) }
    var result: [String] = []
    var warnings: [String] = []
    for (index, argument) in arguments.enumerated() {
      // What follows the terminator are no options.
      if argument == "--" { return (result + arguments[index...], warnings) }
      if command == "infer", let name = labelName(argument, arguments.dropFirst(index + 1).first) {
        result.append("--label-name" + (name.isInArgument ? "=\(name.text)" : ""))
        warnings.append("--labels of sheaf infer with a name is deprecated; write --label-name \(name.text)")
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let spelling = spellings.first(where: { $0.old == parts[0] }) else {
        result.append(argument)
        continue
      }
      result += spelling.new
      if parts.count == 2 { result[result.count - 1] += "=\(parts[1])" }
      warnings.append(
        "\(spelling.old) of sheaf \(command) is deprecated; write \(spelling.new.joined(separator: " "))")
    }
    return (result, warnings)
  }

  /// The name of labels after `--labels`, which is a flag now: neither an option, nor a path.
  private static func labelName(_ argument: String, _ next: String?) -> (text: String, isInArgument: Bool)? {
    if argument.hasPrefix("--labels=") { return (String(argument.dropFirst("--labels=".count)), true) }
    guard argument == "--labels", let next, !next.isEmpty, !next.hasPrefix("-"), !next.contains("/"),
      !next.contains("."), !fileExists(next)
    else { return nil }
    return (next, false)
  }
}
