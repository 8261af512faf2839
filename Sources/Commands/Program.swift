import ArgumentParser

/// What the programs have in common: a version, and how they run the command that was asked for.
package enum Program {
  package static let version = "0.1.0"

  /// Parses the command line as one of `root`, runs it, and ends the process.
  package static func run(_ root: any ParsableCommand.Type) -> Never {
    Ending.root = root
    var command: any ParsableCommand
    do {
      command = try root.parseAsRoot()
    } catch {
      Ending.refuse(error)
    }
    do {
      try command.run()
    } catch {
      Ending.fail(error)
    }
    Ending.succeed()
  }
}
