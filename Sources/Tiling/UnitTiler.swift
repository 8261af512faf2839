import Files
import Foundation
import IntensityStatistics
import Synchronization
import Threads
import VolumeFormats
import Voxels
import Zarr

/// Makes the shards of one unit: reads its voxels once, slab by slab, and from each slab makes chunks, statistics and,
/// where the unit owns level 1, the halved slab.
struct UnitTiler: Sendable {
  let slabs: UnitSlabs
  let arrays: [ZarrArray]
  let threads: Int

  private var geometry: TilingGeometry { slabs.geometry }
  private var memory: TilingMemory { slabs.memory }
  private var method: Downsampling { geometry.layout.content.downsampling }

  /// - Parameter endTurn: called when everything is computed and only the disk is waited for.
  /// - Returns: the record for the journal and the statistics of the unit's voxels.
  /// - Throws: `Fault.stopped` between two slabs when a stop was requested.
  func run(_ unit: Int, endTurn: () -> Void) throws -> (record: UnitRecord, statistics: StatisticsGrid) {
    let layout = geometry.layout
    let statistics = GridPool {
      StatisticsGrid(volume: layout.extent, type: layout.voxelType, run: layout.chunk.x)
    }
    let digest = VoxelDigest()
    let writings = try slabs.parts(ofUnit: unit).flatMap { try runPart($0, statistics, digest) }
    let sum = try statistics.sum()
    endTurn()
    var record = try writings.reduce(into: UnitRecord()) { $0.append(try $1.finish()) }
    record.voxels = digest.value
    return (record, sum)
  }

  /// The digest of a unit's voxels as the input has them now; nothing is written.
  ///
  /// - Throws: `Fault.stopped` between two slabs when a stop was requested.
  func digest(ofUnit unit: Int) throws -> UInt64 { try slabs.measure(unit, threads: threads, statistics: nil) }

  /// Rebuilds some shards of level 0 of a unit, and nothing else: no other level and no statistics.
  ///
  /// - Parameter expected: what the shards must be, by their numbers; others are left as they are.
  /// - Returns: sentences about those left.
  /// - Throws: `Fault.stopped` between two slabs when a stop was requested.
  func rebuild(
    _ shards: Set<Coordinate>, ofUnit unit: Int, expecting expected: [Int: ExpectedShard]
  ) throws -> [String] {
    var refusals: [String] = []
    for part in slabs.parts(ofUnit: unit) {
      let boxes = shards.map { arrays[0].shards.region(at: $0).intersection(part) }.filter { !$0.isEmpty }
      guard let first = boxes.first else { continue }
      var (from, to) = (first.origin, first.end)
      for box in boxes {
        from = Coordinate(min(from.z, box.origin.z), min(from.y, box.origin.y), min(from.x, box.origin.x))
        to = Coordinate(max(to.z, box.end.z), max(to.y, box.end.y), max(to.x, box.end.x))
      }
      for writing in try runPart(Region(from: from, to: to), nil, nil, only: shards, expecting: expected) {
        refusals += try writing.finish().refusals
      }
    }
    return refusals
  }

  /// - Parameters:
  ///   - statistics: to which the voxels are added; nil for none.
  ///   - digest: to which they are added too.
  ///   - wanted: the only shards of level 0 to write; nil for all.
  /// - Returns: what is still being published.
  private func runPart(
    _ part: Region, _ statistics: GridPool?, _ digest: VoxelDigest?, only wanted: Set<Coordinate>? = nil,
    expecting expected: [Int: ExpectedShard] = [:]
  ) throws -> [LayerWriting] {
    let fine = LayerWriting(array: arrays[0], level: 0, only: wanted, expecting: expected)
    let coarse = geometry.levelsInUnit > 1 ? HalvedSlabs(array: arrays[1], part: part, slabDepth: memory.slab.z) : nil
    try slabs.forEach(of: part) { try encode($0, $1, fine, coarse, statistics, digest) }
    return [fine] + (coarse.map { [$0.writing] } ?? [])
  }

  /// Everything that is made from one slab, as one list of tasks for all threads; chunks are in the order of their shards.
  private func encode(
    _ slab: Region, _ voxels: VoxelBuffer, _ fine: LayerWriting, _ coarse: HalvedSlabs?, _ statistics: GridPool?,
    _ digest: VoxelDigest?
  ) throws {
    let chunks = try fine.begin(slab)
    let rows = coarse == nil ? [] : shares(of: slab.range(1), by: 2)
    let method = method
    try parallelForEach(count: rows.count + chunks.count, threads: threads) { task in
      if task < rows.count {
        coarse!.halve(voxels, slab, rows: rows[task], method)
      } else {
        try fine.write(
          chunks[task - rows.count], from: voxels, origin: slab.origin, statistics: statistics, digest: digest)
      }
    }
    fine.end(slab)
    if let coarse, let (box, halved) = coarse.completed(by: slab) {
      let chunks = try coarse.writing.begin(box)
      try parallelForEach(count: chunks.count, threads: threads) {
        try coarse.writing.write(chunks[$0], from: halved, origin: box.origin)
      }
      coarse.writing.end(box)
    }
  }

  /// `range` in at most as many shares as there are threads, cut at multiples of `length`.
  private func shares(of range: Range<Int>, by length: Int) -> [Range<Int>] {
    let count = (range.count + length - 1) / length
    let perShare = (count + threads - 1) / threads * length
    return stride(from: range.lowerBound, to: range.upperBound, by: perShare).map {
      $0..<min($0 + perShare, range.upperBound)
    }
  }
}
