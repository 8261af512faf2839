import ArgumentParser
import Components
import Files
import Jobs
import Viewer
import VolumeFormats
import Voxels

struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Look at volumes, labels and objects in a browser.",
    discussion: """
      Prints a link to a page with three orthogonal planes and serves it until Ctrl-C. Planes are cut here, from the level \
      that fits the screen, so that stores of any size open at once, also through an SSH tunnel: forward the port with \
      `ssh -L 8100:localhost:8100 HOST` and open the link on your own machine. Label images of a store are shown with \
      it. Stores that are still being written can be watched. Other formats are read in place, more slowly.

      The link contains a random token, without which nothing is served. The files of the stores are served beside the \
      page, for Neuroglancer, napari, zarr-python and others.

      Examples:
        sheaf view brain.zarr
        sheaf view brain.zarr brain-segmented.zarr --objects cells.csv
        sheaf view planes/ --labels annotated.nii.gz --port 8100
      """)

  @Argument(help: ArgumentHelp("Volumes to show, one over the other.", valueName: "volume"))
  var volumes: [String]

  @Option(
    help: ArgumentHelp(
      "Label volume to draw over them; may be repeated. (default: the label images of the stores)", valueName: "volume")
  )
  var labels: [String] = []

  @Option(help: ArgumentHelp("Object table of the first labels, as CSV.", valueName: "file"))
  var objects: String?

  @Option(help: ArgumentHelp("Address to serve at; 0.0.0.0 for all of this machine.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("Port to serve at; 0 for a free one.", valueName: "number"))
  var port = 0

  @Flag(help: "Also print a link that opens the stores in Neuroglancer.")
  var neuroglancer = false

  @Option(help: ArgumentHelp("Channel, counted from 0. (default: all, at most 6)", valueName: "number"))
  var channel: Int?

  @Option(help: ArgumentHelp("Time point, counted from 0.", valueName: "number"))
  var timePoint = 0

  @Option(help: ArgumentHelp("Voxel size in micrometres, in place of what the files say.", valueName: "z,y,x"))
  var voxelSize: VoxelSizeArgument?

  @Option(
    help: ArgumentHelp(
      "Memory for decoded voxels, such as 512MiB or 2G. (default: 256MiB)", valueName: "size"))
  var memory: ByteSize?

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port must be between 0 and 65535, found \(port)") }
    if let memory, memory.bytes < 32 << 20 {
      throw ValidationError("--memory must be at least 32MiB for the viewer, found \(memory)")
    }
  }

  func run() throws {
    let context = try RunContext.start(reporting)
    guard context.communicator.size == 1 else {
      throw Fault.usage("`sheaf view` serves one page: start it without mpirun").onEveryRank
    }
    let contents = try contents()
    contents.doubts.forEach { context.console.warn($0) }
    contents.notes.forEach { context.note($0) }
    try context.console.warnings.refuseIfStrict()
    var settings = ViewerServer.Settings()
    settings.host = host
    settings.port = port
    settings.cacheInBytes = memory?.bytes ?? settings.cacheInBytes
    settings.threads = max(1, context.settings.threads)
    try StopSignals.whilePolled {
      try ViewerServer(contents, settings: settings).run {
        report($0, context)
      } isStopRequested: {
        context.stopSignals.isStopRequested
      }
    }
  }

  private func report(_ address: ViewerServer.Address, _ context: RunContext) {
    var text = "Open \(address.page)"
    if neuroglancer {
      text +=
        "\nNeuroglancer: " + (address.neuroglancer ?? "none of the volumes is a store; make one with `sheaf tile`")
    }
    do {
      try context.print(
        Result(page: address.page, neuroglancer: neuroglancer ? address.neuroglancer : nil), text: text)
    } catch {
      ProgramExit.fail(error)
    }
    context.note("Serving; Ctrl-C ends it.")
  }

  private struct Result: Encodable {
    let page: String
    let neuroglancer: String?
  }

  private func contents() throws -> ViewerContents {
    let options = VolumeOptions(voxelSizeInMicrometres: voxelSize?.voxelSize, timePoint: timePoint)
    let images = try volumes.flatMap { try ViewedLayer.open($0, kind: nil, options: options, channel: channel) }
    let overlays =
      labels.isEmpty
      ? try volumes.flatMap { try ViewedLayer.labels(of: $0) }
      : try labels.flatMap { try ViewedLayer.open($0, kind: .labels, options: options, channel: 0) }
    for layer in images.dropFirst() + overlays { try layer.requireSameExtent(as: images[0]) }
    let layers = images + overlays
    let table = try objects.map { path in
      guard let labels = layers.first(where: { $0.kind == .labels }) else {
        throw Fault.usage("--objects \(path) needs the labels it describes: give them with --labels")
      }
      let table = try ObjectList(path)
      try table.require(labels)
      return table
    }
    return ViewerContents(title: volumes.joined(separator: ", "), layers: layers, objects: table)
  }
}
