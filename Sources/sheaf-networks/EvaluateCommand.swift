import ArgumentParser
import Commands
import Evaluation
import Files
import Foundation
import Jobs
import VolumeFormats
import Voxels
import Zarr

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare a segmentation with its reference: Dice, panoptic quality, clDice.",
    discussion: """
      Isolated structures are judged by Dice and panoptic quality, contiguous ones by Dice and clDice, and all three \
      are printed where the category is not known. Voxels that are ignored count nowhere: they are background in both \
      volumes before objects and centrelines are found.

      Objects are the values of 32- and 64-bit label volumes, and the 26-connected components of all others. They match \
      one to one from an intersection over union of 0.3 up.

      Example:
        sheaf evaluate axons-predicted.zarr axons/labels.tif --label-map "2=1,1=0,3=0,*=ignore" --category contiguous
      """)

  enum Objects: String, ExpressibleByArgument, CaseIterable {
    case auto, components, labels
  }

  @Argument(help: "The segmentation: probabilities, a mask or labels, in any format Sheaf reads.")
  var prediction: String

  @Argument(help: "The reference: a mask or labels of the same extent.")
  var reference: String

  @Option(
    help: ArgumentHelp(
      "isolated or contiguous, with -sparse or -dense behind it or not.",
      discussion: "Default: what one of the stores says.", valueName: "category"))
  var category: String?

  @Option(
    help: ArgumentHelp("A label of the reference that counts nowhere; may be given several times.", valueName: "label"))
  var ignore: [Int64] = []

  @Option(
    help: ArgumentHelp(
      "What the reference's labels mean, as for finetune, such as \"2=1,1=0,*=ignore\".",
      discussion: "Default: everything but 0 is foreground.", valueName: "map"))
  var labelMap: String?

  @Option(
    help: ArgumentHelp(
      "Least probability of foreground, of floating-point and 8-bit predictions (255 is 1).",
      discussion: "Default: 0.5 for probabilities; of masks, everything but 0 is foreground.", valueName: "probability")
  )
  var threshold: Double?

  @Option(
    help: ArgumentHelp("What the objects are: auto, components or labels.", valueName: "rule"))
  var objects = Objects.auto

  @Option(help: ArgumentHelp("Least intersection over union of matching objects.", valueName: "share"))
  var matching = PanopticQuality.usualThreshold

  @OptionGroup var execution: ExecutionOptions

  @Flag(help: "Print the scores as JSON.")
  var json = false

  private static let categories = ["isolated", "contiguous"].flatMap { [$0, $0 + "-sparse", $0 + "-dense"] }

  func validate() throws {
    if let category, !Self.categories.contains(category) {
      throw ValidationError("--category must be one of \(Self.categories.joined(separator: ", ")), found \(category)")
    }
    if let threshold, !(threshold > 0 && threshold <= 1) {
      throw ValidationError("--threshold must be a probability above 0 and at most 1, found \(threshold)")
    }
    guard matching > 0, matching <= 1 else {
      throw ValidationError("--matching must be above 0 and at most 1, found \(matching)")
    }
  }

  func run() throws {
    let context = try RunContext.start(execution)
    let communicator = context.communicator
    let (sources, predicted, truth) = try communicator.everyRank {
      let sources = [try openVolume(prediction), try openVolume(reference)]
      return (sources, try predictedVolume(sources[0]), try referenceVolume(sources[1]))
    }
    let category = category ?? [reference, prediction].lazy.compactMap { storeAttribute($0, "category") }.first
    var settings = EvaluationSettings()
    settings.withPanopticQuality = category.map { $0.hasPrefix("isolated") } ?? true
    settings.withCentrelineDice = category.map { $0.hasPrefix("contiguous") } ?? true
    settings.matchingThreshold = matching
    settings.memoryInBytes = context.memoryInBytes
    settings.threads = context.settings.threads
    let bytesPerVoxel = sources.reduce(0) { $0 + $1.description.voxelType.byteCount }
    try communicator.everyRank {
      try evaluationPlan(extent: predicted.extent, bytesPerVoxel: bytesPerVoxel, settings)
    }.announce(context.settings, communicator)
    let result = try evaluate(predicted, truth, settings, communicator)
    let scores = EvaluationScores(result, prediction: prediction, reference: reference, category: category)
    if json { try context.printJSON(scores) } else { context.printResult(scores.table) }
  }

  private func predictedVolume(_ source: any VolumeSource) throws -> EvaluatedVolume {
    let type = source.description.voxelType
    let isProbability = storeAttribute(prediction, "content") == "probability"
    let classes: VoxelClasses
    switch type {
    case .float32: classes = VoxelClasses(.atLeast(threshold ?? 0.5))
    case .uint8 where threshold != nil || isProbability: classes = VoxelClasses(.atLeast((threshold ?? 0.5) * 255))
    default:
      if threshold != nil {
        throw Fault.usage(
          "\(prediction) holds \(type.rawValue) voxels: --threshold is for floating-point and 8-bit predictions")
      }
      classes = .nonzero
    }
    return volume(source, prediction, classes, areLabels: type == .uint32 || type == .uint64)
  }

  private func referenceVolume(_ source: any VolumeSource) throws -> EvaluatedVolume {
    let type = source.description.voxelType
    let map = try labelMap.map { try LabelMap(parsing: $0) } ?? .standard
    let ignored = Set(ignore)
    let classes = VoxelClasses(
      .labels { value in
        ignored.contains(value) ? VoxelClasses.ignored : map.mappedClass(of: value)
      })
    return volume(source, reference, classes, areLabels: type == .uint32 || type == .uint64)
  }

  private func volume(
    _ source: any VolumeSource, _ path: String, _ classes: VoxelClasses, areLabels: Bool
  ) -> EvaluatedVolume {
    let isFloat = source.description.voxelType == .float32
    let byLabel = objects == .labels && !isFloat || objects == .auto && areLabels
    return EvaluatedVolume(
      name: path, extent: source.description.extent, classes: classes, objects: byLabel ? .labels : .components
    ) { try source.read($0) }
  }

  /// An attribute of Sheaf's own; nil for anything that is no store of Sheaf's.
  private func storeAttribute(_ path: String, _ name: String) -> String? {
    guard Store.isStore(path) else { return nil }
    // What is wrong with a store is told by `openVolume`.
    return (try? Store.open(path))?.sheafAttributes[name]?.asString
  }
}
