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
    let stream = BlockStream(
      input: input, tiles: geometry.tiles, predictor: predictor,
      block: block, slabDepth: slabDepth, threshold: settings.threshold, threads: jobSettings.threads
    ) { if let reason = stopSignals.reason { throw Fault.stopped(reason) } }
    var writer = BlockWriter(array, block: block, threads: jobSettings.threads)
    var builder = BlockComponentsBuilder(
      block: block, volume: store.extent, connectivity: settings.connectivity, scale: input.intensity)
    let runs = try RunsWriter(blockFiles, index: index)
    let tiles = try stream.run { slab in
      try writer.write(slab.region, from: slab.probabilities, isEmpty: slab.isEmpty)
      let (labelling, firstNumber) = builder.append(
        slab.region, mask: slab.mask, intensities: slab.intensities)
      try runs.append(labelling, firstNumber: firstNumber)
    }
    try runs.publish()
    let components = builder.finish()
    try blockFiles.write(components, index: index)
    return BlockPayload(
      tilesEvaluated: tiles.evaluated, tilesSkipped: tiles.skipped,
      foregroundVoxels: components.statistics.reduce(0) { $0 + $1.voxels }, components: components.statistics.count,
      emptyShards: writer.emptyShards)
  }

  /// Joins the components and writes table and labels; how many objects there are.
  func mergeAndPaint(_ blocks: Lattice, counts: [Int]) throws -> Int {
    let files = InferenceFiles(self)
    let objects = try communicator.rootOnly { try files.merge(blocks, counts: counts) }
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
    let depth = slabDepth * blocks.cell.clamped(to: store.extent).y * blocks.cell.clamped(to: store.extent).x
    let job = try Job(
      plan: JobPlan(
        command: "infer", name: "infer-labels", unitCount: blocks.count, unitName: "blocks",
        bytesWritten: store.extent.count * labelLayout.voxelType.byteCount,
        memoryPerRankInBytes: depth * labelLayout.voxelType.byteCount, diskNeededInBytes: 0),
      directory: directory, identity: identity.identity, communicator: communicator, settings: jobSettings)
    let outcome = try job.run { index in
      try Data(JSONEncoder().encode(paint(blocks, index, array, counts: counts)))
    }
    var empty = EmptyShards(count: array.shards.count)
    for payload in outcome.payloads {
      for shard in try JSONDecoder().decode([Int].self, from: payload) { empty.insert(shard) }
    }
    let levels = try LevelPass(
      store: labels, content: .labels, name: "infer-labels-level", directory: directory, identity: identity.identity,
      communicator: communicator, settings: jobSettings
    ).run()
    try communicator.rootOnly { try labels.finish(emptyShards: [empty] + levels) }
    return objects
  }

  /// Paints the labels of one block; the shards that stayed empty.
  private func paint(_ blocks: Lattice, _ index: Int, _ array: ZarrArray, counts: [Int]) throws -> [Int] {
    let block = blocks.region(index)
    let components = try blockFiles.readComponents(index, block: block).components
    let ids = try InferenceFiles(self).readIDs(first: counts[..<index].reduce(0, +), count: counts[index])
    var reader = try RunsReader(blockFiles, index: index, block: block)
    var writer = BlockWriter(array, block: block, threads: jobSettings.threads)
    while let (region, rows) = try reader.next(numberCount: components.count) {
      let buffer = VoxelBuffer(array.voxelType, region.extent)
      if array.voxelType == .uint64 {
        rows.paint(into: buffer.voxels(as: UInt64.self)) { ids[components[$0]] }
      } else {
        rows.paint(into: buffer.voxels(as: UInt32.self)) { UInt32(ids[components[$0]]) }
      }
      try writer.write(region, from: buffer, isEmpty: rows.runs.isEmpty)
    }
    return writer.emptyShards
  }
}

extension ComponentPlane {
  /// Writes `label(component)` into the foreground of a plane of voxels, C order.
  func paint<Label>(into voxels: UnsafeMutableBufferPointer<Label>, label: (Int) -> Label) {
    for row in 0..<rowCount {
      for run in runs[rowStarts[row]..<rowStarts[row + 1]] {
        let value = label(run.component)
        for column in Int(run.start)..<Int(run.end) { voxels[row * columnCount + column] = value }
      }
    }
  }
}
