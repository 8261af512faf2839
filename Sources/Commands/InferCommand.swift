import ArgumentParser
import Components
import Voxels

package struct InferCommand: ParsableCommand, WritingCommand {
  package static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Segment a store: probabilities, labels and a table of objects.",
    discussion: """
      The network sees overlapping tiles, whose probabilities are blended with Gaussian weights; tiles that hold \
      nothing but air count as background. Objects are the connected components of the voxels at or above the \
      probability threshold, joined across all blocks and numbered in the order of their first voxels. Memory does not \
      grow with the volume, and the output is the same for any number of ranks and threads.

      The output is an OME-Zarr image of probabilities (0 to 255 for 0 to 1) with the objects under labels/. The table \
      has a row for each object: id, voxels, centroid and bounding box in voxels and micrometres, mean intensity.

      Example:
        mpirun -n 4 sheaf infer organ.zarr -o organ-axons.zarr --model axons-run --objects axons.csv --min-voxels 27
      """)

  package init() {}

  @Argument(help: "A finished store, as `sheaf tile` writes it.")
  package var store: String

  @Argument(help: ArgumentHelp("The store to write, instead of --output.", valueName: "output"))
  package var lastArgument: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The store to write.", valueName: "store.zarr"))
  package var output: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The network: a run directory of finetune, safetensors or .pth weights with their description, or a TorchScript "
        + "module. Given several times, or a directory with a run for each fold, the mean of all.",
      valueName: "path"))
  package var model: [String]

  @Flag(
    help: """
      Average over mirrored tiles as well, along the axes that the network was trained with mirrored: 8 passes a tile \
      for three axes.
      """)
  package var mirror = false

  @Option(
    help: ArgumentHelp(
      "Edges of a tile in voxels, or one number for a cube. (default: the crop the network was trained on)",
      valueName: "n|z,y,x"))
  package var tileSize: Extent?

  @Option(help: ArgumentHelp("Share of a tile's edge that overlaps the next, 0 to 0.9.", valueName: "share"))
  package var overlap = 0.5

  @Option(help: ArgumentHelp("Probability threshold of foreground.", valueName: "probability"))
  package var threshold: Float = 0.5

  @Flag(help: "Write probabilities alone.")
  package var noLabels = false

  @Option(
    help: ArgumentHelp(
      "Name of the labels in the output. (default: the structure that the store shows, otherwise objects)",
      valueName: "name"))
  package var labels: String?

  @Option(help: ArgumentHelp("Write the table of objects to this CSV file as well.", valueName: "file.csv"))
  package var objects: String?

  @Option(
    help: ArgumentHelp(
      "Which voxels are connected: by faces (6), also edges (18), or also corners (26).", valueName: "count"))
  package var connectivity = Connectivity.corners

  @Option(help: ArgumentHelp("Drop objects of fewer voxels.", valueName: "count"))
  package var minVoxels = 1

  @Flag(help: "Evaluate tiles that hold nothing but air too.")
  package var keepBackgroundTiles = false

  @Flag(
    help: """
      Refuse a store whose voxels differ by more than a tenth from those the network was trained on, instead of resampling \
      it for the network and bringing the probabilities back.
      """)
  package var noResample = false

  @Option(help: ArgumentHelp("What the network computes in. (default: what it was trained in)", valueName: "precision"))
  package var precision: PrecisionArgument?

  @OptionGroup package var deviceOption: DeviceOption
  @OptionGroup package var execution: ExecutionOptions
  @OptionGroup package var overwrite: OverwriteOption
  @OptionGroup package var reporting: ReportingOptions

  package func validate() throws {
    try checkedOutput()
    guard overlap >= 0, overlap <= 0.9 else {
      throw ValidationError("--overlap must be between 0 and 0.9, found \(overlap)")
    }
    guard threshold > 0, threshold <= 1 else {
      throw ValidationError("--threshold must be a probability above 0 and at most 1, found \(threshold)")
    }
    guard minVoxels >= 1 else { throw ValidationError("--min-voxels must be 1 or more, found \(minVoxels)") }
    if noLabels, labels != nil { throw ValidationError("give --labels or --no-labels, not both") }
  }

  package func run() throws {
    try refuseOutput(over: [store] + model)
    if let objects {
      try refuse(output: objects, over: [store] + model, kind: .file, besides: outputPath)
    }
    try Program.networkOperations.infer(self)
  }
}
