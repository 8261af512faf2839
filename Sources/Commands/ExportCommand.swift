import ArgumentParser
import Files
import Jobs
import Tiling
import VolumeFormats
import Voxels
import Zarr

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a volume, or a region of it, for other programs.",
    discussion: """
      STORE is a store or any other volume that Sheaf reads. OUTPUT ends in .nii, .nii.gz, .tif, .mha, .npy, or in / \
      for a directory of TIFF planes. Voxels pass through memory slab by slab.

      Example:
        sheaf export brain.zarr corner.nii.gz --level 1 --region 0:200,0:300,0:300
      """)

  @Argument(help: "The store or volume.")
  var store: String

  @Argument(help: ArgumentHelp("The file or directory to write.", valueName: "output"))
  var output: String

  @Option(help: ArgumentHelp("Level of the store; 0 is the finest.", valueName: "number"))
  var level: Int?

  @Option(
    help: ArgumentHelp("Box of voxels of that level; ends do not belong to it.", valueName: "z0:z1,y0:y1,x0:x1"))
  var region: RegionArgument?

  @Option(help: ArgumentHelp("Labels of the store, instead of its image.", valueName: "name"))
  var labels: String?

  @Flag(inversion: .prefixedNo, help: "Deflate TIFF and MetaImage voxels. NIfTI goes by its name.")
  var compress = true

  @OptionGroup var selection: VolumeSelection
  @OptionGroup var execution: ExecutionOptions

  func run() throws {
    let context = try RunContext.start(execution)
    try context.communicator.rootOnly {
      let export = try Export(
        openSource(), region: region?.region, to: output, isCompressed: compress, threads: context.settings.threads,
        memoryInBytes: context.memoryInBytes)
      let description = export.source.description
      context.note(
        "export \(export.region) of \(description.path) (\(description.extent) voxels of \(description.voxelType.rawValue)) to \(output) in slabs of \(export.slabDepth) planes, \(ByteSize(bytes: export.memoryInBytes)) of memory"
      )
      for note in description.notes { context.note("note: \(note)") }
      try refuseTakenOutput(planes: export.region.extent.z)
      if execution.dryRun { return }
      try isDirectory(output) ? removePartialFiles(in: output) : removePartialFiles(of: output)
      let progress = Progress(
        label: "export", total: export.region.extent.z, unitName: "planes",
        bytesPerUnit: Double(export.region.count * description.voxelType.byteCount) / Double(export.region.extent.z),
        console: context.console)
      try export.run(progress: { progress.update($0) }, isStopRequested: { context.stopSignals.isStopRequested })
      progress.finish()
      context.printResult("\(output): \(export.region.extent) voxels of \(description.voxelType.rawValue)")
    }
  }

  private func openSource() throws -> any VolumeSource {
    if level == nil && labels == nil { return try openVolume(store, options: selection.options) }
    guard Store.isStore(store) else {
      throw Fault.usage("\(store) has no levels or labels: expected an OME-Zarr store; leave out --level and --labels")
    }
    let image = try Store.open(store, channel: selection.channel, timePoint: selection.timePoint)
    return try openVolume(labels.map { try image.label($0) } ?? image, level: level ?? 0, options: selection.options)
  }

  /// - Parameter planes: how many are to be written. An earlier export of as many, finished or not, may be replaced;
  ///   a directory that holds anything else is left alone, because what would come of it is no one volume.
  private func refuseTakenOutput(planes: Int) throws {
    guard fileExists(output) else { return }
    if isDirectory(output) {
      let names = try directoryEntries(output).filter { !isPartialFile($0) }
      if names.isEmpty { return }
      if let other = names.first(where: { !TIFFPlaneWriter.isPlaneName($0, of: planes) }) {
        throw Fault.cannotCreate(
          "\(output) holds \(other), which is no plane of this export; planes are written to a new or empty directory")
      }
      guard execution.overwrite else {
        throw Fault.cannotCreate(
          "\(output) holds planes already; give another directory, or --overwrite to replace them")
      }
    } else if !execution.overwrite {
      throw Fault.cannotCreate("\(output) exists; give another name, or --overwrite to replace it")
    }
  }
}
