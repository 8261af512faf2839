import ArgumentParser
import Files
import Jobs
import Tiling
import VolumeFormats
import Voxels
import Zarr

struct ExportCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a volume, or a region of it, for other programs.",
    discussion: """
      STORE is a store or any other volume that Sheaf reads. The output ends in .nii, .nii.gz, .tif, .mha or .npy, or in \
      / for a directory of TIFF planes. The volume is never held in memory as a whole.

      Examples:
        sheaf export brain.zarr -o brain.nii.gz --level 2
        sheaf export brain.zarr -o planes/ --region 0:200,0:300,0:300
        sheaf export brain-segmented.zarr -o mask.mha --threshold 0.5 --type int8
      """)

  @Argument(help: "The store or volume to read.")
  var store: String

  @Argument(help: ArgumentHelp("The file or directory to write, instead of --output.", valueName: "output"))
  var lastArgument: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The file or directory to write.", valueName: "path"))
  var output: String?

  @Option(help: ArgumentHelp("Level of the store; 0 is the finest. (default: 0)", valueName: "number"))
  var level: Int?

  @Option(
    help: ArgumentHelp(
      "Box of voxels of that level, half-open. (default: everything)", valueName: "z0:z1,y0:y1,x0:x1"))
  var region: Region?

  @Option(help: ArgumentHelp("Name of the labels in the store to write instead of its image.", valueName: "name"))
  var labels: String?

  @Flag(inversion: .prefixedNo, help: "Deflate voxels of TIFF and MetaImage; NIfTI is compressed if named .nii.gz.")
  var compress = true

  @Option(
    help: ArgumentHelp(
      "Write a mask: 1 where a probability, or another value, is at least so much, otherwise 0.", valueName: "value"))
  var threshold: Double?

  @Flag(help: "Write a mask: 1 where a label, or another value, is not 0.")
  var binary = false

  @Option(
    help: ArgumentHelp(
      "Type of the voxels in the file: uint8, int8, uint16, int16, uint32, int32, uint64, float16 or float32; "
        + "probabilities become 0 to 1 in floating point. (default: that of the volume, uint8 for masks)",
      valueName: "type"))
  var type: String?

  @OptionGroup var selection: VolumeSelection
  @OptionGroup var execution: ExecutionOptions

  @Flag(help: "Replace the file, or the planes of an earlier export.")
  var overwrite = false

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try checkedOutput()
    if threshold != nil, binary { throw ValidationError("give --threshold or --binary, not both") }
    if let threshold, !threshold.isFinite {
      throw ValidationError("--threshold must be a number, found \(threshold)")
    }
    if let type, StoredType(rawValue: type) == nil {
      throw ValidationError(
        "--type must be one of \(StoredType.allCases.map(\.rawValue).joined(separator: ", ")), found \(type)")
    }
    if let level, level < 0 { throw ValidationError("--level must be 0 or more, found \(level)") }
  }

  func run() throws {
    try refuseOutput(over: [store], kind: (try? VolumeFileFormat(path: outputPath)) == .tiffPlanes ? .directory : .file)
    let context = try RunContext.start(reporting, execution, overwrite: overwrite)
    let result = try context.communicator.rootOnly { () -> Result? in
      let source = try openSource()
      let export = try Export(
        source, region: region, to: outputPath, isCompressed: compress, conversion: conversion(of: source.description),
        threads: context.settings.threads, memoryInBytes: context.memoryInBytes)
      let description = export.source.description
      context.note(
        "export \(export.region) of \(description.path) (\(description.extent) voxels of \(description.voxelType.rawValue)) to \(outputPath) in slabs of \(export.slabDepth) planes, \(ByteSize(bytes: export.memoryInBytes).enough) of memory (\(ByteSize(bytes: context.memoryInBytes)) allowed)"
      )
      for note in description.notes { context.note("note: \(note)") }
      context.console.warn(about: description, voxelSizeMatters: true)
      try context.console.warnings.refuseIfStrict()
      let progress = Progress(
        label: "export", total: export.region.extent.z, unitName: "planes",
        bytesPerUnit: Double(export.region.count * description.voxelType.byteCount) / Double(export.region.extent.z),
        console: context.console)
      let isWritten = try StopSignals.whilePolled {
        try export.write(
          readingAlso: [store], settings: context.settings, progress: { progress.update($0) },
          isStopRequested: { context.stopSignals.isStopRequested })
      }
      if !isWritten { return nil }
      progress.finish()
      return Result(
        output: outputPath, extent: export.region.extent.edges,
        voxelType: (export.conversion?.type ?? StoredType(description.voxelType)).rawValue)
    }
    guard let result else { return }
    let extent = result.extent.map(String.init).joined(separator: " × ")
    try context.print(result, text: "\(outputPath): \(extent) voxels of \(result.voxelType)")
    context.suggest("sheaf view \(outputPath)")
  }

  private struct Result: Codable {
    let output: String
    let extent: [Int]
    let voxelType: String
  }

  /// What becomes of the voxels; nil for nothing.
  private func conversion(of description: VolumeDescription) -> VoxelConversion? {
    guard threshold != nil || binary || type != nil else { return nil }
    let one = description.content.flatMap { $0.kind == .probabilities ? $0.one ?? 255 : nil }
    let given = type.flatMap(StoredType.init)
    if binary { return VoxelConversion(.notZero, as: given ?? .uint8) }
    if let threshold {
      // Stored probabilities are compared as `infer` compares them.
      return VoxelConversion(.atLeast(one.map { threshold * $0 } ?? threshold), as: given ?? .uint8)
    }
    return VoxelConversion(one.map { .probabilities(one: $0) } ?? .values, as: given!)
  }

  private func openSource() throws -> any VolumeSource {
    if level == nil && labels == nil { return try openVolume(store, options: selection.options) }
    guard Store.isStore(store) else {
      throw Fault.usage("\(store) has no levels or labels: expected an OME-Zarr store; leave out --level and --labels")
    }
    let image = try Store.open(store, channel: selection.channel ?? 0, timePoint: selection.timePoint)
    return try openVolume(labels.map { try image.label($0) } ?? image, level: level ?? 0, options: selection.options)
  }
}
