import Corpus
import Files
import VolumeFormats
import Voxels
import Zarr

/// Planes of patches, taken or not, from where the corpus was selected.
enum SourcePlanes {
  /// - Throws: `Fault` when the source is missing, or is not the one that the corpus was made of.
  static func read(_ region: Region, of patch: Patch, _ source: CorpusSource, _ corpus: PatchCorpus) throws
    -> VoxelBuffer
  {
    let path = corpus.storePath(source)
    guard let place = source.place else {
      let store = try Store.open(path)
      try require(store.extent == source.extent, path)
      return try store.levels[0].read(region)
    }
    let options = VolumeOptions(
      channel: place.channel, timePoint: place.timePoint, dataset: place.dataset, planes: place.planes)
    guard place.patches != nil else {
      let volume = try openVolume(path, options: options)
      try require(volume.description.extent == source.extent, path)
      return try volume.read(region)
    }
    let volume = try openVolume(joinPath(path, patch.file ?? ""), options: options)
    try require(volume.description.extent == patch.region.extent, path)
    return try volume.read(region.relative(to: patch.region.origin))
  }

  private static func require(_ isSame: Bool, _ path: String) throws {
    guard isSame else { throw Fault.badData("\(path) has another extent than when the corpus was made of it") }
  }
}
