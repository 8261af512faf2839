import ArgumentParser
import Commands
import Files
import Jobs
import Training

struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Trains a network to segment, from annotated volumes.",
    discussion: """
      PAIRS is a directory with images/ and labels/ that hold equally named volumes of any format, or a YAML list:

        - {image: a.tif, label: a-labels.tif, structure: axons, category: contiguous, source: brain 3}

      The network is the one that the weights of --from were trained in, where they say so and no tier or stages are given.

      Pairs of one source stay on one side of every split. The category decides how validation scores a volume, by panoptic \
      quality or by clDice, and whether the setting centreline-weight applies; where it is missing it comes from the \
      image's store or from the structure. \
      Labels become background (0), foreground (1) or ignore by --label-map; ignored voxels count nowhere, so sparse \
      annotation of a few planes is enough. Samples depend on the seed and the step alone: any number of ranks gives the \
      same training, up to rounding, and so does a run that was stopped and carried on.

      Example:
        mpirun -n 2 sheaf finetune pairs/ -o segmenter --from pretrained --validation-fraction 0.2
        sheaf finetune axons.yaml -o axons --from pretrained --label-map "2=1,1=0,3=0,*=ignore" --hold-back-planes 77
        mpirun -n 2 sheaf finetune pairs/ -o second --from segmenter --pseudo organ-1.zarr --pseudo organ-2.zarr
      """)

  @Argument(help: "Directory or YAML list of annotated volumes.")
  var pairs: String

  @OptionGroup var training: TrainingOptions

  @Option(
    help: ArgumentHelp(
      "Pre-trained weights: a run directory, a safetensors file, or a .pth of nnU-Net, nnssl or PyTorch.",
      valueName: "weights"))
  var from: String?

  @Flag(help: "Start from random weights; the samples are the same as with --from.")
  var fromScratch = false

  @Option(
    help: ArgumentHelp(
      "What is taken from --from: encoder, encoder+decoder, or all, which has the output layers too.",
      discussion: "Default: encoder, for tier XS encoder+decoder; with --pseudo all.", valueName: "parts"))
  var transfer: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A store to learn from as well: the network of --from segments it, and what it is sure of counts as annotated.",
      discussion: "May be given several times.", valueName: "store"))
  var pseudo: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which label values are background, foreground or ignored, such as 2=1,1=0,*=ignore.",
      discussion: "Default: 0 is background, everything else foreground.", valueName: "map"))
  var labelMap: String?

  @Option(help: ArgumentHelp("Fraction of the volumes to validate on.", valueName: "fraction"))
  var validationFraction: Double?

  @Option(help: ArgumentHelp("Split the volumes into this many folds and validate on one.", valueName: "count"))
  var folds: Int?

  @Option(help: ArgumentHelp("The fold to validate on, from 0.", valueName: "number"))
  var fold: Int?

  @Option(
    help: ArgumentHelp(
      "z-planes whose annotation is used for validation only, such as 17,77.",
      discussion: "For a single volume of which a few planes are annotated.", valueName: "planes"))
  var holdBackPlanes: String?

  @OptionGroup var execution: ExecutionOptions

  func validate() throws {
    guard (from != nil) != fromScratch else {
      throw ValidationError("give either --from with pre-trained weights, or --from-scratch")
    }
    guard pseudo.isEmpty || from != nil else {
      throw ValidationError("--pseudo needs --from with a network that has been fine-tuned already")
    }
  }

  func run() throws {
    let context = try RunContext.start(execution)
    let recipe = try FinetuningRecipe.resolve(
      file: training.recipe, options: training.settings(ownSettings), network: from.flatMap(InheritedNetwork.init(of:)))
    let resources = try training.resources(context)
    let summary = try Finetuning.run(
      pairs: pairs, pseudoLabels: context.pseudoLabels(of: pseudo, model: from ?? "", device: resources.device),
      start: from.map { .weights($0) } ?? .scratch, recipe: recipe, output: training.output,
      resolved: context.resolvedSettings(command: "finetune"), resources: resources,
      communicator: context.communicator)
    try training.printSummary(summary, context)
  }

  private var ownSettings: [(key: String, value: String)] {
    let given: [(String, (any CustomStringConvertible)?)] = [
      ("transfer", transfer ?? (pseudo.isEmpty ? nil : "all")), ("label-map", labelMap),
      ("validation-fraction", validationFraction), ("folds", folds),
      ("fold", fold), ("hold-back-planes", holdBackPlanes),
    ]
    return given.compactMap { key, value in value.map { (key, $0.description) } }
  }
}
