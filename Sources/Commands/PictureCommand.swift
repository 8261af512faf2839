import ArgumentParser
import Evaluation
import Files
import Jobs
import Pictures
import VolumeFormats
import Voxels
import Zarr

struct PictureCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "picture",
    abstract: "Draw planes or a maximum projection of a volume, with labels over it, as PNG.",
    discussion: """
      The panels stand side by side: the image, one panel for each --overlay with a colour for each object, one that shows \
      where --prediction and --reference agree (green in both, orange only in the prediction, blue only in the reference), and \
      the probability. Voxels that are no cubes are stretched, and a bar shows a round length. Any volume that Sheaf reads \
      will do, also one label image of a store (STORE/labels/NAME). A coarser level of a large store is shown; of other \
      large volumes a pixel shows the brightest of several voxels.

      Examples:
        sheaf picture organ/nuclei/planes -o nuclei.png --overlay organ/nuclei/labels --projection z
        sheaf picture brain.zarr -o differences.png --prediction cells.zarr/labels/cells --reference truth.nii.gz --plane 40,80
      """)

  @Argument(help: "The image volume.")
  var image: String

  @Argument(help: ArgumentHelp("The picture to write, instead of --output.", valueName: "output"))
  var lastArgument: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The picture to write.", valueName: "file.png"))
  var output: String?

  @Option(help: ArgumentHelp("Label volume to draw over the image; may be repeated.", valueName: "volume"))
  var overlay: [String] = []

  @Option(
    help: ArgumentHelp("Probability volume to show beside it, 0 to 1, or 0 to 255 in uint8.", valueName: "volume"))
  var probability: String?

  @Option(
    help: ArgumentHelp(
      "Level of a store; 0 is the finest. (default: the finest that is not too large)", valueName: "number"))
  var level: Int?

  @Option(
    help: ArgumentHelp(
      "Planes to show below each other, separated by commas, counted in the finest level. (default: the middle one)",
      valueName: "z"))
  var plane: PlaneList?

  @Option(help: ArgumentHelp("Show the maximum along this axis instead of a plane.", valueName: "axis"))
  var projection: Axis?

  @Option(help: ArgumentHelp("Label volume to compare with --reference.", valueName: "volume"))
  var prediction: String?

  @Option(help: ArgumentHelp("Label volume to compare with --prediction.", valueName: "volume"))
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "Percentiles of what is shown that become black and white. (default: 0.5,99.7)", valueName: "low,high"))
  var contrast: PercentileRange?

  @Flag(inversion: .prefixedNo, help: "Draw a bar of a round length.")
  var scaleBar = true

  @OptionGroup var channels: ChannelOptions

  @Flag(help: "Replace the picture.")
  var overwrite = false

  @OptionGroup var reporting: ReportingOptions

  enum Axis: String, ExpressibleByArgument, CaseIterable {
    case z, y, x
    var number: Int { self == .z ? 0 : self == .y ? 1 : 2 }
  }

  /// Most pixels along an edge of a panel.
  private static let longestEdge = 1024

  func validate() throws {
    try checkedOutput()
    if plane != nil && projection != nil { throw ValidationError("give --plane or --projection, not both") }
    if (prediction == nil) != (reference == nil) { throw ValidationError("give --prediction and --reference together") }
    if let level, level < 0 { throw ValidationError("--level must be 0 or more, found \(level)") }
  }

  func run() throws {
    let inputs = [image] + overlay + [prediction, reference, probability].compactMap { $0 }
    try refuseOutput(over: inputs, kind: .file)
    let context = try RunContext.start(reporting, overwrite: overwrite)
    let size = try context.communicator.rootOnly { () throws -> [Int] in
      try OutputFileFormat.png.refuseToReplace(outputPath, overwrite: overwrite)
      let picture = try picture(context)
      try context.console.warnings.refuseIfStrict()
      try OutputPlace.writeFile(outputPath, .png, inputs: inputs, settings: context.settings) {
        try picture.write(to: $0)
      }
      return [picture.width, picture.height]
    }
    try context.print(Result(output: outputPath, width: size[0], height: size[1]), text: outputPath)
  }

  private func picture(_ context: RunContext) throws -> Picture {
    let open = { try PictureInput($0, channels.choice, context.console) }
    let input = try open(image)
    let view = projection.map { VolumeView.projection(axis: $0.number) } ?? .plane(axis: 0, index: 0)
    let finest = input.levels[0].extent
    let chosen = level ?? view.level(of: input.levels.map(\.extent), longestEdge: Self.longestEdge)
    let volume = try input.volume(level: chosen)
    let planes = projection == nil ? plane?.planes ?? [finest.z / 2] : [0]
    let views = try planes.map { try placed(view, plane: $0, finest: finest, shown: volume.extent) }
    let stride = volume.stride(views[0], longestEdge: Self.longestEdge)
    let compared = try [prediction, reference].compactMap { $0 }.map {
      try labels(open($0), over: volume, views[0], stride, context)
    }
    var panels = try PicturePanels(
      image: volume,
      labels: overlay.map { try (captionName($0), labels(open($0), over: volume, views[0], stride, context)) },
      probability: probability.map { try open($0).volume(like: volume) },
      agreement: compared.count == 2 ? (compared[0], compared[1]) : nil, views: views)
    if let probability, let volume = panels.probability {
      panels.probabilityOne = try open(probability).probabilityOne(of: volume, in: views[0], stride: stride)
    }
    if let contrast { panels.contrast = (contrast.low, contrast.high) }
    panels.hasScaleBar = scaleBar
    (panels.voxelSize, panels.scaleUnit) = input.pixelSize(of: volume)
    return try panels.picture(
      captions: zip(planes, views).map { caption($1, plane: $0, level: chosen) }, longestEdge: Self.longestEdge)
  }

  /// An overlay, once its values have been seen to be those of labels.
  private func labels(
    _ input: PictureInput, over image: PicturedVolume, _ view: VolumeView, _ stride: Int, _ context: RunContext
  ) throws -> PicturedVolume {
    try channels.choice.requireOneChannel(of: input.description)
    let volume = try input.volume(like: image)
    guard volume.extent == image.extent else { return volume }
    let interpretation = try input.interpretation(
      of: volume, in: view, stride: stride, VolumeInterpretation.Context(.overlay))
    context.note("overlay \(input.path): \(interpretation.text)")
    for doubt in interpretation.doubts { context.console.warn(doubt) }
    return volume
  }

  private struct Result: Encodable {
    let output: String
    let width: Int
    let height: Int
  }

  /// The plane that was asked for, in the level that is shown.
  private func placed(_ view: VolumeView, plane index: Int, finest: Extent, shown: Extent) throws -> VolumeView {
    guard case .plane(let axis, _) = view else { return view }
    guard (0..<finest.z).contains(index) else {
      throw Fault.usage("\(image) has planes 0 to \(finest.z - 1), but --plane \(index) was asked for")
    }
    return .plane(axis: axis, index: index * shown.z / finest.z)
  }

  private func caption(_ view: VolumeView, plane: Int, level: Int) -> String {
    let levelText = level == 0 ? "" : ", level \(level)"
    switch view {
    case .plane: return "image, plane \(plane)" + levelText
    case .projection(let axis): return "image, maximum along \(["z", "y", "x"][axis])" + levelText
    }
  }

  private func captionName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
