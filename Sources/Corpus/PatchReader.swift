import Files
import Foundation
import VolumeFormats
import Voxels
import Zarr

/// Reads voxels of the taken patches of a corpus, from its own copies when it is packed, else from stores, volumes and
/// files of patches where they lie. Safe for use from many threads.
///
/// What was decoded is kept, as much as `cacheInBytes` holds: whole patches of files that can be decoded only from front to
/// back, of which those used last stay; chunks of everything else, of which the first stay. Crops are drawn at random, so
/// that no chunk is more likely to come again than another, and nothing is gained by exchanging them.
package final class PatchReader: Sendable {
  private let corpus: PatchCorpus
  private let places: [Place?]
  private let cache: PatchCache
  private let chunks: DecodedChunks
  /// Memory for decoded patches and chunks.
  package let cacheInBytes: Int

  /// Holds four patches of 300³ in 16 bits for each of two threads.
  package static let usualCacheInBytes = 512 << 20

  /// Where the taken patches of a source are.
  private enum Place: Sendable {
    case store(ZarrArray)
    /// With where each taken patch begins, by its index in the table.
    case copies(ZarrArray, origins: [Int: Coordinate])
    case volume(any VolumeSource)
    case files(directory: String, VolumeOptions)
  }

  /// - Parameter fromCopies: false for the sources even where the corpus is packed.
  /// - Throws: `Fault.noInput` when a source with taken patches is missing, `Fault.badData` when it is unfinished or not
  ///   the one the corpus was made of.
  package init(
    _ corpus: PatchCorpus, fromCopies: Bool = true, cacheInBytes: Int = PatchReader.usualCacheInBytes
  ) throws {
    self.corpus = corpus
    var (patchBytes, chunkBytes) = (0, 0)
    for source in corpus.manifest.sources {
      let bytes = source.takenCount * source.patchExtent.count * source.voxelType.byteCount
      if source.place != nil, !(fromCopies && source.packedPath != nil) {
        patchBytes += bytes
      } else {
        chunkBytes += bytes
      }
    }
    let limit = min(cacheInBytes, patchBytes)
    cache = PatchCache(limitInBytes: limit)
    // Chunks reach beyond their patches.
    let rest = min(cacheInBytes - limit, chunkBytes * 2)
    chunks = DecodedChunks(limitInBytes: rest)
    self.cacheInBytes = limit + rest
    places = try corpus.manifest.sources.enumerated().map { number, source in
      if source.takenCount == 0 { return nil }
      if fromCopies, let packedPath = source.packedPath {
        return try Self.copies(packedPath, of: source, corpus, patches: corpus.takenPatches[number])
      }
      let path = corpus.storePath(source)
      guard let place = source.place else { return .store(try Self.store(path, source, corpus)) }
      guard fileExists(path) else {
        throw Fault.noInput(
          "cannot read \(path), from which \(corpus.path) was made: there is no such file or directory")
      }
      if place.patches != nil { return .files(directory: path, place.options) }
      let volume = try openVolume(path, options: place.options)
      try Self.compare(path, source, volume.description.voxelType, volume.description.extent)
      return .volume(volume)
    }
  }

  private static func store(_ path: String, _ source: CorpusSource, _ corpus: PatchCorpus) throws -> ZarrArray {
    let store = try Store.open(path)
    guard !store.isOurs || store.isFinished else {
      throw Fault.badData("\(path) is not finished; run its `sheaf tile` command again to resume")
    }
    try compare(path, source, store.voxelType, store.extent)
    if let contents = source.contents, try Store.voxelIdentity(of: path) != contents {
      throw Fault.badData(
        "\(path) was made again from other data, or in another way, since the corpus \(corpus.path) was selected from "
          + "it; create the corpus again with `sheaf corpus`, which reads no voxels, or restore the store")
    }
    return store.levels[0]
  }

  private static func compare(_ path: String, _ source: CorpusSource, _ type: VoxelType, _ extent: Extent) throws {
    guard extent == source.extent, type == source.voxelType else {
      throw Fault.badData(
        "\(path) is not the \(source.place == nil ? "store" : "volume") the corpus was made of: expected "
          + "\(source.voxelType) \(source.extent), found \(type) \(extent); create the corpus again")
    }
  }

  private static func copies(
    _ packedPath: String, of source: CorpusSource, _ corpus: PatchCorpus, patches: [Int]
  ) throws -> Place {
    let path = CorpusPaths.resolve(packedPath, in: corpus.path)
    let array = try Store.open(path).levels[0]
    let layout = PackedLayout(source)
    guard array.extent == layout.extent, array.voxelType == source.voxelType else {
      throw Fault.badData(
        "\(path) does not belong to the corpus: expected \(source.voxelType) \(layout.extent), found "
          + "\(array.voxelType) \(array.extent); create the corpus again")
    }
    let origins = patches.enumerated().map { ($1, layout.origin(ofPatch: $0)) }
    return .copies(array, origins: Dictionary(uniqueKeysWithValues: origins))
  }

  /// Reads `region` of the volume, a box of the taken patch at index `patch` of the table, into `buffer` at `position`.
  ///
  /// - Throws: `Fault.badData` naming the file and chunk that is damaged.
  package func read(_ region: Region, ofPatch patch: Int, into buffer: VoxelBuffer, at position: Coordinate) throws {
    let record = corpus.patches[patch]
    precondition(record.isTaken && record.region.contains(region), "\(region) is not in taken patch \(patch)")
    switch places[record.source]! {
    case .store(let array): try array.read(region, into: buffer, at: position, keeping: chunks)
    case .copies(let array, let origins):
      var stored = region
      stored.origin = stored.origin - record.region.origin + origins[patch]!
      try array.read(stored, into: buffer, at: position, keeping: chunks)
    case .volume(let volume):
      guard volume.readingGeometry.isSequential, region != record.region else {
        return try volume.read(region, into: buffer, at: position)
      }
      let whole = try decoded(patch) { try volume.read(record.region) }
      buffer.copy(region.relative(to: record.region.origin), of: whole, to: position)
    case .files(let directory, let options):
      let path = joinPath(directory, record.file ?? "")
      let inside = region.relative(to: record.region.origin)
      if let whole = cache.voxels(ofPatch: patch) { return buffer.copy(inside, of: whole, to: position) }
      let file = try open(path, options, record)
      guard file.readingGeometry.isSequential, region != record.region else {
        return try read(inside, of: file, record, into: buffer, at: position)
      }
      let whole = try decoded(patch) {
        let whole = VoxelBuffer(undefined: buffer.type, record.region.extent)
        try read(Region(whole.extent), of: file, record, into: whole, at: .zero)
        return whole
      }
      buffer.copy(inside, of: whole, to: position)
    }
  }

  /// A whole patch, from the cache where it is there.
  private func decoded(_ patch: Int, read: () throws -> VoxelBuffer) throws -> VoxelBuffer {
    if let voxels = cache.voxels(ofPatch: patch) { return voxels }
    let voxels = try read()
    cache.keep(voxels, ofPatch: patch)
    return voxels
  }

  /// The file of a patch.
  private func open(_ path: String, _ options: VolumeOptions, _ record: Patch) throws -> any VolumeSource {
    let file = try openVolume(path, options: options)
    let stored = storedType(record)
    guard file.description.extent == record.region.extent, file.description.voxelType == stored else {
      throw Fault.badData(
        "\(path) is not the patch the corpus was made of: expected \(stored.rawValue) \(record.region.extent), found "
          + "\(file.description.voxelType.rawValue) \(file.description.extent); create the corpus again")
    }
    return file
  }

  private func storedType(_ record: Patch) -> VoxelType {
    let source = corpus.manifest.sources[record.source]
    return source.place?.patches?.storedType ?? source.voxelType
  }

  /// A patch in a file of its own, converted to the type of the source where the file holds the same numbers in a wider
  /// one.
  private func read(
    _ region: Region, of file: any VolumeSource, _ record: Patch, into buffer: VoxelBuffer, at position: Coordinate
  ) throws {
    let source = corpus.manifest.sources[record.source]
    if storedType(record) == source.voxelType { return try file.read(region, into: buffer, at: position) }
    guard let voxels = try file.read(region).asWholeNumbers() else {
      throw Fault.badData(
        "\(file.description.path) has changed: it held whole numbers when the corpus was made; create the corpus again")
    }
    buffer.copy(Region(voxels.extent), of: voxels, to: position)
  }

  /// A whole taken patch.
  package func read(patch: Int) throws -> VoxelBuffer {
    let record = corpus.patches[patch]
    let buffer = VoxelBuffer(undefined: corpus.manifest.sources[record.source].voxelType, record.region.extent)
    try read(record.region, ofPatch: patch, into: buffer, at: .zero)
    return buffer
  }
}

extension SourcePlace {
  /// As the source is opened.
  var options: VolumeOptions {
    VolumeOptions(channel: channel, timePoint: timePoint, dataset: dataset, planes: planes)
  }
}
