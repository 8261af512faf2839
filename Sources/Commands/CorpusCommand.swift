import ArgumentParser
import Corpus
import Evaluation
import Files
import IntensityStatistics
import Jobs

struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus",
    abstract: "Select the patches of volumes that are worth training on.",
    discussion: """
      Divide every volume into patches and classify each: "signal" when something in it stands out from its \
      surroundings, else "outside" when it lies in the air around the tissue or in padding, else "low-signal". The corpus \
      takes all signal patches and a small, fixed share of the low-signal ones. Patches are classified from the \
      statistics that `sheaf tile` left in the stores: no voxel is read, so different thresholds can be tried quickly.

      A source may also be a volume in any other format that Sheaf reads, such as OME-Zarr, N5 or .ims, or a directory of \
      patches, a .nii.gz, .tif, .mha, .nrrd or .npy file each, in folders by category and structure as the SELMA3D \
      challenge lays them out. Such a source is read once for its statistics, which the corpus keeps, and stays where it \
      is. A patch that cannot be read is set aside, and the exit code is then 65.

      The corpus refers to its sources; with --packed it holds copies and no longer needs them. The summary counts, for \
      each structure, also the patches that lie near a threshold.

      Examples:
        sheaf corpus cfos-1.zarr cfos-2.zarr vessels.zarr -o corpus
        mpirun -n 8 sheaf corpus stores/*.zarr -o corpus --packed --export-nifti patches
        sheaf corpus brain.zarr -o strict --contrast 12 --contrast-of "c-Fos cells=9"
        sheaf corpus --sources selma3d.yaml -o corpus --max-per-structure 2000
        mpirun -n 8 sheaf corpus isolated_structures/ contiguous_structures/ -o corpus --packed
      """)

  @Argument(
    help: ArgumentHelp(
      "Finished stores, as `sheaf tile` writes them; volumes in any other format; directories of patches.",
      valueName: "source"))
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "YAML list of sources with path or patches (a glob is allowed), structure, category, channel, time-point, "
        + "voxel-size, name, dataset, planes and file-list; paths are relative to the file.",
      valueName: "file"))
  var sources: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The directory to create.", valueName: "corpus"))
  var output: String

  @Option(help: ArgumentHelp("Edge of a patch in voxels.", valueName: "voxels"))
  var patchSize = 300

  @Option(help: ArgumentHelp("Share of low-signal patches to keep, 0 to 1.", valueName: "share"))
  var lowSignal = 0.05

  @Option(
    help: ArgumentHelp(
      "What --low-signal is a share of: all low-signal patches of a structure (pool), or the structure's patches in the "
        + "finished corpus (corpus).",
      valueName: "whole"))
  var of: CorpusOptions.Whole = .pool

  @Option(
    help: ArgumentHelp(
      "Of the patches kept without signal, the share that lies outside the tissue, in air or padding.",
      valueName: "share"))
  var outsideShare = CorpusOptions.usualOutsideShare

  @Option(help: ArgumentHelp("Decides which patches without signal are kept.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "k in μ₀ + k·σ₀ of the volume's noise floor: darker patches are outside. By default the limit between air and "
        + "tissue is found in each volume.",
      valueName: "k"))
  var outside: Double?

  @Option(
    help: ArgumentHelp(
      "Tail contrast below which patches are low-signal. (default: where the noise of the volume ends, at most 8)",
      valueName: "contrast"))
  var contrast: Double?

  @Option(
    help: ArgumentHelp("Tail contrast for one structure; may be repeated.", valueName: "structure=contrast"),
    transform: StructureContrast.init)
  var contrastOf: [StructureContrast] = []

  @Option(
    help: ArgumentHelp(
      "The most patches to take of a volume, chosen by a fixed hash of their place. (default: all)", valueName: "number"
    ))
  var maxPerVolume: Int?

  @Option(
    help: ArgumentHelp("The most patches to take of a structure, chosen likewise. (default: all)", valueName: "number"))
  var maxPerStructure: Int?

  @Flag(
    help: ArgumentHelp(
      "Also compare bright points of all sources, read from their voxels, and name sources that hold the same voxels at "
        + "another place. Without it, statistics alone are compared, which tell copies by whole cells."))
  var findCopies = false

  @Flag(help: "Copy the patches into the corpus, one shard a patch.")
  var packed = false

  @Option(
    help: ArgumentHelp(
      "Also write the patches as .nii.gz, in folders by category and structure.", valueName: "directory"))
  var exportNifti: String?

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var overwrite: OverwriteOption
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    if paths.isEmpty && sources == nil {
      throw ValidationError(
        "No source is given. Name stores, volumes or directories of patches, or add --sources FILE.")
    }
    try validating { try options.check() }
  }

  private var options: CorpusOptions {
    CorpusOptions(
      patchEdge: patchSize, lowSignalShare: lowSignal, lowSignalOf: of, outsideShare: outsideShare,
      seed: seed,
      thresholds: SignalThresholds(outsideSigmas: outside, contrast: contrast),
      contrastOfStructure: Dictionary(
        contrastOf.map { ($0.structure, $0.contrast) }, uniquingKeysWith: { _, last in last }),
      isPacked: packed, maxPerVolume: maxPerVolume, maxPerStructure: maxPerStructure)
  }

  func run() throws {
    try refuse(output: output, over: paths + (sources.map { [$0] } ?? []))
    if let exportNifti { try refuse(output: exportNifti, over: paths, besides: output) }
    let context = try RunContext.start(reporting, execution, overwrite: overwrite.isSet)
    var settings = context.settings
    settings.memoryInBytes = context.memoryInBytes
    if let exportNifti {
      try context.communicator.rootOnly {
        try OutputPlace.requireFree(exportNifti, command: "corpus", settings: settings)
      }
    }
    let requests = try context.communicator.everyRank {
      try paths.map { SourceRequest($0) } + (sources.map { try SourceRequest.list(sourcesFile: $0) } ?? [])
    }
    let corpus = try PatchCorpus.select(
      requests, path: output, options: options, programVersion: Program.version,
      communicator: context.communicator, settings: settings, copiesPatches: exportNifti != nil,
      findsCopies: findCopies,
      categoryOf: { StructureCategory(structure: $0)?.rawValue },
      isStopRequested: { context.stopSignals.isStopRequested }
    ) { corpus in
      if let exportNifti {
        try corpus.exportNIfTI(
          to: exportNifti, programVersion: Program.version, communicator: context.communicator, settings: settings)
      }
    }
    try context.print(corpus.manifest, text: corpus.summaryTable)
    context.suggest("sheaf report \(output)")
    if let damage = corpus.damage { throw damage.onEveryRank }
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
