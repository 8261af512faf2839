import ArgumentParser
import Evaluation
import Recipes

private let table = FinetuningSettings.table

package struct FinetuneCommand: ParsableCommand, WritingCommand {
  package static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Train a network to segment, from annotated volumes.",
    discussion: """
      PAIRS is a directory with images/ and labels/ that hold equally named volumes of any format, a raw dataset of \
      nnU-Net (imagesTr/, labelsTr/ and dataset.json, whose labels and "ignore" count), or a YAML list:

        - {image: a.tif, label: a-labels.tif, structure: axons, category: contiguous, source: brain 3}

      Paths are relative to the list; a * in both file names stands for the same text. Files that are no volumes are \
      passed over.

      With --from, the network is the one the weights were trained in, unless a tier or stages are given.

      Pairs of one source stay on one side of every split. The category decides whether validation scores a volume by \
      panoptic quality or by clDice, and whether the setting centreline-weight applies; by default it comes from the \
      image's store or from the structure. --label-map turns labels into background (0), foreground (1) or ignore; \
      ignored voxels count nowhere, so that sparse annotation of a few planes is enough. Samples depend on the seed and \
      the step alone: any number of ranks gives the same training, up to rounding, and so does a run that was stopped \
      and resumed.

      Resolved settings are written to RUN/recipe.yaml.

      Examples:
        mpirun -n 2 sheaf finetune pairs/ -o segmenter --from pretrained --validation-fraction 0.2
        sheaf finetune axons.yaml -o axons --from pretrained --label-map "2=1,1=0,3=0,*=ignore" --hold-back-planes 77
        mpirun -n 2 sheaf finetune pairs/ -o second --from segmenter --pseudo organ-1.zarr --pseudo organ-2.zarr
      """)

  package init() {}

  @Argument(help: "Directory or YAML list of annotated volumes.")
  package var pairs: String

  @Argument(help: ArgumentHelp("The directory of the run, instead of --output.", valueName: "output"))
  package var lastArgument: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Directory of the run: recipe, metrics, checkpoints, and in the end the model.", valueName: "run"))
  package var output: String?

  @Option(
    help: ArgumentHelp(
      "Pre-trained weights: a run directory, a safetensors file, a .pth of nnU-Net, nnssl or PyTorch, or a results folder "
        + "of nnU-Net with one fold, or the name of weights that come with the program, such as sheaf-xs.",
      valueName: "weights"))
  package var from: String?

  @Flag(help: "Start from random weights; the samples are the same as with --from.")
  package var fromScratch = false

  @Option(help: .setting(table.transfer, valueName: "parts", exception: "with --pseudo all"))
  package var transfer: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Store to train on with pseudo-labels: the network of --from segments it, and voxels it is confident of count as "
        + "annotated; may be repeated.",
      valueName: "store"))
  package var pseudo: [String] = []

  @Option(parsing: .unconditional, help: .setting(table.labelMap, valueName: "map"))
  package var labelMap: String?

  @Option(
    help: ArgumentHelp(
      "What the label volumes are: mask, instances or classes. (default: what their values show)", valueName: "meaning")
  )
  package var labelIs: VolumeMeaning?

  @Option(help: .setting(table.validationFraction, valueName: "fraction"))
  package var validationFraction: Double?

  @Option(help: .setting(table.folds, valueName: "count"))
  package var folds: Int?

  @Option(help: .setting(table.fold, valueName: "number"))
  package var fold: Int?

  @Option(help: .setting(table.holdBackPlanes, valueName: "planes"))
  package var holdBackPlanes: String?

  @OptionGroup package var channels: ChannelOptions
  @OptionGroup package var training: TrainingOptions
  @OptionGroup package var execution: ExecutionOptions
  @OptionGroup package var overwrite: OverwriteOption
  @OptionGroup package var reporting: ReportingOptions

  package func validate() throws {
    try checkedOutput()
    guard (from != nil) != fromScratch else {
      throw ValidationError("give either --from with pre-trained weights, or --from-scratch")
    }
    guard pseudo.isEmpty || from != nil else {
      throw ValidationError("--pseudo needs --from with a network that has been fine-tuned already")
    }
    try check(transfer, table.transfer)
    try check(validationFraction, table.validationFraction)
    try check(folds, table.folds)
    try check(fold, table.fold)
    if let labelMap { try validating { _ = try LabelMap(parsing: labelMap) } }
    try check(labelIs, of: "--label-is", among: VolumeMeaning.ofLabels)
  }

  package func run() throws {
    try refuseOutput(over: [pairs] + pseudo + [from, training.recipe].compactMap { $0 })
    try Program.networkOperations.finetune(self)
  }

  /// All options that are settings of the recipe, in the order in which they win.
  package var settings: [(key: String, value: String)] {
    get throws {
      let given: [(String, (any CustomStringConvertible)?)] = [
        ("transfer", transfer ?? (pseudo.isEmpty ? nil : "all")), ("label-map", labelMap),
        ("validation-fraction", validationFraction), ("folds", folds),
        ("fold", fold), ("hold-back-planes", holdBackPlanes),
      ]
      return try training.settings(given.compactMap { key, value in value.map { (key, $0.description) } })
    }
  }
}
