import ArgumentParser

/// The commands that deal with volumes and stores, and need no libtorch, whose loading takes longer than many of them
/// and a hundred megabytes of every rank.
package let volumeCommands: [any ParsableCommand.Type] = [
  PhantomCommand.self, TileCommand.self, CorpusCommand.self, ExportCommand.self, VerifyCommand.self,
  PictureCommand.self,
]
