import ArgumentParser
import Components
import Segmentation

struct LabelCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "label",
    abstract: "Make labels and objects again from probabilities, with other settings.",
    discussion: """
      PROBABILITIES is a finished output of `sheaf infer`, which is not predicted again. Labels and table are exactly those \
      that `sheaf infer` would have written with the same threshold, connectivity and minimum size; what is not given is \
      as it was there.

      The labels go to a store of their own (--output), or, without an output, into PROBABILITIES as labels of another \
      name (--labels). Mean intensities come from the image that was segmented.

      Examples:
        sheaf label organ-axons.zarr -o strict.zarr --threshold 0.7 --min-voxels 27 --objects strict.csv
        sheaf label organ-axons.zarr --labels strict --threshold 0.7
      """)

  @Argument(help: "A finished store of probabilities, as `sheaf infer` writes it.")
  var probabilities: String

  @Argument(help: ArgumentHelp("The store of labels to write, instead of --output.", valueName: "output"))
  var lastArgument: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The store of labels to write. (default: add the labels to PROBABILITIES)", valueName: "store.zarr"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Probability threshold of foreground. (default: that of `sheaf infer`)", valueName: "probability"))
  var threshold: Float?

  @Option(
    help: ArgumentHelp(
      "Which voxels are connected: by faces (6), also edges (18), or also corners (26). (default: as in `sheaf infer`)",
      valueName: "count"))
  var connectivity: Connectivity?

  @Option(
    help: ArgumentHelp("Drop objects of fewer voxels. (default: as `sheaf infer` did)", valueName: "count"))
  var minVoxels: Int?

  @Option(
    help: ArgumentHelp(
      "Name of the labels. (default: with an output, the structure that the store shows, otherwise objects)",
      valueName: "name"))
  var labels: String?

  @Option(help: ArgumentHelp("Write the table of objects to this CSV file as well.", valueName: "file.csv"))
  var objects: String?

  @Option(
    help: ArgumentHelp(
      "The store that was segmented. (default: where it was when it was segmented)", valueName: "store.zarr"))
  var image: String?

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var overwrite: OverwriteOption
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    _ = try destination()
    if let threshold, !(threshold > 0 && threshold <= 1) {
      throw ValidationError("--threshold must be a probability above 0 and at most 1, found \(threshold)")
    }
    if let minVoxels, minVoxels < 1 { throw ValidationError("--min-voxels must be 1 or more, found \(minVoxels)") }
  }

  func run() throws {
    if output != nil || lastArgument != nil {
      try refuseOutput(over: [probabilities] + [image].compactMap { $0 })
    }
    let context = try RunContext.start(reporting, execution, overwrite: overwrite.isSet)
    var settings = ObjectSettings(usedFor: probabilities)
    if let threshold { settings.threshold = threshold }
    if let connectivity { settings.connectivity = connectivity }
    if let minVoxels { settings.leastVoxels = minVoxels }
    settings.labelName = labels
    let destination = try destination()
    let summary = try relabel(
      probabilities, to: destination, imagePath: image, settings: settings, objectsPath: objects,
      resolved: context.resolvedSettings(command: "label"), communicator: context.communicator,
      jobSettings: context.settings, memoryInBytes: context.memoryInBytes)
    let result = SegmentationReport(
      output: destination.path, voxels: summary.voxels, foregroundVoxels: summary.foregroundVoxels,
      objects: summary.objects, labels: summary.labelName)
    try context.print(result, text: result.text)
    let made = output ?? lastArgument ?? probabilities
    context.suggest("sheaf view \(made)", "sheaf report \(made)")
  }

  private func destination() throws -> LabelDestination {
    if output != nil || lastArgument != nil { return .store(try checkedOutput()) }
    guard let labels else {
      throw ValidationError(
        "No output is given. Add --output PATH for a store of labels, or --labels NAME for labels in \(probabilities).")
    }
    return .image(probabilities, name: labels)
  }
}
