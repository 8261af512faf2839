import ArgumentParser
import Evaluation
import Files

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare a segmentation with its reference: Dice, panoptic quality, clDice.",
    discussion: """
      Isolated structures are scored by Dice and panoptic quality, contiguous ones by Dice and clDice, and volumes of \
      unknown category by all three. Ignored voxels count nowhere: they are background in both volumes before objects \
      and centrelines are found.

      What a volume means is told by its values, whatever their number type: one value other than 0 is a mask, several \
      whole values are instances, and fractions from 0 to 1 are probabilities. Objects are the values of instances, and \
      the 26-connected components of everything else. They are matched one to one, from an IoU of 0.3 up unless \
      --match-iou says otherwise. The plan says what was taken for what; --prediction-is and --reference-is say otherwise.

      Several cases are two directories of equally named volumes, in any formats, or a YAML list:

        - {prediction: a.zarr, reference: a-labels.tif, structure: axons, category: contiguous}

      Their scores are printed with the means of each category.

      Examples:
        sheaf evaluate axons-predicted.zarr axons/labels.tif --label-map "2=1,1=0,3=0,*=ignore" --category contiguous
        sheaf evaluate predictions/ labelsTs/ --category isolated --json
      """)

  @Argument(
    help:
      "The segmentation: probabilities, a mask or labels, in any format Sheaf reads; a directory; or a list of pairs."
  )
  var prediction: String

  @Argument(help: "The reference: a mask or labels of the same extent, or a directory of them.")
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "isolated or contiguous, with or without -sparse or -dense. (default: what one of the stores says)",
      valueName: "category"))
  var category: String?

  @Option(
    help: ArgumentHelp(
      "What the prediction is: probabilities, mask, instances or classes. (default: what its values show)",
      valueName: "meaning"))
  var predictionIs: VolumeMeaning?

  @Option(
    help: ArgumentHelp(
      "What the reference is: mask, instances or classes. (default: what its values show)", valueName: "meaning"))
  var referenceIs: VolumeMeaning?

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
      "Probability threshold of foreground; it makes the prediction probabilities (of 8-bit ones, 255 is 1). (default: 0.5 "
        + "for probabilities; in masks and labels, everything but 0 is foreground)",
      valueName: "probability"))
  var threshold: Double?

  @Option(
    help: ArgumentHelp(
      "What the objects of both are: connected components, the values of labels, or whichever suits their meaning.",
      valueName: "rule"))
  var instances = InstanceRule.auto

  @Option(help: ArgumentHelp("Minimum IoU for a match of two objects.", valueName: "iou"))
  var matchIou = PanopticQuality.usualThreshold

  @OptionGroup var channels: ChannelOptions
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
    try check(predictionIs, of: "--prediction-is", among: VolumeMeaning.ofPredictions)
    try check(referenceIs, of: "--reference-is", among: VolumeMeaning.ofLabels)
    if let threshold, let predictionIs, predictionIs != .probabilities {
      throw ValidationError(
        "--threshold \(threshold) is for probabilities, but --prediction-is says \(predictionIs.rawValue); leave out one"
      )
    }
  }
}

extension InstanceRule: ExpressibleByArgument {}
