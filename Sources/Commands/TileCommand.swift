import ArgumentParser
import Evaluation
import Files
import Jobs
import Tiling
import VolumeFormats
import Voxels
import Zarr

struct TileCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "tile",
    abstract: "Write a volume as an OME-Zarr store with pyramid and statistics.",
    discussion: """
      INPUT is a directory of TIFF or PNG planes (ordered as their names number them), a multi-page TIFF, ImageJ TIFF or \
      OME-TIFF (or its companion .ome.xml), an Imaris file (.ims), BigDataViewer or BigStitcher data (.xml or .h5), a \
      dataset of any other HDF5 file, a NIfTI (.nii, .nii.gz), Analyze (.hdr), MetaImage (.mha, .mhd), NRRD (.nrrd, \
      .nhdr) or NumPy (.npy, .npz) file, an OME-Zarr image or an N5 container, as a directory or packed (.ozx, .zip). \
      Formats are told apart by content. The input is read once.

      The store (OME-Zarr 0.5, Zarr v3, sharded) opens in napari, neuroglancer, zarr-python and others.

      Examples:
        mpirun -n 4 sheaf tile planes/ -o brain.zarr --structure "cell nuclei" --voxel-size 4,1.8,1.8
        sheaf tile brain.ims brain.zarr --channel 1 --structure "blood vessels"
      """)

  enum Codec: String, ExpressibleByArgument, CaseIterable {
    case zstd
    case bloscZstd = "blosc-zstd"
  }

  enum Content: String, ExpressibleByArgument, CaseIterable {
    case image, labels
  }

  @Argument(help: "The volume to read.")
  var input: String

  @Argument(help: ArgumentHelp("The store to write, instead of --output.", valueName: "output"))
  var lastArgument: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The store to write.", valueName: "store.zarr"))
  var output: String?

  @Option(help: ArgumentHelp("What is labelled in the volume, such as \"blood vessels\".", valueName: "name"))
  var structure: String?

  @Option(
    help: ArgumentHelp(
      "isolated or contiguous, with -sparse or -dense appended where known. (default: that of the structure, where "
        + "Sheaf knows it)",
      valueName: "category"))
  var category: String?

  @Option(
    help: ArgumentHelp(
      "What the voxels are: brightness (image), or object ids or classes (labels), of which coarser levels take the "
        + "most frequent instead of the mean.",
      valueName: "kind"))
  var content = Content.image

  @OptionGroup var selection: VolumeSelection

  @Option(help: ArgumentHelp("Edges of a chunk in voxels. (default: 64)", valueName: "n|z,y,x"))
  var chunk: Extent?

  @Option(
    help: ArgumentHelp(
      "Edges of a shard (one file) in voxels, multiples of the chunk's. (default: from 64,256,256 for small volumes to "
        + "512,512,512 for the largest)",
      valueName: "n|z,y,x"))
  var shard: Extent?

  @Option(help: "Compression: Zstandard after a bit shuffle, which is smaller and faster, or plain Zstandard.")
  var codec = Codec.bloscZstd

  @Option(help: ArgumentHelp("Compression level; higher is smaller and slower.", valueName: "level"))
  var zstdLevel = 1

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var overwrite: OverwriteOption
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try checkedOutput()
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
    try refuseOutput(over: [input])
    let context = try RunContext.start(reporting, execution, overwrite: overwrite.isSet)
    let source = try context.communicator.everyRank { try openVolume(input, options: selection.options) }
    var resolved = context.resolvedSettings(command: "tile")
    resolved.add("channel", selection.channel ?? 0)
    resolved.add("time-point", selection.timePoint)
    resolved.add("dataset", selection.dataset ?? "")
    if let planes = selection.planes { resolved.add("planes", planes) }
    let settings = TilingSettings(
      chunk: chunk, shard: shard,
      compression: codec == .zstd ? .zstd(level: zstdLevel) : .bloscZstd(level: zstdLevel),
      content: content == .labels ? .labels : .image, structure: structure,
      category: category ?? structure.flatMap(StructureCategory.init(structure:))?.rawValue)
    let store = try tile(
      source, to: outputPath, settings: settings, resolved: resolved, job: context.settings,
      memoryInBytes: context.memoryInBytes, communicator: context.communicator,
      isStopRequested: { context.stopSignals.isStopRequested })
    try context.print(
      Result(
        output: outputPath, extent: store.extent.edges, voxelType: store.voxelType, levels: store.levels.count,
        voxelSizeInMicrometres: store.voxelSizeInMicrometres?.edges),
      text:
        "\(outputPath): \(store.extent) voxels of \(store.voxelType.rawValue), \(store.levels.count) \(store.levels.count == 1 ? "level" : "levels")"
    )
    context.suggest("sheaf view \(outputPath)", "sheaf report \(outputPath)")
  }

  private struct Result: Encodable {
    let output: String
    let extent: [Int]
    let voxelType: VoxelType
    let levels: Int
    let voxelSizeInMicrometres: [Double]?
  }
}
