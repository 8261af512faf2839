import ArgumentParser
import Commands

/// The command line: one file a subcommand, each a thin shell over one module.
struct Sheaf: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheaf",
    abstract: "Turns whole-organ light-sheet microscopy volumes into trained models and segmented organs.",
    discussion: """
      Every command runs alone or under `mpirun -n N` with the same result, prints its plan first, and carries on \
      where it stopped when the same command is given again.
      """,
    version: Program.version,
    subcommands: volumeCommands + [
      InfoCommand.self, PretrainCommand.self, FinetuneCommand.self, InferCommand.self, EvaluateCommand.self,
      ExportWeightsCommand.self,
    ])
}
