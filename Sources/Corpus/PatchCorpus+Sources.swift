import Files
import IntensityStatistics
import Jobs
import MPI
import Threads
import Tiling
import VolumeFormats
import Voxels
import Zarr

extension PatchCorpus {
  /// Makes sure that the sources hold the voxels that the corpus was made of. Packed sources are not needed. Collective.
  ///
  /// 1. Stores with digests are compared by `PatchReader`. Of others the volume's identity is compared, which comes from
  ///    their statistics.
  /// 2. Volumes and patches in place are compared by size and times of their files, and where these differ by the digests
  ///    of their voxels, which all ranks read.
  ///
  /// - Throws: `Fault.badData` naming the source and what to do; `Fault.noInput` when one is missing.
  package func requireUnchangedSources(_ settings: JobSettings, _ communicator: Communicator) throws {
    let referred = manifest.sources.filter { $0.takenCount > 0 && $0.packedPath == nil }
    try communicator.rootOnly { try requireUnchangedStores(referred, threads: settings.threads) }
    for source in referred {
      guard let place = source.place else { continue }
      let path = storePath(source)
      let statistics = try communicator.everyRank { () throws -> InPlaceStatistics in
        guard fileExists(path) else {
          throw Fault.noInput(
            "cannot read \(path), from which \(self.path) was made: there is no such file or directory")
        }
        return try inPlaceStatistics(source, place, path, settings)
      }
      if let what = try statistics.change(settings: settings, communicator) {
        throw Fault.badData(
          "\(path) holds other voxels than when the corpus \(self.path) was made of it (\(what)); run `sheaf corpus` again, "
            + "with --overwrite"
        ).onEveryRank
      }
    }
  }

  private func inPlaceStatistics(
    _ source: CorpusSource, _ place: SourcePlace, _ path: String, _ settings: JobSettings
  ) throws -> InPlaceStatistics {
    let statistics = CorpusPaths.resolve(place.statistics, in: self.path)
    let input: CorpusInput
    if let patches = place.patches {
      let record = try InPlaceStatistics.Record.read(statistics, command: "corpus")
      var files = PatchFiles(
        names: record.files ?? [], extents: record.extents ?? [], voxelType: patches.storedType, faults: [:],
        format: place.format)
      for damaged in patches.damaged {
        if let number = files.names.firstIndex(of: damaged.file) { files.faults[number] = damaged.reason }
      }
      input = CorpusInput(
        patches: files, path: path, name: source.name, structure: source.structure, category: source.category,
        options: place.options)
    } else {
      var request = SourceRequest(path)
      request.options = place.options
      input = CorpusInput(volume: try openVolume(path, options: place.options), request) { _ in nil }
    }
    return try InPlaceStatistics(input, path: statistics, settings: settings)
  }

  private func requireUnchangedStores(_ referred: [CorpusSource], threads: Int) throws {
    let stores = referred.filter { $0.contents == nil && $0.place == nil }
    try parallelForEach(count: stores.count, threads: threads) { number in
      let source = stores[number]
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
