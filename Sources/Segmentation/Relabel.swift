import Components
import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Tiling
import Voxels
import Zarr

/// The outcome of `relabel`: a function of probabilities, image and settings alone.
public struct RelabelSummary: Sendable, Equatable, Codable {
  package var voxels: Int
  package var foregroundVoxels: Int
  package var objects: Int
  package var labelName: String
}

/// Makes labels and a table of objects from probabilities that `infer` has written, without predicting them again.
///
/// Labels and table have the bytes that `infer` gives with the same settings: its threshold applies to stored
/// probabilities (`ProbabilityThreshold`), and everything after that is the same code. They do not depend on ranks,
/// threads or memory. Collective.
///
/// 1. `label`: blocks of the probabilities are compared with the threshold and labelled.
/// 2. The components are merged, and labels and their levels painted (`ObjectLabelling`).
///
/// - Parameters:
///   - path: a finished store of probabilities, uint8 (z, y, x).
///   - imagePath: the image store they were predicted from, for mean intensities; nil to take it from the settings that
///     `infer` left.
///   - objectsPath: where the table of objects goes; nil for none beside the one kept in the output.
///   - resolved: the command; its settings and inputs are added here.
///   - memoryInBytes: what a rank may use when `jobSettings` sets no limit.
/// - Throws: `Fault.usage` for invalid settings or another image, `Fault.noInput` when there is no image, `Fault.badData`
///   for damaged or unfinished input, `Fault.cannotCreate` when the output belongs to another command or is an input.
public func relabel(
  _ path: String, to destination: LabelDestination, imagePath: String?, settings: ObjectSettings,
  objectsPath: String?, resolved: ResolvedSettings, communicator: Communicator, jobSettings: JobSettings,
  memoryInBytes: Int
) throws -> RelabelSummary {
  var settings = settings
  if case .image(_, let name) = destination { settings.labelName = name }
  let source = try communicator.everyRank { [settings] () throws -> ProbabilitySource in
    try settings.validate()
    return try ProbabilitySource(path, imagePath: imagePath)
  }
  for doubt in source.doubts { jobSettings.console.warn(doubt) }
  var resolved = resolved
  let labelName = settings.labelName(structure: source.store.sheafAttributes["structure"]?.asString)
  try communicator.everyRank {
    resolved.add("threshold", settings.threshold)
    resolved.add("label-name", labelName)
    resolved.add("connectivity", settings.connectivity.rawValue)
    resolved.add("min-voxels", settings.leastVoxels)
    // Levels alone: labels beside them may come and go.
    let finest = source.store.levels[0]
    try resolved.add(
      input: "probabilities", path: path, files: finest.files(holding: Region(finest.extent)),
      legacyPaths: [finest.path]
    ) { try Store.voxelIdentity(of: path) ?? ContentDigest(of: finest.files(holding: Region(finest.extent))).text }
    try resolved.add(input: "image", store: source.image.path)
  }
  var inputs = [source.image.path]
  // Labels may be added to the store that holds the probabilities.
  if case .store = destination { inputs.append(path) }
  let request = OutputPlace.Request(destination.path, owner: OutputOwner(resolved), inputs: inputs)
  try communicator.rootOnly {
    try objectsPath.map {
      try refuseTable(at: $0, of: destination.path, reading: [path] + inputs, overwrite: jobSettings.overwrite)
    }
  }
  return try OutputPlace.write(request, settings: jobSettings, communicator: communicator) {
    [resolved, settings] workPath, jobSettings in
    let run = RelabelRun(
      source: source, path: workPath, labelName: labelName, settings: settings, resolved: resolved,
      objectsPath: objectsPath, communicator: communicator, jobSettings: jobSettings,
      memoryInBytes: jobSettings.memoryInBytes ?? memoryInBytes)
    return try run.run()
  } completion: {
    if case .image(let path, let name) = destination { try Store.open(path).listLabel(name) }
  }
}

/// One run of `relabel`.
private struct RelabelRun {
  let source: ProbabilitySource
  /// Where the labels are written.
  let path: String
  let labelName: String
  let settings: ObjectSettings
  let resolved: ResolvedSettings
  let objectsPath: String?
  let communicator: Communicator
  let jobSettings: JobSettings
  let memoryInBytes: Int

  /// The program with its libraries.
  private static let programInBytes = 160 << 20

  private var directory: String { Store.ownDirectory(of: path) }
  /// Planes that are read at a time.
  private var slabDepth: Int { source.layout.chunk.z }

  func run() throws -> RelabelSummary {
    let blocks = try chooseBlocks()
    let context = JobContext(
      command: "label", directory: directory, identity: resolved.identity, output: path,
      communicator: communicator, settings: jobSettings, baseInBytes: RelabelRun.programInBytes)
    let labelling = ObjectLabelling(
      blocks: blocks, layout: source.layout, settings: settings, intensity: source.intensity, context: context)
    let job = try Job(
      plan: plan(blocks, laterPassesInBytes: labelling.laterPassesInBytes(withLabels: true)), directory: directory,
      identity: resolved.identity, output: path, communicator: communicator, settings: jobSettings,
      recheck: OutputContents.isSealed(path) ? { _ in nil } : labelling.blockFiles.damage)
    let summaryFile = SummaryFile<RelabelSummary>(in: directory)
    let isSealed = try communicator.rootOnly { OutputContents.isSealed(path) }
    if isSealed, let finished = try communicator.rootOnly({ try summaryFile.read() }) {
      try communicator.rootOnly { try conclude(labelling) }
      return finished
    }
    try communicator.rootOnly {
      try createDirectory(labelling.blockFiles.directory)
      try resolved.write(to: directory)
    }
    let outcome = try job.run { index in
      try encodePayload(label(blocks.region(index), index, labelling.blockFiles))
    }
    let found = try communicator.rootOnly {
      try outcome.payloads.map { try JSONDecoder().decode(LabelledBlock.self, from: $0) }
    }
    let counts = found.map(\.components)
    let objects = try labelling.merge(counts)
    try communicator.rootOnly { try resolved.requireUnchangedInputs() }
    let summary = RelabelSummary(
      voxels: source.store.extent.count, foregroundVoxels: found.reduce(0) { $0 + $1.foregroundVoxels },
      objects: objects, labelName: labelName)
    try labelling.paint(counts, objects: objects, name: labelName, to: .store(path), jobName: "label-paint") {
      try summaryFile.write(summary)
    }
    try communicator.rootOnly { try conclude(labelling) }
    return summary
  }

  /// Copies the table to where the user wants it, and removes what is needed no more once the labels are sealed.
  private func conclude(_ labelling: ObjectLabelling) throws {
    try objectsPath.map { try labelling.objectFiles.publishTable(to: $0) }
    labelling.objectFiles.removeBlocks()
    try removePartialFiles(below: path)
  }

  /// What the journal keeps of a labelled block.
  private struct LabelledBlock: Codable {
    var foregroundVoxels: Int
    var components: ComponentCounts
  }

  private func label(_ block: Region, _ index: Int, _ files: BlockFiles) throws -> LabelledBlock {
    let stopSignals = StopSignals(maxHours: jobSettings.maxHours)
    let least = ProbabilityThreshold(settings.threshold).leastStoredValue
    var labeller = try BlockLabeller(
      files, index: index, block: block, volume: source.store.extent, connectivity: settings.connectivity,
      scale: source.intensity, leastVoxels: settings.leastVoxels)
    let extent = slab(block.extent)
    let probabilities = VoxelBuffer(.uint8, extent)
    let intensities = VoxelBuffer(source.image.voxelType, extent)
    var mask = [UInt8](repeating: 0, count: extent.count)
    for z in stride(from: block.origin.z, to: block.end.z, by: slabDepth) {
      if let reason = stopSignals.reason { throw Fault.stopped(reason) }
      let slab = Region(
        origin: Coordinate(z, block.origin.y, block.origin.x),
        extent: Extent(min(slabDepth, block.end.z - z), extent.y, extent.x))
      try source.store.levels[0].read(slab, into: probabilities, threads: jobSettings.threads)
      let hasForeground = apply(least, to: probabilities, slab.count, &mask)
      if hasForeground { try source.image.levels[0].read(slab, into: intensities, threads: jobSettings.threads) }
      try mask.withUnsafeBufferPointer {
        try labeller.append(
          slab, mask: UnsafeBufferPointer(rebasing: $0[0..<slab.count]), intensities: hasForeground ? intensities : nil)
      }
    }
    let (counts, foregroundVoxels) = try labeller.finish()
    return LabelledBlock(foregroundVoxels: foregroundVoxels, components: counts)
  }

  /// Sets `mask` to 1 where one of the first `count` probabilities is at least `least`.
  ///
  /// - Returns: whether there is any.
  private func apply(_ least: UInt8, to probabilities: VoxelBuffer, _ count: Int, _ mask: inout [UInt8]) -> Bool {
    defer { withExtendedLifetime(probabilities) {} }
    let values = probabilities.voxels(as: UInt8.self)
    var any: UInt8 = 0
    mask.withUnsafeMutableBufferPointer { mask in
      for index in 0..<count {
        let isForeground: UInt8 = values[index] >= least ? 1 : 0
        mask[index] = isForeground
        any |= isForeground
      }
    }
    return any != 0
  }

  // MARK: Division and plan

  /// The division of the run that began this output, else the coarsest whose blocks fit in memory and are several a
  /// rank, so that ranks end together and an interrupted run loses little.
  private func chooseBlocks() throws -> Lattice {
    let begun = try communicator.rootOnly { Job.unitCount(of: "label", in: directory) }
    let divisions = BlockDivision.all(of: source.store.extent, shard: source.layout.shard)
    if let begun, let division = divisions.first(where: { $0.count == begun }) { return division }
    // Threads may differ between ranks; all must come to the same division.
    let threads = try communicator.allReduce(jobSettings.threads, .max)
    let fitting = divisions.filter { self.memoryInBytes(of: $0, threads: threads) <= memoryInBytes }
    return fitting.first { $0.count >= 4 * communicator.size } ?? fitting.last ?? divisions.last!
  }

  private func slab(_ block: Extent) -> Extent { Extent(min(slabDepth, block.z), block.y, block.x) }

  private func memoryInBytes(of blocks: Lattice, threads: Int) -> Int {
    let slab = slab(blocks.cell.clamped(to: blocks.extent))
    let imageChunk = source.image.levels[0].chunks.cell.clamped(to: blocks.extent)
    let codec = 3 * max(source.layout.chunk.count, imageChunk.count * source.image.voxelType.byteCount) + 2 << 20
    return RelabelRun.programInBytes + slab.count * (2 + source.image.voxelType.byteCount)
      + BlockLabeller.memoryInBytes(slab: slab) + threads * codec
  }

  private func plan(_ blocks: Lattice, laterPassesInBytes: Int) -> JobPlan {
    let voxels = source.store.extent.count
    return JobPlan(
      command: "label", unitCount: blocks.count, unitName: "blocks",
      bytesRead: voxels * (1 + source.image.voxelType.byteCount), bytesWritten: voxels * 4 * 8 / 7,
      memoryPerRankInBytes: max(memoryInBytes(of: blocks, threads: jobSettings.threads), laterPassesInBytes),
      // Labels compress well, which decides here.
      diskNeededInBytes: voxels / 8,
      description: [
        "\(source.store.path): \(source.store.extent) voxels, probability threshold \(settings.threshold), "
          + "connectivity \(settings.connectivity.rawValue), objects of at least \(settings.leastVoxels) voxels",
        "mean intensities from \(source.image.path), objects as labels named \(labelName)",
        "blocks of \(blocks.cell.clamped(to: source.store.extent))",
      ])
  }
}
