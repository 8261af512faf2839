import ArgumentParser
import Files
import Tiling

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read and check every shard index, checksum and chunk of a store.",
    discussion: """
      Also find shards that are missing although they were not empty, and metadata that were changed; labels are checked \
      too. End with exit code 65 when anything is wrong, naming it. With --repair-from, first rebuild damaged and missing \
      shards from the volume that was tiled, bit-identically.

      Examples:
        mpirun -n 4 sheaf verify brain.zarr
        mpirun -n 4 sheaf verify brain.zarr --repair-from planes/
      """)

  @Argument(help: "The store, or any Zarr array or group.")
  var store: String

  @Option(
    help: ArgumentHelp(
      "Rebuild damaged and missing shards from the volume the store was tiled from.", valueName: "input"))
  var repairFrom: String?

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var reporting: ReportingOptions

  func run() throws {
    if let repairFrom { try refuse(output: store, over: [repairFrom]) }
    let context = try RunContext.start(reporting, execution)
    let report = try verifyStore(
      store, repairingFrom: repairFrom, settings: context.settings, memoryInBytes: context.memoryInBytes,
      communicator: context.communicator, isStopRequested: { context.stopSignals.isStopRequested })
    try context.print(report, text: report.text)
    try context.communicator.rootOnly { try report.requireSoundness() }
  }
}
