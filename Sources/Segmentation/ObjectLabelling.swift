import Components
import Files
import Foundation
import Jobs
import MPI
import Tiling
import Voxels
import Zarr

/// Makes labels and the table of objects from the components of labelled blocks.
///
/// 1. Rank 0 merges the components of all blocks (`ObjectFiles`) and publishes ids and table.
/// 2. A job paints each block's components with their ids.
/// 3. Jobs make the coarser levels of the labels (`PyramidLevels`).
///
/// All methods are collective.
package struct ObjectLabelling {
  private let blocks: Lattice
  private let layout: StoreLayout
  private let settings: ObjectSettings
  private let intensity: IntensityScale
  private let context: JobContext
  package let blockFiles: BlockFiles
  package let objectFiles: ObjectFiles
  /// Planes that are painted at a time.
  private var slabDepth: Int { layout.chunk.z }

  /// - Parameters:
  ///   - blocks: how the volume is divided, in whole shards of `layout`.
  ///   - layout: of the probabilities; the labels get the same chunks and shards.
  ///   - intensity: what the sums of intensities stand for.
  package init(
    blocks: Lattice, layout: StoreLayout, settings: ObjectSettings, intensity: IntensityScale, context: JobContext
  ) {
    self.blocks = blocks
    self.layout = layout
    self.settings = settings
    self.intensity = intensity
    self.context = context
    blockFiles = ObjectLabelling.blockFiles(in: context.directory)
    objectFiles = ObjectFiles(blockFiles, tableIn: context.directory)
  }

  /// The files that blocks leave, in an output's hidden directory.
  package static func blockFiles(in directory: String) -> BlockFiles {
    BlockFiles(directory: joinPath(directory, "blocks"))
  }

  /// Memory in bytes of the passes after the components have been found, except for merging, which depends on how many
  /// there are: painting the labels, and making the coarser levels. The plan of a command covers all its passes.
  package func laterPassesInBytes(withLabels: Bool) -> Int {
    let threads = context.settings.threads
    let image = PyramidLevels.memoryInBytes(layout, threads: threads)
    var labels = layout
    labels.voxelType = .uint32
    let ofLabels = max(paintingInBytes(labels.voxelType), PyramidLevels.memoryInBytes(labels, threads: threads))
    return context.baseInBytes + (withLabels ? max(image, ofLabels) : image)
  }

  /// Joins the components and writes the table.
  ///
  /// - Parameter counts: of each block, on every rank.
  /// - Returns: how many objects there are.
  /// - Throws: `Fault.usage` when the components that reach across blocks do not fit in memory.
  package func merge(_ counts: [ComponentCounts]) throws -> Int {
    try context.communicator.rootOnly {
      try refuseIfTooMany(counts)
      return try objectFiles.merge(
        blocks, counts: counts, connectivity: settings.connectivity, leastVoxels: settings.leastVoxels,
        voxelSizeInMicrometres: layout.voxelSizeInMicrometres, intensity: intensity)
    }
  }

  private func refuseIfTooMany(_ counts: [ComponentCounts]) throws {
    let needed = context.baseInBytes + ObjectFiles.memoryInBytes(blocks, counts)
    guard let allowed = context.settings.memoryInBytes, needed - context.memoryToleranceInBytes > allowed,
      try !objectFiles.isMerged()
    else { return }
    let pieces = counts.reduce(0) { $0 + $1.open }
    let leastMiB = (needed + (1 << 20) - 1) >> 20
    throw Fault.usage(
      "merging \(pieces) components that reach across blocks needs \(ByteSize(bytes: needed)) of memory on rank 0, but --memory allows \(ByteSize(bytes: allowed)); run the same command with --memory \(leastMiB)MiB to resume, or start again with a higher --threshold and --overwrite"
    )
  }

  /// Writes the labels with all their levels, and closes their store.
  ///
  /// - Parameters:
  ///   - counts: of each block, on every rank.
  ///   - objects: how many objects there are.
  ///   - name: of the label image.
  ///   - jobName: of the job that paints; that of level N is named `<jobName>-level-N`.
  ///   - finish: what is left to do, on rank 0, before the store is closed.
  package func paint(
    _ counts: [ComponentCounts], objects: Int, name: String, to destination: LabelDestination, jobName: String,
    finish: () throws -> Void = {}
  ) throws {
    var labelLayout = layout
    labelLayout.name = name
    labelLayout.voxelType = objects > Int(UInt32.max) ? .uint64 : .uint32
    labelLayout.content = .labels
    labelLayout.attributes["content"] = "labels"
    labelLayout.attributes["maximum"] = .integer(objects)
    let labels = try destination.create(labelLayout, context.communicator)
    let array = labels.levels[0]
    let job = try Job(
      plan: JobPlan(
        command: context.command, name: jobName, unitCount: blocks.count, unitName: "blocks",
        bytesWritten: blocks.extent.count * labelLayout.voxelType.byteCount,
        memoryPerRankInBytes: context.baseInBytes + paintingInBytes(labelLayout.voxelType), diskNeededInBytes: 0
      ).tolerating(context.memoryToleranceInBytes),
      directory: context.directory, identity: context.identity, output: context.output,
      communicator: context.communicator, settings: context.laterSettings)
    let painter = BlockPainter(
      blockFiles, objectFiles, counts: counts, objects: objects, type: labelLayout.voxelType, slabDepth: slabDepth)
    let outcome = try job.run { [blocks, context] index in
      var writer = BlockWriter(array, block: blocks.region(index), threads: context.settings.threads)
      try painter.paint(index, blocks.region(index)) { try writer.write($0, from: $1, isEmpty: $2) }
      return try writer.shards.encoded()
    }
    let found = try outcome.payloads.map(UnitRecord.decodeBlock)
    let levels = try context.makeLevels(of: labels, .labels, name: "\(jobName)-level", found)
    try context.communicator.rootOnly {
      try finish()
      try labels.finish(levels)
    }
  }

  /// Memory for painting the labels of a block: a slab of them, and as much as finding the components takes.
  private func paintingInBytes(_ type: VoxelType) -> Int {
    let block = blocks.cell.clamped(to: blocks.extent)
    let slab = Extent(min(slabDepth, block.z), block.y, block.x)
    return slab.count * type.byteCount + BlockLabeller.memoryInBytes(slab: slab)
      + context.settings.threads * (3 * layout.chunk.count * type.byteCount + 2 << 20)
  }
}

extension JobContext {
  /// For every job but the first, which has removed what `--overwrite` replaces.
  package var laterSettings: JobSettings {
    var settings = settings
    settings.overwrite = false
    return settings
  }

  /// Makes the coarser levels of an image whose level 0 is complete. Collective.
  ///
  /// - Parameters:
  ///   - name: the job of level N is named `<name>-N`.
  ///   - found: the shards of level 0, by blocks; used on rank 0.
  /// - Returns: the shards of all levels, on every rank.
  package func makeLevels(
    of store: Store, _ content: StoreLayout.Content, name: String, _ found: [UnitRecord]
  ) throws -> [WrittenShards] {
    let finest = try UnitRecord.shards(found, of: store, levels: 0..<1, communicator)[0]
    // Journals of outputs that are half done have one job a level.
    let jobs = LevelJobs(
      command: command, name: name, directory: directory, identity: identity, output: output, settings: settings,
      baseInBytes: baseInBytes, joinsSmallLevels: false)
    let coarser = try PyramidLevels(store, content: content, jobs: jobs, communicator: communicator).make(
      below: finest.empty)
    return [finest] + coarser
  }
}
