import ArgumentParser
import Commands
import Files
import Foundation
import Inference
import Jobs
import Networks
import Torch
import Voxels

extension Connectivity: ExpressibleByArgument {
  public init?(argument: String) {
    guard let number = Int(argument) else { return nil }
    self.init(rawValue: number)
  }

  public var defaultValueDescription: String { "\(rawValue)" }
  public static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}

struct InferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Segment a store: probabilities, labels and a table of objects.",
    discussion: """
      The network sees overlapping tiles whose probabilities are blended with Gaussian weights; tiles without signal \
      above the noise floor count as background. Objects are the connected components of the voxels that reach the \
      threshold, joined across all blocks, numbered in the order of their first voxels. Memory does not grow with the \
      volume, and the output is the same for any number of ranks and threads.

      OUTPUT is an OME-Zarr image of probabilities (0 to 255 for 0 to 1) with the objects in OUTPUT/labels. The table \
      has a line for each object: id, voxels, centroid and bounding box in voxels and micrometres, mean intensity.

      Example:
        mpirun -n 4 sheaf infer organ.zarr organ-axons.zarr --model axons-run --objects axons.csv --min-voxels 27
      """)

  @Argument(help: "A store that `sheaf tile` has finished.")
  var store: String

  @Argument(help: "The OME-Zarr store to create.")
  var output: String

  @Option(
    help: ArgumentHelp(
      "The network: a run directory of finetune, safetensors or .pth weights with their description, or a TorchScript "
        + "module.",
      valueName: "path"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Edges of a tile in voxels, or one number for a cube.",
      discussion: "Default: the crop the network was trained on.",
      valueName: "z,y,x"))
  var tile: Extent?

  @Option(help: ArgumentHelp("Share of a tile's edge that it has in common with the next.", valueName: "share"))
  var overlap = 0.5

  @Option(help: ArgumentHelp("Least probability of foreground.", valueName: "probability"))
  var threshold: Float = 0.5

  @Flag(help: "Write probabilities alone.")
  var noLabels = false

  @Option(
    help: ArgumentHelp(
      "Name of the labels.", discussion: "Default: the structure that the store shows, or objects.", valueName: "name"))
  var labelName: String?

  @Option(help: ArgumentHelp("Where to write the table of objects, as CSV.", valueName: "file"))
  var objects: String?

  @Option(help: ArgumentHelp("Which voxels touch: by faces (6), edges (18) or corners (26).", valueName: "count"))
  var connectivity = Connectivity.corners

  @Option(help: ArgumentHelp("Drop objects of fewer voxels.", valueName: "count"))
  var minVoxels = 1

  @Flag(help: "Evaluate tiles without signal too.")
  var keepBackgroundTiles = false

  @Option(
    help: ArgumentHelp(
      "What the network computes in: fp32 or bf16.", discussion: "Default: what it was trained in.",
      valueName: "precision"))
  var precision: Precision?

  @OptionGroup var deviceOption: DeviceOption

  @Flag(help: "Print the summary as JSON.")
  var json = false

  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    let context = try RunContext.start(execution)
    var settings = InferenceSettings()
    settings.tile = tile
    settings.overlap = overlap
    settings.threshold = threshold
    settings.withLabels = !noLabels
    settings.labelName = labelName
    settings.connectivity = connectivity
    settings.leastVoxels = minVoxels
    settings.keepsBackgroundTiles = keepBackgroundTiles
    try settings.validate()
    let inference = try context.communicator.everyRank {
      let predictor = try ModelPredictor(
        Model.load(model, device: deviceOption.chosen(context)), precision: precision)
      var resolved = context.resolvedSettings(command: "infer")
      resolved.add("precision", predictor.precision.rawValue)
      resolved.add("device", predictor.model.device.isCPU ? "cpu" : "cuda")
      try resolved.add(input: "model", path: predictor.model.path)
      try resolved.add(input: "store", path: joinPath(store, ".sheaf", "statistics"))
      return try Inference(
        storePath: store, outputPath: output, predictor: predictor, defaultTile: predictor.naturalTile,
        settings: settings, objectsPath: objects, identity: resolved, communicator: context.communicator,
        jobSettings: context.settings, memoryInBytes: context.memoryInBytes)
    }
    let start = secondsSinceBoot()
    let summary = try inference.run()
    try report(summary, seconds: secondsSinceBoot() - start, context)
  }

  private func report(_ summary: InferenceSummary, seconds: Double, _ context: RunContext) throws {
    struct Report: Encodable {
      let voxels: Int
      let tiles: Int
      let tilesEvaluated: Int
      let tilesSkipped: Int
      let foregroundVoxels: Int
      let objects: Int
      let labels: String?
    }
    let result = summary.result
    if json {
      try context.printJSON(
        Report(
          voxels: result.voxels, tiles: result.tiles, tilesEvaluated: summary.tilesEvaluated,
          tilesSkipped: summary.tilesSkipped, foregroundVoxels: result.foregroundVoxels, objects: result.objects,
          labels: result.labelName))
    } else {
      let share = String(format: "%.2f", Double(result.foregroundVoxels) / Double(result.voxels) * 100)
      context.printResult("\(output): \(result.objects) objects, \(share) % of the volume")
    }
    let rate = String(format: "%.2f", Double(result.voxels) / max(seconds, 1e-9) / 1e6)
    context.note(
      "\(summary.tilesEvaluated) tiles evaluated, \(summary.tilesSkipped) skipped as background, "
        + "\(durationText(seconds)), \(rate) million voxels/s")
  }
}
