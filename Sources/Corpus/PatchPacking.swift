import Files
import Foundation
import Jobs
import MPI
import Tiling
import Voxels
import Zarr

/// How the taken patches of a source lie in its packed store: one above the other along z, each a shard of its own.
struct PackedLayout {
  let chunk: Extent
  /// A patch, rounded up to whole chunks.
  let shard: Extent
  let extent: Extent

  init(_ source: CorpusSource) {
    let patch = source.patchExtent
    chunk = Extent(Self.chunkEdge(patch.z), Self.chunkEdge(patch.y), Self.chunkEdge(patch.x))
    shard = patch.dividedRoundingUp(by: chunk) * chunk
    extent = Extent(source.takenCount * shard.z, shard.y, shard.x)
  }

  func origin(ofPatch index: Int) -> Coordinate { Coordinate(index * shard.z, 0, 0) }

  /// An edge up to 64 stays whole; a larger one is cut evenly into pieces near 64 where it can be, else into 64s.
  static func chunkEdge(_ patchEdge: Int) -> Int {
    if patchEdge <= 64 { return patchEdge }
    let divisors = (40...96).filter { patchEdge % $0 == 0 }
    return divisors.min { abs($0 - 64) < abs($1 - 64) } ?? 64
  }
}

/// Copies the taken patches of a corpus into stores of its own.
struct PatchPacking {
  let corpus: PatchCorpus

  func run(_ resolved: ResolvedSettings, communicator: Communicator, settings: JobSettings) throws {
    let units = corpus.takenPatches.enumerated().flatMap { source, patches in
      patches.indices.map { (source: source, index: $0) }
    }
    let bytes = corpus.patches.reduce(0) { sum, patch in
      patch.isTaken ? sum + patch.region.count * corpus.manifest.sources[patch.source].voxelType.byteCount : sum
    }
    let patchBytes = corpus.manifest.sources.map { PackedLayout($0).shard.count * 8 }.max() ?? 0
    let job = try Job(
      plan: JobPlan(
        command: resolved.command, name: "\(resolved.command)-pack", unitCount: units.count, unitName: "patches",
        bytesRead: bytes, bytesWritten: bytes, memoryPerRankInBytes: patchMemoryInBytes(patchBytes),
        // Light-sheet volumes compress to a third at best.
        diskNeededInBytes: bytes / 3),
      directory: CorpusPaths.ownDirectory(corpus.path), identity: resolved.identity, output: corpus.path,
      communicator: communicator, settings: settings)
    let stores = try communicator.everyRank { try corpus.manifest.sources.map(createStore) }
    let reader = try communicator.everyRank { try PatchReader(corpus, fromCopies: false) }
    let outcome = try job.run(unitsAtOnce: patchesAtOnce(settings, patchBytes: patchBytes)) { unit in
      let (source, index) = units[unit]
      return try copy(index, of: source, to: stores[source]!, reader).encoded()
    }
    try communicator.rootOnly {
      for (number, store) in stores.enumerated() {
        guard let store else { continue }
        var shards = UnitRecord()
        for (unit, payload) in outcome.payloads.enumerated() where units[unit].source == number {
          shards.append(try UnitRecord.decode(payload, ofShard: units[unit].index, level: 0))
        }
        try store.finish([shards.shards(ofLevel: 0, count: store.levels[0].shards.count)])
      }
    }
  }

  private func createStore(_ source: CorpusSource) throws -> Store? {
    guard let packedPath = source.packedPath else { return nil }
    let packed = PackedLayout(source)
    let path = joinPath(corpus.path, packedPath)
    func layout(_ compression: ChunkCompression) -> StoreLayout {
      StoreLayout(
        name: source.name, extent: packed.extent, voxelType: source.voxelType,
        voxelSizeInMicrometres: source.voxelSizeInMicrometres, chunk: packed.chunk, shard: packed.shard,
        compression: compression, levelCount: 1,
        attributes: ["structure": .string(source.structure), "category": .string(source.category)])
    }
    do {
      return try Store.create(path, layout(.bloscLZ4(level: 1)))
    } catch let fault as Fault where fault.kind == .cannotCreate {
      // An earlier version began to pack this corpus, and its stores go on as they are.
      guard let store = try? Store.create(path, layout(.bloscZstd(level: 1))) else { throw fault }
      return store
    }
  }

  /// Copies taken patch `index` of a source.
  ///
  /// - Returns: the record of its shard.
  private func copy(_ index: Int, of source: Int, to store: Store, _ reader: PatchReader) throws -> UnitRecord {
    let layout = PackedLayout(corpus.manifest.sources[source])
    let patch = corpus.takenPatches[source][index]
    let buffer = VoxelBuffer(store.voxelType, layout.shard)
    try reader.read(corpus.patches[patch].region, ofPatch: patch, into: buffer, at: .zero)
    let writer = try ShardWriter(store.levels[0], at: Coordinate(index, 0, 0))
    try writer.writeChunks(from: buffer, origin: layout.origin(ofPatch: index))
    _ = try writer.publish()
    return UnitRecord(shard: index, level: 0, digest: writer.digest)
  }
}

extension CorpusOptions {
  /// Memory in bytes for the voxels of a patch that is copied.
  func patchBytesAtMost(of patch: Extent) -> Int {
    // A patch is stored in whole chunks, whose edges are 64 at worst.
    let chunk = Extent(64)
    return (patch.dividedRoundingUp(by: chunk) * chunk).count * 8
  }
}

/// Memory in bytes of a rank that copies patches of `patchBytes`, one at a time.
func patchMemoryInBytes(_ patchBytes: Int) -> Int { patchBytes + 128 << 20 }

/// How many patches of `patchBytes` a rank works on side by side.
func patchesAtOnce(_ settings: JobSettings, patchBytes: Int) -> Int {
  patchesAtOnce(threads: settings.threads, memoryInBytes: settings.memoryInBytes, patchBytes: patchBytes)
}

func patchesAtOnce(threads: Int, memoryInBytes: Int?, patchBytes: Int) -> Int {
  guard let memory = memoryInBytes, patchBytes > 0 else { return threads }
  return max(1, min(threads, (memory - 128 << 20) / patchBytes))
}
