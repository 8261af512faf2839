import ArgumentParser
import Files

/// Names that a mistyped command may have meant. The argument parser itself suggests options, not commands.
enum CommandSuggestions {
  /// - Throws: `ValidationError` when the first argument, or the one after `help`, is no command.
  static func refuseUnknownCommand(in arguments: [String]) throws {
    let names = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    guard let name = names.first, !name.hasPrefix("-"), name != "help" else { return }
    let known = SheafCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    if known.contains(name) { return }
    let similar = nearestNames(to: name, among: known).map { "'\($0)'" }
    let question = similar.isEmpty ? "" : " Did you mean \(similar.joined(separator: " or "))?"
    throw ValidationError("Unknown command '\(name)'.\(question)")
  }
}
