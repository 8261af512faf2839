import ArgumentParser
import Files
import VolumeFormats
import Zarr

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Describe a volume, store, corpus, run or weights file.",
    discussion: """
      Only headers are read, and a small sample of a volume, from which the size of its store and the time to tile it are \
      estimated: it takes a moment for volumes of any size.

      Examples:
        sheaf info planes/
        sheaf info brain.zarr --json
      """)

  @Argument(help: "The volume, store, corpus, run or weights file.")
  var path: String

  @OptionGroup var selection: VolumeSelection
  @OptionGroup var reporting: ReportingOptions

  func run() throws {
    // Before MPI starts, because this may replace the process.
    let networks = isWeightsFile(path) ? Program.networkOperations : nil
    let context = try RunContext.start(reporting)
    let information = try context.communicator.rootOnly {
      var information = Information(path)
      if let networks {
        try networks.describeWeights(at: path, in: &information)
      } else {
        try information.describe(selection.options, threads: context.settings.threads)
      }
      return information
    }
    try context.print(JSONValue.object(information.json), text: information.text)
  }
}
