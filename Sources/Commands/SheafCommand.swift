import ArgumentParser

/// The command tree: one file a subcommand, each a thin shell over one module.
struct SheafCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheaf",
    abstract: "Turn whole-organ light-sheet microscopy volumes into trained models and segmented organs.",
    discussion: """
      Every command runs alone or under `mpirun -n N` with the same result. It prints its plan first, and resumes where \
      it stopped when the same command is given again.

      Results go to standard output; plan, progress, warnings and errors go to standard error.
      """,
    // `Program.run` prints more than this.
    version: Program.version,
    subcommands: [
      InfoCommand.self, TileCommand.self, VerifyCommand.self, ExportCommand.self, CorpusCommand.self,
      PretrainCommand.self, FinetuneCommand.self, InferCommand.self, LabelCommand.self, EvaluateCommand.self,
      PictureCommand.self, ViewCommand.self, ReportCommand.self, ServeChallengeCommand.self, ExportWeightsCommand.self,
      PhantomCommand.self,
    ])
}
