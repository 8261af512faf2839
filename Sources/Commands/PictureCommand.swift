import ArgumentParser
import Files
import Jobs
import Pictures
import VolumeFormats
import Voxels
import Zarr

struct PictureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "picture",
    abstract: "Draw a plane or a maximum projection of a volume, with labels over it, as PNG.",
    discussion: """
      The panels stand side by side: the image, one panel for each --labels with a colour an object over the image, \
      and the probability. Contrast runs from the 0.5th to the 99.7th percentile of what is shown. Any volume that \
      Sheaf reads will do, also one label image of a store (STORE/labels/NAME). Of a large store the picture takes a \
      coarser level; of other large volumes a pixel shows the brightest of several voxels.

      Example:
        sheaf picture organ/nuclei/planes --labels organ/nuclei/labels --projection z -o nuclei.png
      """)

  @Argument(help: "The image volume.")
  var image: String

  @Option(help: ArgumentHelp("Labels to lay over the image; may be given several times.", valueName: "volume"))
  var labels: [String] = []

  @Option(help: ArgumentHelp("A probability to show beside it, 0 to 1, or 0 to 255 in uint8.", valueName: "volume"))
  var probability: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The picture to write.", valueName: "file.png"))
  var output: String

  @Option(help: "Level of a store, 0 the finest. Default: the finest one that is not too large.")
  var level: Int?

  @Option(help: ArgumentHelp("Plane to show, counted in the finest level. Default: the middle one.", valueName: "z"))
  var plane: Int?

  @Option(help: ArgumentHelp("Show the maximum along this axis (z, y or x) instead of a plane.", valueName: "axis"))
  var projection: Axis?

  enum Axis: String, ExpressibleByArgument, CaseIterable {
    case z, y, x
    var number: Int { self == .z ? 0 : self == .y ? 1 : 2 }
  }

  /// Most pixels along an edge of a panel.
  private static let longestEdge = 1024

  func validate() throws {
    if plane != nil && projection != nil { throw ValidationError("give --plane or --projection, not both") }
    if let level, level < 0 { throw ValidationError("--level must be 0 or more, found \(level)") }
  }

  func run() throws {
    let context = try RunContext.start()
    try context.communicator.rootOnly {
      let input = try PictureInput(image)
      let view = projection.map { VolumeView.projection(axis: $0.number) } ?? .plane(axis: 0, index: 0)
      let chosen =
        level ?? levelForPicture(of: input.levels.map(\.extent), view, longestEdge: Self.longestEdge)
      let volume = try input.volume(level: chosen)
      let panels = try PicturePanels(
        image: volume, labels: labels.map { (captionName($0), try PictureInput($0).volume(like: volume)) },
        probability: probability.map { try PictureInput($0).volume(like: volume) },
        view: try placed(view, finest: input.levels[0].extent, shown: volume.extent))
      let picture = try panels.picture(caption: caption(panels.view, level: chosen), longestEdge: Self.longestEdge)
      try picture.write(to: output)
    }
    context.printResult(output)
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

/// One input of a picture: the levels of a store, or the one level any other volume has.
private struct PictureInput {
  let path: String
  let levels: [PicturedVolume]

  init(_ path: String) throws {
    self.path = path
    if isDirectory(path), Store.isStore(path), let store = try? Store.open(path) {
      levels = store.levels.map { array in
        PicturedVolume(name: array.path, extent: array.extent, voxelType: array.voxelType) { try array.read($0) }
      }
    } else {
      let source = try openVolume(path)
      let description = source.description
      levels = [
        PicturedVolume(name: path, extent: description.extent, voxelType: description.voxelType) {
          try source.read($0)
        }
      ]
    }
  }

  func volume(level: Int) throws -> PicturedVolume {
    guard levels.indices.contains(level) else {
      throw Fault.usage("\(path) has levels 0 to \(levels.count - 1), but --level \(level) was asked for")
    }
    return levels[level]
  }

  /// The level that lies over `other`, or the finest one when none does.
  func volume(like other: PicturedVolume) throws -> PicturedVolume {
    levels.first { $0.extent == other.extent } ?? levels[0]
  }
}
