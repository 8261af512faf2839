import ArgumentParser

/// The command line: one file a subcommand, each a thin shell over one module.
struct Sheaf: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "sheaf",
    abstract: "Turns whole-organ light-sheet microscopy volumes into trained models and segmented organs.",
    discussion: """
      Every command runs alone or under `mpirun -n N` with the same result, prints its plan first, and carries on \
      where it stopped when the same command is given again.
      """,
    version: version,
    subcommands: [
      PhantomCommand.self,
      TileCommand.self,
      CorpusCommand.self,
      InfoCommand.self,
      ExportCommand.self,
      ExportWeightsCommand.self,
      VerifyCommand.self,
      PictureCommand.self,
      PretrainCommand.self,
      FinetuneCommand.self,
      InferCommand.self,
      EvaluateCommand.self,
    ])
}
