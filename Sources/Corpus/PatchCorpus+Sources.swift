import Files
import IntensityStatistics
import Threads
import Zarr

extension PatchCorpus {
  /// Makes sure that stores of which the corpus has no digest of the voxels hold the volumes it was made of: a store that
  /// was made again from other data has other statistics, from which the volume's identity is taken. Where there are
  /// digests, `PatchReader` compares them. Packed sources need no store.
  ///
  /// - Throws: `Fault.badData` naming the store and what to do; `Fault.noInput` when a store is missing.
  package func requireUnchangedSources(threads: Int) throws {
    let referred = manifest.sources.filter { $0.takenCount > 0 && $0.packedPath == nil && $0.contents == nil }
    try parallelForEach(count: referred.count, threads: threads) { number in
      let source = referred[number]
      let store = storePath(source)
      // Whatever it is, it is not the store that Sheaf wrote: the reader compares extent and type.
      guard try Store.open(store).isOurs else { return }
      let path = StoreStatistics.path(inStore: store)
      let grid = try StatisticsGrid.decode(readWholeFile(path, limit: 8 << 30), name: path)
      guard hexadecimal(volumeIdentity(of: grid)) == source.volume else {
        throw Fault.badData(
          "\(store) holds other voxels than when the corpus \(self.path) was made of it: it was made again from other data; "
            + "run `sheaf corpus` again, with --overwrite")
      }
    }
  }
}
