import ArgumentParser
import Evaluation
import Files
import Jobs
import Tiling
import VolumeFormats
import Voxels
import Zarr

struct TileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tile",
    abstract: "Write a volume as an OME-Zarr store with pyramid and statistics.",
    discussion: """
      INPUT is a directory of TIFF planes (in natural order of their names), a multi-page TIFF, a NIfTI (.nii, \
      .nii.gz) or MetaImage (.mha, .mhd) file, an OME-Zarr image or an N5 container. It is read once. The store \
      (OME-Zarr 0.5, Zarr v3, sharded) opens in napari, neuroglancer, zarr-python and others.

      Example:
        mpirun -n 4 sheaf tile planes/ brain.zarr --structure "cell nuclei" --voxel-size 4,1.8,1.8
      """)

  enum Codec: String, ExpressibleByArgument, CaseIterable {
    case zstd
    case bloscZstd = "blosc-zstd"
  }

  @Argument(help: "The volume.")
  var input: String

  @Argument(help: ArgumentHelp("The store to write.", valueName: "output.zarr"))
  var output: String

  @Option(help: ArgumentHelp("What is labelled in the volume, such as \"blood vessels\".", valueName: "name"))
  var structure: String?

  @Option(
    help: ArgumentHelp(
      "isolated or contiguous, and -sparse or -dense where known.",
      discussion: "Default: taken from the structure, where Sheaf knows it.", valueName: "category"))
  var category: String?

  @Flag(help: "The volume holds object ids or classes: coarser levels take the most frequent value.")
  var labels = false

  @OptionGroup var selection: VolumeSelection

  @Option(help: ArgumentHelp("Edges of a chunk in voxels.", discussion: "Default: 64.", valueName: "n|z,y,x"))
  var chunk: ExtentArgument?

  @Option(
    help: ArgumentHelp(
      "Edges of a shard (one file) in voxels, multiples of the chunk's.",
      discussion: "Default: from 64,256,256 for small volumes to 512,512,512 for the largest.", valueName: "n|z,y,x"))
  var shard: ExtentArgument?

  @Option(help: "blosc-zstd, which shuffles bits first and so is smaller and quicker, or plain zstd.")
  var codec = Codec.bloscZstd

  @Option(help: ArgumentHelp("Compression level: 1 is quick, higher is smaller.", valueName: "level"))
  var zstdLevel = 1

  @OptionGroup var execution: ExecutionOptions

  func validate() throws {
    if let category, StructureCategory(rawValue: category) == nil {
      let known = StructureCategory.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--category must be one of \(known), found \(category)")
    }
    let levels = codec == .zstd ? -7...22 : 0...9
    guard levels.contains(zstdLevel) else {
      throw ValidationError(
        "--zstd-level must be between \(levels.lowerBound) and \(levels.upperBound) for \(codec.rawValue), found \(zstdLevel)"
      )
    }
  }

  func run() throws {
    let context = try RunContext.start(execution)
    let source = try context.communicator.everyRank { try openVolume(input, options: selection.options) }
    var resolved = context.resolvedSettings(command: "tile")
    resolved.add("channel", selection.channel)
    resolved.add("time-point", selection.timePoint)
    resolved.add("dataset", selection.dataset ?? "")
    let settings = TilingSettings(
      chunk: chunk?.extent, shard: shard?.extent,
      compression: codec == .zstd ? .zstd(level: zstdLevel) : .bloscZstd(level: zstdLevel),
      content: labels ? .labels : .image, structure: structure,
      category: category ?? structure.flatMap(StructureCategory.init(structure:))?.rawValue)
    let store = try tile(
      source, to: output, settings: settings, resolved: resolved, job: context.settings,
      memoryInBytes: context.memoryInBytes, communicator: context.communicator,
      isStopRequested: { context.stopSignals.isStopRequested })
    context.printResult(
      "\(output): \(store.extent) voxels of \(store.voxelType.rawValue), \(store.levels.count) levels")
  }
}
