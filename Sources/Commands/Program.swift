import ArgumentParser
import Jobs
import Synchronization

/// How both executables run the command that was typed.
///
/// `sheaf` holds the whole command tree and everything that needs no libtorch, which takes longer to load than many
/// commands to run and a hundred megabytes of every rank. A command that needs libtorch asks for `networkOperations`
/// once its arguments have been checked: `sheaf-networks` has registered them; `sheaf` has not, and becomes
/// `sheaf-networks` at that point, which parses the same command line again.
package enum Program {
  /// Sheaf's version; nowhere else is it written down.
  package static let version = "0.2.0"

  private static let operations = Mutex<(any NetworkOperations)?>(nil)
  private static let warnings = Mutex<[String]>([])

  /// Parses the command line, runs the command, and ends the process.
  ///
  /// - Parameters:
  ///   - build: what was fixed when the executable was built.
  ///   - networks: what needs libtorch; nil in the executable that is not linked with it.
  package static func run(build: Build, networks: (any NetworkOperations)? = nil) -> Never {
    // First of all: a signal that came while libtorch was loaded is waiting.
    StopSignals.catchSignals()
    Build.current = build
    operations.withLock { $0 = networks }
    let typed = Array(CommandLine.arguments.dropFirst())
    if typed == ["--version"] { ProgramExit.print(versionText) }
    let (arguments, replaced) = DeprecatedSpellings.replaced(in: typed)
    warnings.withLock { $0 = replaced }
    var command: any ParsableCommand
    do {
      try CommandSuggestions.refuseUnknownCommand(in: arguments)
      command = try SheafCommand.parseAsRoot(arguments)
    } catch {
      ProgramExit.refuse(error)
    }
    do {
      try command.run()
    } catch {
      ProgramExit.fail(error)
    }
    ProgramExit.succeed()
  }

  /// What needs libtorch. Where it is not linked, the process is replaced by the program that is: to be called before
  /// anything has been started that would not survive that, MPI above all.
  static var networkOperations: any NetworkOperations {
    guard let operations = operations.withLock({ $0 }) else { becomeNetworksProgram() }
    return operations
  }

  /// The version of the libtorch that is loaded; empty where none is.
  static var loadedLibtorchVersion: String { operations.withLock { $0?.libtorchVersion } ?? "" }

  /// Warnings about the command line, once, for the process that runs the command.
  static func takeWarnings() -> [String] {
    warnings.withLock { pending in
      defer { pending = [] }
      return pending
    }
  }
}
