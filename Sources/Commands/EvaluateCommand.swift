import ArgumentParser
import Evaluation
import Files
import Jobs
import Tiling
import VolumeFormats

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare a segmentation with its reference: Dice, panoptic quality, clDice.",
    discussion: """
      Isolated structures are scored by Dice and panoptic quality, contiguous ones by Dice and clDice, and volumes of \
      unknown category by all three. Ignored voxels count nowhere: they are background in both volumes before objects \
      and centrelines are found.

      Objects are the values of 32- and 64-bit label volumes, and the 26-connected components of all others. They are \
      matched one to one, from an IoU of 0.3 up unless --match-iou says otherwise.

      Example:
        sheaf evaluate axons-predicted.zarr axons/labels.tif --label-map "2=1,1=0,3=0,*=ignore" --category contiguous
      """)

  @Argument(help: "The segmentation: probabilities, a mask or labels, in any format Sheaf reads.")
  var prediction: String

  @Argument(help: "The reference: a mask or labels of the same extent.")
  var reference: String

  @Option(
    help: ArgumentHelp(
      "isolated or contiguous, with or without -sparse or -dense. (default: what one of the stores says)",
      valueName: "category"))
  var category: String?

  // Labels may be negative.
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Label of the reference to ignore; may be repeated.", valueName: "label"))
  var ignore: [Int64] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Which labels of the reference are background, foreground or ignored, such as 2=1,1=0,*=ignore. (default: 0=0,*=1)",
      valueName: "map"))
  var labelMap: String?

  @Option(
    help: ArgumentHelp(
      "Probability threshold of foreground, for floating-point and 8-bit predictions (255 is 1). (default: 0.5 for "
        + "probabilities; in masks, everything but 0 is foreground)",
      valueName: "probability"))
  var threshold: Double?

  @Option(
    help: ArgumentHelp(
      "What the objects are: connected components, the values of labels, or whichever suits the voxel type.",
      valueName: "rule"))
  var instances = InstanceRule.auto

  @Option(help: ArgumentHelp("Minimum IoU for a match of two objects.", valueName: "iou"))
  var matchIou = PanopticQuality.usualThreshold

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var reporting: ReportingOptions

  private static let categories = ["isolated", "contiguous"].flatMap { [$0, $0 + "-sparse", $0 + "-dense"] }

  func validate() throws {
    if let category, !Self.categories.contains(category) {
      throw ValidationError("--category must be one of \(Self.categories.joined(separator: ", ")), found \(category)")
    }
    if let threshold, !(threshold > 0 && threshold <= 1) {
      throw ValidationError("--threshold must be a probability above 0 and at most 1, found \(threshold)")
    }
    guard matchIou > 0, matchIou <= 1 else {
      throw ValidationError("--match-iou must be above 0 and at most 1, found \(matchIou)")
    }
    if let labelMap { try validating { _ = try LabelMap(parsing: labelMap) } }
  }

  func run() throws {
    let context = try RunContext.start(reporting, execution)
    let communicator = context.communicator
    let (predicted, truth) = try communicator.everyRank {
      let sources = [try openVolume(prediction), try openVolume(reference)]
      for source in sources { context.console.warn(about: source.description) }
      return (
        try EvaluatedVolume(prediction: sources[0], at: prediction, threshold: threshold, instances: instances),
        try EvaluatedVolume(
          reference: sources[1], at: reference, map: try labelMap.map(LabelMap.init(parsing:)), ignoring: Set(ignore),
          instances: instances)
      )
    }
    let category = category ?? [reference, prediction].lazy.compactMap(categoryOfStore).first
    var settings = EvaluationSettings()
    settings.withPanopticQuality = category.map { $0.hasPrefix("isolated") } ?? true
    settings.withCentrelineDice = category.map { $0.hasPrefix("contiguous") } ?? true
    settings.matchingThreshold = matchIou
    settings.memoryInBytes = context.memoryInBytes
    settings.threads = context.settings.threads
    settings.stopSignals = context.stopSignals
    settings.console = context.console
    let comparison = try Comparison(predicted, truth, settings, communicator)
    for doubt in comparison.doubts { context.console.warn(doubt) }
    try comparison.plan.announce(context.settings, communicator)
    let result = try StopSignals.whilePolled { try comparison.run() }
    for (name, foreground) in [(prediction, result.counts.predicted), (reference, result.counts.annotated)]
    where foreground == 0 {
      context.console.warn(
        "no voxel of \(name) that counts is foreground; check --threshold, --label-map and --ignore")
    }
    let report = EvaluationReport(result, prediction: prediction, reference: reference, category: category)
    try context.print(report, text: report.table)
  }
}

extension InstanceRule: ExpressibleByArgument {}
