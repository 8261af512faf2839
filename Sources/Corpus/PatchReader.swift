import Files
import Voxels
import Zarr

/// Reads voxels of the taken patches of a corpus, from its own copies when it is packed, else from the stores. Safe for
/// use from many threads.
package final class PatchReader: Sendable {
  private let corpus: PatchCorpus
  private let sources: [SourceArray?]

  /// Where the taken patches of a source are.
  private struct SourceArray: Sendable {
    let array: ZarrArray
    /// Packed: where each taken patch begins, by its index in the table.
    let packedOrigins: [Int: Coordinate]?
  }

  /// - Throws: `Fault.noInput` when a store with taken patches is missing, `Fault.badData` when it is unfinished or not
  ///   the one the corpus was made of.
  package init(_ corpus: PatchCorpus) throws {
    self.corpus = corpus
    sources = try corpus.manifest.sources.enumerated().map { number, source in
      if source.takenCount == 0 { return nil }
      guard let packedPath = source.packedPath else {
        let path = corpus.storePath(source)
        let store = try Store.open(path)
        guard !store.isOurs || store.isFinished else {
          throw Fault.badData("\(path) is not finished; run its `sheaf tile` command again to resume")
        }
        guard store.extent == source.extent, store.voxelType == source.voxelType else {
          throw Fault.badData(
            "\(path) is not the store the corpus was made of: expected \(source.voxelType) \(source.extent), found "
              + "\(store.voxelType) \(store.extent); create the corpus again")
        }
        if let contents = source.contents, try Store.voxelIdentity(of: path) != contents {
          throw Fault.badData(
            "\(path) was made again from other data, or in another way, since the corpus \(corpus.path) was selected from "
              + "it; create the corpus again with `sheaf corpus`, which reads no voxels, or restore the store")
        }
        return SourceArray(array: store.levels[0], packedOrigins: nil)
      }
      let path = CorpusPaths.resolve(packedPath, in: corpus.path)
      let array = try Store.open(path).levels[0]
      let layout = PackedLayout(source)
      guard array.extent == layout.extent, array.voxelType == source.voxelType else {
        throw Fault.badData(
          "\(path) does not belong to the corpus: expected \(source.voxelType) \(layout.extent), found "
            + "\(array.voxelType) \(array.extent); create the corpus again")
      }
      let origins = corpus.takenPatches[number].enumerated().map { ($1, layout.origin(ofPatch: $0)) }
      return SourceArray(array: array, packedOrigins: Dictionary(uniqueKeysWithValues: origins))
    }
  }

  /// Reads `region` of the volume, a box of the taken patch at index `patch` of the table, into `buffer` at `position`.
  ///
  /// - Throws: `Fault.badData` naming the file and chunk that is damaged.
  package func read(_ region: Region, ofPatch patch: Int, into buffer: VoxelBuffer, at position: Coordinate) throws {
    let record = corpus.patches[patch]
    precondition(record.isTaken && record.region.contains(region), "\(region) is not in taken patch \(patch)")
    let source = sources[record.source]!
    var stored = region
    if let origin = source.packedOrigins?[patch] {
      stored.origin = stored.origin - record.region.origin + origin
    }
    try source.array.read(stored, into: buffer, at: position)
  }

  /// A whole taken patch.
  package func read(patch: Int) throws -> VoxelBuffer {
    let record = corpus.patches[patch]
    let buffer = VoxelBuffer(corpus.manifest.sources[record.source].voxelType, record.region.extent)
    try read(record.region, ofPatch: patch, into: buffer, at: .zero)
    return buffer
  }
}
