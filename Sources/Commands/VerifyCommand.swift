import ArgumentParser
import Files
import Tiling

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read and check everything that Sheaf wrote: shards, tables, weights, journals.",
    discussion: """
      PATH is any output of Sheaf, finished or not, or a Zarr or N5 store of another program. Every shard index, checksum \
      and chunk is read, and every other file is compared with its recorded checksum; missing shards and changed metadata \
      are found, and labels and outputs inside others are checked too. Where a format has no checksums, it is said how far \
      it could be checked. End with exit code 65 when anything is wrong, naming it, and 66 when there is nothing to check.

      With --repair-from, first rebuild damaged and missing shards from the volume that was tiled, bit-identically. \
      --repair writes lost or changed metadata documents (zarr.json) of a store again, which needs no input; what other \
      programs added to them is lost.

      Examples:
        mpirun -n 4 sheaf verify brain.zarr corpus/ pretrained/
        mpirun -n 4 sheaf verify brain.zarr --repair-from planes/
        sheaf verify brain.zarr --repair
      """)

  @Argument(help: ArgumentHelp("Outputs of Sheaf, Zarr or N5 stores, or single files.", valueName: "path"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "Rebuild damaged and missing shards from the volume the store was tiled from.", valueName: "input"))
  var repairFrom: String?

  @Flag(help: "Write lost or changed metadata documents of a store again.")
  var repair = false

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    if repairFrom != nil && paths.count > 1 {
      throw ValidationError("--repair-from belongs to one store, but \(paths.count) paths are given.")
    }
  }

  func run() throws {
    if let repairFrom { for path in paths { try refuse(output: path, over: [repairFrom]) } }
    let context = try RunContext.start(reporting, execution)
    var reports: [VerificationReport] = []
    // One path that cannot be verified does not keep the others from it.
    var firstFault: Fault?
    for path in paths {
      do {
        reports.append(
          try verifyOutput(
            path, repairingFrom: repairFrom, restoresMetadata: repair, settings: context.settings,
            memoryInBytes: context.memoryInBytes, communicator: context.communicator,
            isStopRequested: { context.stopSignals.isStopRequested }))
      } catch let fault as Fault where paths.count > 1 && [.noInput, .badData].contains(fault.kind) {
        context.note(fault.message)
        firstFault = firstFault ?? fault
      }
    }
    if paths.count == 1 {
      try context.print(reports[0], text: reports[0].text)
    } else {
      try context.print(Reports(paths: reports), text: reports.map(\.text).joined(separator: "\n"))
    }
    try context.communicator.rootOnly { for report in reports { try report.requireSoundness() } }
    if let firstFault { throw firstFault }
  }

  private struct Reports: Codable {
    let paths: [VerificationReport]
  }
}
