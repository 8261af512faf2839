import ArgumentParser
import Files
import Jobs
import VolumeFormats
import Zarr

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Describe volumes, stores, corpora, runs, networks and datasets.",
    discussion: """
      Only headers are read, and a small sample of a volume, from which the size of its store and the time to tile it are \
      estimated: it takes a moment for volumes of any size. The options apply to every path.

      Of a network it tells what it is, sees and returns, and why it cannot be used if it cannot; of a raw dataset of \
      nnU-Net, channels, labels and cases.

      Of several paths, one that cannot be read is reported in its place and the others are described; the exit code is \
      that of the first error. With --json, one path gives an object; several give an array of them under "paths".

      Examples:
        sheaf info planes/
        sheaf info brain.zarr --json
        sheaf info *.zarr
        sheaf info brain.zarr --picture brain.png
      """)

  @Argument(
    help: ArgumentHelp(
      """
      Volumes, stores, corpora, runs, weights (those that come with the program by name, such as sheaf-xs), results \
      folders or raw datasets of nnU-Net.
      """, valueName: "path"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "Also draw the volume: the maximum along z of a store, the middle plane of another volume.", valueName: "file.png"
    ))
  var picture: String?

  @Flag(help: "Replace the picture.")
  var overwrite = false

  @OptionGroup var selection: VolumeSelection
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    if picture != nil, paths.count != 1 {
      throw ValidationError("--picture draws one volume, but \(paths.count) paths are given")
    }
    if overwrite, picture == nil { throw ValidationError("--overwrite replaces the picture: give it with --picture") }
  }

  func run() throws {
    if let picture { try refuse(output: picture, over: paths, kind: .file) }
    let shipped = ShippedWeights()
    let paths = paths.map { shipped.file(named: $0) ?? $0 }
    // Before MPI starts, because this may replace the process.
    func needsNetworks(_ path: String) -> Bool { isWeightsFile(path) || NNUNetFolder(path) == .results }
    let networks = paths.contains(where: needsNetworks) ? Program.networkOperations : nil
    let context = try RunContext.start(reporting, overwrite: overwrite)
    if let picture { try context.communicator.rootOnly { try draw(picture, context) } }
    func information(_ path: String) throws -> Information {
      var information = Information(path)
      if let networks, needsNetworks(path) {
        try networks.describeWeights(at: path, in: &information)
      } else {
        try information.describe(selection.options, threads: context.settings.threads)
      }
      return information
    }
    if let path = paths.first, paths.count == 1 {
      let result = try context.communicator.rootOnly { try information(path) }
      // They stand in the result already, also below.
      for warning in result.warnings { context.console.warnings.add(Warning(warning)) }
      return try context.print(JSONValue.object(result.json), text: result.text)
    }
    let results = try context.communicator.rootOnly {
      paths.map { path in
        do { return try information(path) } catch { return Information(path, fault: Fault(describing: error)) }
      }
    }
    for warning in results.flatMap(\.warnings) { context.console.warnings.add(Warning(warning)) }
    try context.print(
      ["paths": JSONValue.array(results.map { .object($0.json) })],
      text: results.map(\.text).joined(separator: "\n\n"))
    let faults = results.compactMap(\.fault)
    if let first = faults.first {
      let count = faults.count == 1 ? "" : "\(faults.count) of \(paths.count) paths cannot be described; the first: "
      throw Fault(first.kind, count + first.message).onEveryRank
    }
  }

  private func draw(_ file: String, _ context: RunContext) throws {
    try OutputFileFormat.png.refuseToReplace(file, overwrite: overwrite)
    let picture = try overviewPicture(of: paths[0], selection.options, context.console)
    try OutputPlace.writeFile(file, .png, inputs: paths, settings: context.settings) { try picture.write(to: $0) }
    context.note("picture: \(file)")
  }
}
