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
    abstract: "Draw a plane or a maximum projection of a volume, with labels over it, as PNG.",
    discussion: """
      The panels stand side by side: the image, one panel for each --overlay with a colour for each object, and the \
      probability. Contrast runs from the 0.5th to the 99.7th percentile of what is shown. Any volume that Sheaf reads \
      will do, also one label image of a store (STORE/labels/NAME). A coarser level of a large store is shown; of other \
      large volumes a pixel shows the brightest of several voxels.

      Example:
        sheaf picture organ/nuclei/planes -o nuclei.png --overlay organ/nuclei/labels --projection z
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

  @Option(help: ArgumentHelp("Plane to show, counted in the finest level. (default: the middle one)", valueName: "z"))
  var plane: Int?

  @Option(help: ArgumentHelp("Show the maximum along this axis instead of a plane.", valueName: "axis"))
  var projection: Axis?

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
    if let level, level < 0 { throw ValidationError("--level must be 0 or more, found \(level)") }
  }

  func run() throws {
    let inputs = [image] + overlay + [probability].compactMap { $0 }
    try refuseOutput(over: inputs, kind: .file)
    let context = try RunContext.start(reporting, overwrite: overwrite)
    let size = try context.communicator.rootOnly { () throws -> [Int] in
      try OutputFileFormat.png.refuseToReplace(outputPath, overwrite: overwrite)
      let open = { try PictureInput($0, channels.choice, context.console) }
      let input = try open(image)
      let view = projection.map { VolumeView.projection(axis: $0.number) } ?? .plane(axis: 0, index: 0)
      let chosen =
        level ?? view.level(of: input.levels.map(\.extent), longestEdge: Self.longestEdge)
      let volume = try input.volume(level: chosen)
      let shown = try placed(view, finest: input.levels[0].extent, shown: volume.extent)
      let stride = volume.stride(shown, longestEdge: Self.longestEdge)
      var panels = try PicturePanels(
        image: volume,
        labels: overlay.map { try (captionName($0), labels(open($0), over: volume, shown, stride, context)) },
        probability: probability.map { try open($0).volume(like: volume) }, view: shown)
      if let probability, let volume = panels.probability {
        panels.probabilityOne = try open(probability).probabilityOne(of: volume, in: shown, stride: stride)
      }
      let picture = try panels.picture(caption: caption(panels.view, level: chosen), longestEdge: Self.longestEdge)
      try context.console.warnings.refuseIfStrict()
      try OutputPlace.writeFile(outputPath, .png, inputs: inputs, settings: context.settings) {
        try picture.write(to: $0)
      }
      return [picture.width, picture.height]
    }
    try context.print(Result(output: outputPath, width: size[0], height: size[1]), text: outputPath)
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
  private func placed(_ view: VolumeView, finest: Extent, shown: Extent) throws -> VolumeView {
    guard case .plane(let axis, _) = view else { return view }
    let index = plane ?? finest.z / 2
    guard (0..<finest.z).contains(index) else {
      throw Fault.usage("\(image) has planes 0 to \(finest.z - 1), but --plane \(index) was asked for")
    }
    return .plane(axis: axis, index: index * shown.z / finest.z)
  }

  private func caption(_ view: VolumeView, level: Int) -> String {
    let levelText = level == 0 ? "" : ", level \(level)"
    switch view {
    case .plane(_, let index): return "image, plane \(plane ?? index)" + levelText
    case .projection(let axis): return "image, maximum along \(["z", "y", "x"][axis])" + levelText
    }
  }

  private func captionName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
