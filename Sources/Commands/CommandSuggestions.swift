import ArgumentParser

/// Names that a mistyped command may have meant. The argument parser itself suggests options, not commands.
enum CommandSuggestions {
  /// - Throws: `ValidationError` when the first argument, or the one after `help`, is no command.
  static func refuseUnknownCommand(in arguments: [String]) throws {
    let names = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    guard let name = names.first, !name.hasPrefix("-"), name != "help" else { return }
    let known = SheafCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    if known.contains(name) { return }
    let similar = suggestions(for: name, among: known).map { "'\($0)'" }
    let question = similar.isEmpty ? "" : " Did you mean \(similar.joined(separator: " or "))?"
    throw ValidationError("Unknown command '\(name)'.\(question)")
  }

  /// The names nearest to `name`, if any is near enough to be a slip of the fingers; equally near ones in their order.
  static func suggestions(for name: String, among known: [String]) -> [String] {
    let limit = max(1, name.count / 3)
    let distances = known.map { (name: $0, distance: editDistance($0, name)) }
    guard let least = distances.map(\.distance).min(), least <= limit else {
      return known.filter { name.count >= 3 && $0.hasPrefix(name) }
    }
    return distances.filter { $0.distance == least }.map(\.name)
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other (optimal string
  /// alignment).
  static func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
