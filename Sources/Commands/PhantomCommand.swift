import ArgumentParser
import Files
import Jobs
import Phantom
import Pictures
import Voxels

struct PhantomCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "phantom",
    abstract: "Write a synthetic organ as TIFF planes with exact labels, of any size.",
    discussion: """
      The organ looks like light-sheet data: black surround with camera offset and noise, tissue with autofluorescence \
      and stripes, and one stained structure per image: nuclei (isolated, dense), plaques (isolated, sparse), vessels \
      (contiguous, dense), axons (contiguous, sparse). All images of one seed show the same organ.

      OUTPUT/<structure>/planes holds the image (uint16), OUTPUT/<structure>/labels the labels (uint32: ids of nuclei \
      and plaques, 1 in vessels and axons), OUTPUT/pairs annotated crops of organs of other seeds, which \
      OUTPUT/pairs.yaml lists for `sheaf finetune` with structure, category and organ, and OUTPUT/phantom.json the settings \
      and the number of objects.

      Example:
        sheaf phantom -o organ --extent 128,256,256 --seed 1 --pairs 6 --random-pairs 3 --pair-extent 64
      """)

  @Argument(help: ArgumentHelp("The directory to create, instead of --output.", valueName: "output"))
  var lastArgument: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The directory to create.", valueName: "directory"))
  var output: String?

  @Option(help: ArgumentHelp("Size of the organ's volume in voxels, or one number for a cube.", valueName: "z,y,x"))
  var extent = Extent(128, 256, 256)

  @Option(help: ArgumentHelp("Decides the organ: the same seed gives the same one.", valueName: "number"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Structures to make, separated by commas.", valueName: "names"))
  var structures = StructureList(Structure.allCases)

  @Option(
    help: ArgumentHelp("Annotated crops to write of each structure, where there is much of it.", valueName: "count"))
  var pairs = 0

  @Option(
    help: ArgumentHelp(
      "Annotated crops to add of each structure at random places of the tissue, every other one at its border, whatever they hold: from them a network learns that a bright border is no structure.",
      valueName: "count"))
  var randomPairs = 0

  @Option(
    help: ArgumentHelp(
      "Annotated crops to add of each structure as other microscopes would see them: magnification, step between planes, noise, glow and rim are drawn at random for each. A network trained on them is a starting point for real volumes.",
      valueName: "count"))
  var variedPairs = 0

  @Option(help: ArgumentHelp("Size of these crops in voxels, or one number for a cube.", valueName: "z,y,x"))
  var pairExtent = Extent(64)

  @Option(
    help: ArgumentHelp("Counts by which air glows at the surface of the tissue, fading outwards.", valueName: "counts"))
  var airGlow: Float = 0

  @Option(
    help: ArgumentHelp(
      "How many times brighter the surface of the tissue is; from about 150 on it saturates.", valueName: "times"))
  var brightRim: Float = 0

  @Option(
    help: ArgumentHelp(
      "Counts for one photoelectron: more makes noise grow faster with brightness.", valueName: "counts"))
  var photonGain = Imaging.usualPhotonGain

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var overwrite: OverwriteOption
  @OptionGroup var reporting: ReportingOptions

  func validate() throws { try checkedOutput() }

  func run() throws {
    try refuseOutput(over: [])
    let context = try RunContext.start(reporting, execution, overwrite: overwrite.isSet)
    let series = try PhantomSeries(
      extent: extent, seed: seed, structures: structures.structures, pairCount: pairs, randomPairCount: randomPairs,
      variedPairCount: variedPairs, pairExtent: pairExtent,
      imaging: Imaging(airGlow: airGlow, brightRim: brightRim, photonGain: photonGain))
    var resolved = context.resolvedSettings(command: "phantom")
    resolved.add("extent", extent.text)
    resolved.add("seed", seed)
    resolved.add("structures", structures.text)
    resolved.add("pairs", pairs)
    resolved.add("pair-extent", pairExtent.text)
    // Named only where they differ, so that phantoms of earlier versions are recognised.
    if randomPairs != 0 { resolved.add("random-pairs", randomPairs) }
    if variedPairs != 0 { resolved.add("varied-pairs", variedPairs) }
    if airGlow != 0 { resolved.add("air-glow", airGlow.description) }
    if brightRim != 0 { resolved.add("bright-rim", brightRim.description) }
    if photonGain != Imaging.usualPhotonGain { resolved.add("photon-gain", photonGain.description) }
    let writer = PhantomWriter(series, to: outputPath)
    let made = try writer.write(
      resolved: resolved, communicator: context.communicator, settings: context.settings)
    guard let made else { return }
    var table = TextTable(
      ["structure", "objects", "labelled voxels", "share"], alignment: [.left, .right, .right, .right])
    for structure in made.structures {
      let share = Double(structure.labelledVoxels) / Double(extent.count) * 100
      table.add([
        structure.structure.rawValue, structure.objects.map { String($0) } ?? "–", String(structure.labelledVoxels),
        TextTable.number(share, decimals: 2) + " %",
      ])
    }
    try context.print(Result(output: outputPath, structures: made.structures), text: table.text)
    if let structure = structures.structures.first {
      context.suggest(
        "sheaf view \(outputPath)/\(structure.rawValue)/planes --labels \(outputPath)/\(structure.rawValue)/labels")
    }
  }

  private struct Result: Encodable {
    let output: String
    let structures: [PhantomDescription.StructureCount]
  }
}

/// `nuclei,plaques` on the command line.
struct StructureList: ExpressibleByArgument, CustomStringConvertible {
  let structures: [Structure]

  init(_ structures: [Structure]) { self.structures = structures }

  init?(argument: String) {
    var found: [Structure] = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let structure = Structure(rawValue: String(name)) else { return nil }
      found.append(structure)
    }
    self.init(found)
  }

  var text: String { structures.map(\.rawValue).joined(separator: ",") }
  var description: String { text }
  var defaultValueDescription: String { text }
}
