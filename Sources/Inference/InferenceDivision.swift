import Foundation
import Jobs
import MPI
import Segmentation
import Voxels
import Zarr

/// How an inference is divided into blocks, for its memory and ranks, and its plan.
struct InferenceDivision {
  let prediction: BlockPrediction
  /// Threads of this rank.
  let threads: Int
  /// What a rank may use, in bytes.
  let limitInBytes: Int
  let communicator: Communicator

  private var input: VolumeInput { prediction.input }
  private var geometry: InferenceGeometry { prediction.geometry }
  private var layout: StoreLayout { prediction.layout }

  /// How the blocks are done.
  struct Choice {
    let blocks: Lattice
    /// Whether the ranks do one block after the other together, and share out its tiles, or each takes blocks of its own.
    let isShared: Bool
  }

  /// What a rank takes apart from blocks, in bytes: the most of all ranks. Collective.
  ///
  /// It is measured on the first tiles of the volume, where they are few. A fifth is added to what is seen: memory that is
  /// taken and freed for hours lies in more pieces than that of the first tiles.
  ///
  /// - Parameters:
  ///   - directory: where the journals of earlier runs are.
  ///   - isOnlyPlanned: whether no block will be predicted; statistics of the volume may be missing then.
  func measureBase(directory: String, isOnlyPlanned: Bool) throws -> Int {
    // Before it is known how much memory there is for blocks; a wrong guess costs what it would have saved.
    let isShared = try choose(baseInBytes: 0, directory: directory).isShared
    let own = try communicator.everyRank { () throws -> Int in
      let first = FirstTiles(
        prediction, measured: 2 * threads, rank: isShared ? communicator.rank : 0, of: isShared ? communicator.size : 1)
      return try prediction.predictor.memoryInBytes(tile: geometry.tiles.tile, threads: threads) {
        // Which blocks a rank will take is not known, unless all take them together.
        if isOnlyPlanned || communicator.size > 1 && !isShared { return false }
        return try first?.evaluateNext() ?? false
      }
    }
    return try communicator.allReduce(own, .max) / 5 * 6
  }

  /// The division of the run that began this output, else the one that ends first. Collective.
  ///
  /// - Parameter directory: where the journals of that run are.
  func choose(baseInBytes: Int, directory: String) throws -> Choice {
    let count = try communicator.rootOnly { Job.unitCount(of: "infer", in: directory) }
    let divisions = BlockDivision.all(of: input.extent, shard: layout.shard)
    // Threads and memory may differ between ranks; all must come to the same division.
    let threads = try communicator.allReduce(self.threads, .max)
    let limitInBytes = try communicator.allReduce(self.limitInBytes, .min)
    func fits(_ block: Extent) -> Bool {
      baseInBytes + prediction.memoryInBytes(block: block, threads: threads) <= limitInBytes
    }
    let begun = count.flatMap { count in divisions.first { $0.count == count } }
    let own = begun ?? geometry.division(shard: layout.shard, ranks: communicator.size, fits: fits) ?? divisions.last!
    let shared = begun ?? divisions.first { fits($0.cell.clamped(to: input.extent)) } ?? divisions.last!
    return geometry.isSharedBetter(shared, than: own, ranks: communicator.size)
      ? Choice(blocks: shared, isShared: true) : Choice(blocks: own, isShared: false)
  }

  /// - Parameters:
  ///   - baseInBytes: 0 when all is done and nothing will be predicted.
  ///   - laterPassesInBytes: memory of the passes after this one.
  func plan(_ choice: Choice, baseInBytes: Int, laterPassesInBytes: Int) throws -> JobPlan {
    let blocks = choice.blocks
    let voxels = input.extent.count
    let withLabels = prediction.settings.withLabels
    let evaluations = geometry.evaluationsPerTile(blocks)
    var description = [
      "\(input.name): \(input.extent) voxels of \(input.voxelType.rawValue)",
      "\(geometry.description), "
        + (input.background == nil ? "evaluates every tile" : "skips those that hold nothing but air"),
      "blocks of \(blocks.cell.clamped(to: input.extent)), \(fixed(evaluations)) evaluations per tile"
        + (choice.isShared ? ", the tiles of a block shared among the ranks" : ""),
    ]
    if let axes = geometry.paddedAxes {
      description.append("thinner than a tile along \(axes): padded \(prediction.predictor.padding.words)")
    }
    if let resampled = prediction.resampled { description.append(resampled.planLine(of: input)) }
    description += prediction.predictor.planLines
    let labelName = prediction.settings.objects.labelName(
      structure: prediction.layout.attributes["structure"]?.asString)
    description.append("then coarser levels" + (withLabels ? ", and labels/\(labelName) with its levels" : ""))
    if baseInBytes > 0 {
      description.append("\(ByteSize(bytes: baseInBytes)) of memory for the program and its network")
    }
    return JobPlan(
      command: "infer", unitCount: blocks.count, unitName: "blocks", bytesRead: voxels * input.voxelType.byteCount,
      // Probabilities and their levels, and labels with theirs; both compress well, which is not counted on.
      bytesWritten: voxels * 8 / 7 * (withLabels ? 5 : 1),
      memoryPerRankInBytes: max(
        baseInBytes + prediction.memoryInBytes(block: blocks.cell.clamped(to: input.extent), threads: threads),
        laterPassesInBytes),
      diskNeededInBytes: voxels / 4, description: description)
  }

  private func fixed(_ value: Double) -> String { String(format: "%.2f", value) }
}
