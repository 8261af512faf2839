import ArgumentParser
import Corpus
import Files
import IntensityStatistics
import Jobs

struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus",
    abstract: "Select the patches of volumes that are worth training on.",
    discussion: """
      Every volume is cut into patches. A patch is "outside" when nothing in it stands out of the volume's noise floor, \
      "low-signal" when nothing in it stands out of its surroundings, else "signal". The corpus takes all signal \
      patches and a small, fixed share of the low-signal ones. Patches are judged from the statistics that `sheaf tile` \
      left in the stores: no voxel is read, so thresholds can be tried out in a moment.

      The corpus refers to the stores; with --packed it holds copies and needs them no more. The summary on standard \
      output counts, for each structure, also the patches that lie near a threshold.

      Examples:
        sheaf corpus cfos-1.zarr cfos-2.zarr vessels.zarr -o corpus
        mpirun -n 8 sheaf corpus stores/*.zarr -o corpus --packed --export-nifti patches
        sheaf corpus brain.zarr -o strict --contrast 12 --contrast-of "c-Fos cells=9"
      """)

  @Argument(help: ArgumentHelp("Finished stores, as `sheaf tile` writes them.", valueName: "store"))
  var stores: [String]

  @Option(name: [.short, .long], help: ArgumentHelp("The directory to make.", valueName: "corpus"))
  var output: String

  @Option(help: ArgumentHelp("Edge of a patch in voxels.", valueName: "voxels"))
  var patch = 300

  @Option(help: ArgumentHelp("Share of low-signal patches to keep, 0 to 1.", valueName: "share"))
  var lowSignal = 0.05

  @Option(
    help: ArgumentHelp(
      "What the share is of.",
      discussion:
        "pool: all low-signal patches of a structure; corpus: the structure's patches in the finished corpus.",
      valueName: "pool|corpus"))
  var of: CorpusOptions.Whole = .pool

  @Option(help: "Decides which low-signal patches are kept.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Patches under the floor and this many deviations are outside.", valueName: "deviations"))
  var outside = 5.0

  @Option(help: ArgumentHelp("Patches of a tail contrast under this are low-signal.", valueName: "contrast"))
  var contrast = 8.0

  @Option(
    help: ArgumentHelp("The same for one structure; may be repeated.", valueName: "structure=contrast"),
    transform: StructureContrast.init)
  var contrastOf: [StructureContrast] = []

  @Flag(help: "Copy the patches into the corpus, one shard a patch.")
  var packed = false

  @Option(
    help: ArgumentHelp(
      "Also write the patches as .nii.gz, in folders by category and structure.", valueName: "directory"))
  var exportNifti: String?

  @Flag(help: "Print the summary as JSON.")
  var json = false

  @OptionGroup var execution: ExecutionOptions

  func validate() throws {
    do {
      try options.check()
    } catch let fault as Fault {
      throw ValidationError(fault.message)
    }
  }

  private var options: CorpusOptions {
    CorpusOptions(
      patchEdge: patch, lowSignalShare: lowSignal, lowSignalOf: of, seed: seed,
      thresholds: SignalThresholds(outsideSigmas: outside, contrast: contrast),
      contrastOfStructure: Dictionary(
        contrastOf.map { ($0.structure, $0.contrast) }, uniquingKeysWith: { _, last in last }),
      isPacked: packed)
  }

  func run() throws {
    let context = try RunContext.start(execution)
    var settings = context.settings
    settings.memoryInBytes = context.memoryInBytes
    let corpus = try Corpus.select(
      stores: stores, path: output, options: options, programVersion: Program.version,
      communicator: context.communicator, settings: settings)
    if let exportNifti {
      try corpus.exportNIfTI(
        to: exportNifti, programVersion: Program.version, communicator: context.communicator, settings: settings)
    }
    if json {
      try context.printJSON(corpus.manifest)
    } else {
      context.printResult(corpus.summaryTable)
    }
  }
}

/// `--contrast-of "c-Fos cells=9"`.
struct StructureContrast {
  let structure: String
  let contrast: Double

  init(_ argument: String) throws {
    guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex,
      let contrast = Double(argument[argument.index(after: equals)...]), contrast >= 0, contrast.isFinite
    else {
      throw ValidationError("expected STRUCTURE=CONTRAST, such as \"c-Fos cells=9\", found \"\(argument)\"")
    }
    structure = String(argument[..<equals])
    self.contrast = contrast
  }
}

extension CorpusOptions.Whole: ExpressibleByArgument {}
