import Architectures
import ArgumentParser
import Components
import VolumeFormats
import Voxels

package struct InferCommand: ParsableCommand, WritingCommand {
  package static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Segment volumes: probabilities, masks, labels and tables of objects.",
    discussion: """
      The network sees overlapping tiles, whose probabilities are blended with Gaussian weights; tiles that hold \
      nothing but air count as background. Objects are the connected components of the voxels at or above the \
      probability threshold, joined across all blocks and numbered in the order of their first voxels. Memory does not \
      grow with the volume, and the output is the same for any number of ranks and threads.

      The input is a store, or any volume that `sheaf tile` reads; of the latter the statistics are taken in a pass of \
      their own, and kept in the output. Give --voxel-size where the volume does not say it.

      A store as output is an OME-Zarr image of probabilities (0 to 255 for 0 to 1) with the objects under labels/. The \
      table has a row for each object: id, voxels, centroid and bounding box in voxels and micrometres, mean intensity. A \
      file as output, by its name (.mha, .nii, .nii.gz, .tif, .npy), is a mask, or what --mask, --labels and \
      --probabilities ask for; several get names such as organ_labels.nii.gz.

      Of a folder, a pattern, a list, or several volumes every case is written to the directory --output, as --format says, \
      with a table cases.csv. Cases are shared out among the ranks; one that cannot be read is set aside and named, and the \
      exit code says so. nnU-Net's names (case_0000.nii.gz) lose the number of the channel.

      Examples:
        mpirun -n 4 sheaf infer organ.zarr -o organ-axons.zarr --model axons-run --objects axons.csv --min-voxels 27
        sheaf infer scan.nii.gz -o scan-vessels.nii.gz --model vessels-run
        mpirun -n 4 sheaf infer imagesTs/ -o predicted/ --model nnunet-results --format nii.gz
      """)

  package init() {}

  @Argument(
    help: ArgumentHelp(
      "The store or volume to segment, or several, a folder, a pattern or a list (.yaml) of them; without --output the last "
        + "one is what to write.",
      valueName: "volume"))
  package var arguments: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The store or file to write, or the directory for several cases.", valueName: "path"))
  package var output: String?

  @Option(
    help: ArgumentHelp(
      "What is written of each case: mha, nii.gz, nii, tif, npy, or zarr for stores.", valueName: "format"))
  package var format: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The network: a run directory of finetune, a results folder of nnU-Net or one of its checkpoints, safetensors or "
        + ".pth weights with their description, or a TorchScript module. Given several times, or a directory with a run "
        + "or checkpoint for each fold, the mean of all.",
      valueName: "path"))
  package var model: [String]

  @OptionGroup package var prediction: PredictionOptions

  @Flag(help: "Write a mask to a file: 1 for objects, 0 elsewhere. (default, where nothing else is asked for)")
  package var mask = false

  @Flag(help: "Write labels to a file: the id of the object that a voxel belongs to.")
  package var labels = false

  @Flag(help: "Write probabilities to a file: 0 to 255 in integers, 0 to 1 in floating point.")
  package var probabilities = false

  @Option(
    help: ArgumentHelp(
      "Type of the voxels in a file: uint8 or int8 for masks, uint16 or uint32 for labels, uint8, float16 or float32 for "
        + "probabilities. (default: the first, uint32 for labels)",
      valueName: "type"))
  package var type: String?

  @Flag(inversion: .prefixedNo, help: "Deflate voxels of TIFF and MetaImage; NIfTI is compressed if named .nii.gz.")
  package var compress = true

  @Flag(help: "Write probabilities alone to a store.")
  package var noLabels = false

  @Option(
    help: ArgumentHelp(
      "Name of the labels in a store. (default: the structure that the volume shows, otherwise objects)",
      valueName: "name"))
  package var labelName: String?

  @Option(help: ArgumentHelp("Write the table of objects to this CSV file as well.", valueName: "file.csv"))
  package var objects: String?

  @OptionGroup package var selection: VolumeSelection
  @OptionGroup package var deviceOption: DeviceOption
  @OptionGroup package var execution: ExecutionOptions
  @OptionGroup package var overwrite: OverwriteOption
  @OptionGroup package var reporting: ReportingOptions

  /// The last of several arguments, where `--output` is not given.
  package var lastArgument: String? { output == nil && arguments.count > 1 ? arguments.last : nil }
  /// What is segmented.
  package var volumes: [String] { lastArgument == nil ? arguments : arguments.dropLast() }

  private static let formats = ["mha", "nii.gz", "nii", "tif", "npy", "zarr"]

  package func validate() throws {
    guard !arguments.isEmpty else { throw ValidationError("No volume is given.") }
    try checkedOutput()
    if let format, !Self.formats.contains(format) {
      throw ValidationError("--format must be one of \(Self.formats.joined(separator: ", ")), found \(format)")
    }
    if noLabels, labelName != nil { throw ValidationError("give --label-name or --no-labels, not both") }
    if !isFile, format == nil || format == "zarr" {
      let asked = [("--mask", mask), ("--labels", labels), ("--probabilities", probabilities), ("--type", type != nil)]
      if let (option, _) = asked.first(where: { $0.1 }) {
        throw ValidationError(
          "\(option) says what is written to a file, but a store holds probabilities and labels. "
            + "Give a file such as \(outputPath).nii.gz, --format for several cases, or leave out \(option).")
      }
    } else if noLabels || labelName != nil {
      throw ValidationError(
        "--\(noLabels ? "no-labels" : "label-name") is for stores, but files are written. Choose what they hold by --mask, "
          + "--labels or --probabilities.")
    }
  }

  /// Whether files of other programs are written, and no store.
  package var isFile: Bool {
    guard let format = try? VolumeFileFormat(path: outputPath) else { return false }
    return format != .tiffPlanes
  }

  /// What is asked for in files.
  package var kinds: [String] {
    [("mask", mask), ("labels", labels), ("probabilities", probabilities)].filter(\.1).map(\.0)
  }

  package func run() throws {
    try refuseOutput(over: volumes + model, kind: isFile ? .file : .directory)
    if let objects {
      try refuse(output: objects, over: volumes + model, kind: .file, besides: outputPath)
    }
    try Program.networkOperations.infer(self)
  }
}
