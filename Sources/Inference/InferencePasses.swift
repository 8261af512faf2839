import Files
import Foundation
import Jobs
import Voxels
import Zarr

/// What is done with each block: predicting it, and painting its labels.
extension Inference {
  func predict(_ blocks: Lattice, _ index: Int, _ array: ZarrArray) throws -> BlockPayload {
    let block = blocks.region(index)
    let stopSignals = StopSignals(maxHours: jobSettings.maxHours)
    // Before each tile, so that there is room for what the next ones take.
    let comfortable = (jobSettings.memoryInBytes ?? memoryInBytes) / 5 * 4
    let stream = BlockStream(
      input: input, tiles: geometry.tiles, predictor: predictor,
      block: block, slabDepth: slabDepth, threshold: settings.threshold, threads: jobSettings.threads
    ) {
      giveBackFreedMemory(beyond: comfortable)
      if let reason = stopSignals.reason { throw Fault.stopped(reason) }
    }
    var writer = BlockWriter(array, block: block, threads: jobSettings.threads)
    var builder = BlockComponentsBuilder(
      block: block, volume: store.extent, connectivity: settings.connectivity, scale: input.intensity,
      leastVoxels: settings.leastVoxels, spoolingBeside: blockFiles.runsPath(index))
    let runs = try RunsWriter(blockFiles, index: index)
    let tiles = try stream.run { slab in
      try writer.write(slab.region, from: slab.probabilities, isEmpty: slab.isEmpty)
      for part in labellingParts(slab.region) {
        let plane = part.origin.z - slab.region.origin.z
        let start = slab.region.extent.index(of: Coordinate(plane, 0, 0))
        let (labelling, firstPart) = try builder.append(
          part, mask: UnsafeBufferPointer(rebasing: slab.mask[start..<(start + part.count)]),
          intensities: slab.intensities, fromPlane: plane)
        try runs.append(labelling, firstPart: firstPart)
      }
    }
    try runs.publish()
    let components = try builder.finish()
    try blockFiles.write(components, index: index)
    return BlockPayload(
      tilesEvaluated: tiles.evaluated, tilesSkipped: tiles.skipped, foregroundVoxels: components.foregroundVoxels,
      components: ComponentCounts(
        parts: components.surface.partCount, open: components.surface.open.count, closed: components.closedCount,
        faceRuns: components.surface.runCount),
      emptyShards: writer.emptyShards)
  }

  /// A slab as it is labelled: a few planes at a time, because runs may take many times the memory of the mask.
  private func labellingParts(_ slab: Region) -> [Region] {
    let depth = BlockComponentsBuilder.slabDepth(plane: slab.extent)
    return stride(from: slab.origin.z, to: slab.end.z, by: depth).map { z in
      Region(
        origin: Coordinate(z, slab.origin.y, slab.origin.x),
        extent: Extent(min(depth, slab.end.z - z), slab.extent.y, slab.extent.x))
    }
  }

  /// Joins the components and writes table and labels; how many objects there are.
  func mergeAndPaint(_ blocks: Lattice, counts: [ComponentCounts], baseInBytes: Int) throws -> Int {
    let files = InferenceFiles(self)
    let objects = try communicator.rootOnly { try files.merge(blocks, counts: counts, baseInBytes: baseInBytes) }
    guard settings.withLabels else { return objects }
    var labelLayout = layout
    labelLayout.name = labelName
    labelLayout.voxelType = objects > Int(UInt32.max) ? .uint64 : .uint32
    labelLayout.content = .labels
    labelLayout.attributes["content"] = "labels"
    labelLayout.attributes["maximum"] = .integer(objects)
    let path = joinPath(outputPath, "labels", labelName)
    try communicator.rootOnly { _ = try Store.open(outputPath).createLabel(labelLayout) }
    let labels = try Store.create(path, labelLayout)
    let array = labels.levels[0]
    let job = try Job(
      plan: JobPlan(
        command: "infer", name: "infer-labels", unitCount: blocks.count, unitName: "blocks",
        bytesWritten: store.extent.count * labelLayout.voxelType.byteCount,
        memoryPerRankInBytes: baseInBytes + paintingInBytes(blocks, labelLayout.voxelType), diskNeededInBytes: 0),
      directory: directory, identity: identity.identity, communicator: communicator, settings: jobSettings)
    let outcome = try job.run { index in
      try Data(JSONEncoder().encode(paint(blocks, index, array, counts: counts, objects: objects)))
    }
    let empty = try emptyShards(of: array, outcome.payloads.map { try JSONDecoder().decode([Int].self, from: $0) })
    let levels = try makeLevels(
      of: labels, .labels, name: "infer-labels-level", below: empty, baseInBytes: baseInBytes)
    try communicator.rootOnly { try labels.finish(emptyShards: [empty] + levels) }
    return objects
  }

  /// Paints the labels of one block; the shards that stayed empty.
  private func paint(
    _ blocks: Lattice, _ index: Int, _ array: ZarrArray, counts: [ComponentCounts], objects: Int
  ) throws -> [Int] {
    let block = blocks.region(index)
    let partCount = counts[index].parts
    let parts = try PartsReader(blockFiles, index: index, partCount: partCount)
    let ids = try InferenceFiles(self).readIDs(index, counts: counts, objects: objects)
    var reader = try RunsReader(blockFiles, index: index, block: block)
    var writer = BlockWriter(array, block: block, threads: jobSettings.threads)
    let buffer = VoxelBuffer(array.voxelType, Extent(min(slabDepth, block.extent.z), block.extent.y, block.extent.x))
    for z in stride(from: block.origin.z, to: block.end.z, by: slabDepth) {
      let slab = Region(
        origin: Coordinate(z, block.origin.y, block.origin.x),
        extent: Extent(min(slabDepth, block.end.z - z), block.extent.y, block.extent.x))
      var isEmpty = true
      buffer.bytes.initializeMemory(as: UInt8.self, repeating: 0)
      while reader.plane < slab.end.z {
        guard let (region, rows) = try reader.next(partCount: partCount), region.end.z <= slab.end.z else {
          throw reader.damaged()
        }
        guard let range = rows.componentRange else { continue }
        isEmpty = false
        let labels = try ids.ids(of: parts.components(of: range))
        let start = buffer.extent.index(of: Coordinate(region.origin.z - z, 0, 0))
        if array.voxelType == .uint64 {
          rows.paint(into: buffer.voxels(as: UInt64.self), from: start) { UInt64(labels[$0 - range.lowerBound]) }
        } else {
          rows.paint(into: buffer.voxels(as: UInt32.self), from: start) { UInt32(labels[$0 - range.lowerBound]) }
        }
      }
      try writer.write(slab, from: buffer, isEmpty: isEmpty)
    }
    guard try reader.next(partCount: partCount) == nil else { throw reader.damaged() }
    return writer.emptyShards
  }
}

extension ComponentPlane {
  /// The numbers of its components, and maybe others between them; nil when there are none.
  fileprivate var componentRange: Range<Int>? {
    guard let first = runs.first?.component else { return nil }
    let (least, most) = runs.reduce((first, first)) { (min($0.0, $1.component), max($0.1, $1.component)) }
    return least..<(most + 1)
  }

  /// Writes `label(component)` into the foreground of planes of voxels that begin at `start`, C order.
  fileprivate func paint<Label>(
    into voxels: UnsafeMutableBufferPointer<Label>, from start: Int, label: (Int) -> Label
  ) {
    for row in 0..<rowCount {
      for run in runs[rowStarts[row]..<rowStarts[row + 1]] {
        let value = label(run.component)
        for column in Int(run.start)..<Int(run.end) { voxels[start + row * columnCount + column] = value }
      }
    }
  }
}
