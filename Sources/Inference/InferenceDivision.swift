import Foundation
import Jobs
import Voxels

/// How an inference is divided into blocks, and the plan that comes of it.
extension Inference {
  /// The division of the run that began this output, else the one that ends first.
  func chooseBlocks() throws -> Lattice {
    let count = try communicator.rootOnly { Job.unitCount(of: "infer", in: directory) }
    let divisions = geometry.divisions(shard: layout.shard)
    if let count, let begun = divisions.first(where: { $0.count == count }) { return begun }
    let limit = jobSettings.memoryInBytes ?? memoryInBytes
    // Threads may differ between ranks; all must come to the same division.
    let threads = try communicator.allReduce(jobSettings.threads, .max)
    return geometry.division(shard: layout.shard, ranks: communicator.size) {
      memoryInBytes(block: $0, threads: threads) <= limit
    } ?? divisions.last!
  }

  private func memoryInBytes(block: Extent, threads: Int) -> Int {
    BlockStream.memoryInBytes(
      input: input, tiles: geometry.tiles, predictor: predictor, block: block, slabDepth: slabDepth, threads: threads)
  }

  func plan(_ blocks: Lattice) throws -> JobPlan {
    let voxels = store.extent.count
    let evaluations = geometry.evaluationsPerTile(blocks)
    let background = input.background.map {
      "skips tiles with fewer than \($0.leastVoxels) voxels above \(Int($0.brightness.rounded()))"
    }
    return JobPlan(
      command: "infer", unitCount: blocks.count, unitName: "blocks", bytesRead: voxels * store.voxelType.byteCount,
      // Probabilities and their levels, and labels with theirs; both compress well, which is not counted on.
      bytesWritten: voxels * 8 / 7 * (settings.withLabels ? 5 : 1),
      memoryPerRankInBytes: memoryInBytes(block: blocks.cell.clamped(to: store.extent), threads: jobSettings.threads),
      diskNeededInBytes: voxels / 4,
      description: [
        "\(store.path): \(store.extent) voxels of \(store.voxelType.rawValue)",
        "\(geometry.tiles.count) tiles of \(geometry.tiles.tile), stride \(geometry.tiles.stride), "
          + (background ?? "evaluates every tile"),
        "blocks of \(blocks.cell.clamped(to: store.extent)), \(fixed(evaluations)) evaluations a tile",
      ])
  }

  private func fixed(_ value: Double) -> String { String(format: "%.2f", value) }
}
