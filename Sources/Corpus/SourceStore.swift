import Files
import Foundation
import IntensityStatistics
import Jobs
import Voxels
import Zarr

/// A finished store as a source of a corpus.
struct SourceStore {
  let path: String
  let store: Store
  let name: String
  let structure: String
  let category: String
  let channel: Int
  /// Changes with the voxels: the statistics end with a checksum of all they say. Decides the order of the sources, which
  /// is that of earlier versions.
  let fingerprint: String
  /// What the voxels are recognised by; nil for stores of versions before digests.
  let contents: String?

  /// - Throws: `Fault.noInput` when there is no store, `Fault.badData` when it is not finished or its attributes cannot
  ///   be used.
  init(_ path: String) throws {
    self.path = path
    store = try Store.open(path)
    guard store.isOurs else {
      throw Fault.noInput("\(path) was not written by Sheaf and has no statistics; convert it with `sheaf tile` first")
    }
    guard store.isFinished else {
      throw Fault.badData("\(path) is not finished; run its `sheaf tile` command again to resume")
    }
    let attributes = store.sheafAttributes
    structure = attributes["structure"]?.asString ?? CorpusSource.unspecified
    category = attributes["category"]?.asString ?? CorpusSource.unspecified
    channel = attributes["channel"]?.asInteger ?? 0
    guard !structure.isEmpty, !structure.contains(where: \.isNewline) else {
      throw Fault.badData("\(path) names its structure \"\(structure)\": one line of text was expected")
    }
    let last = path.split(separator: "/").last { $0 != "." && $0 != ".." }.map(String.init) ?? "store"
    name = last.hasSuffix(".zarr") ? String(last.dropLast(5)) : last
    let statistics = StoreStatistics.path(inStore: path)
    guard fileExists(statistics) else {
      throw Fault.badData("\(path) has no statistics (\(statistics)); create it again with `sheaf tile`")
    }
    fingerprint = try legacyFingerprint(of: statistics)
    contents = try Store.voxelIdentity(of: path)
  }

  /// The stores of a corpus in the one order that does not depend on how they were listed.
  ///
  /// - Throws: as `init`; `Fault.usage` when a store is listed twice.
  static func open(_ paths: [String]) throws -> [SourceStore] {
    guard !paths.isEmpty else { throw Fault.usage("a corpus needs at least one store") }
    let stores = try paths.map { try SourceStore($0) }
    let sorted = stores.sorted {
      ($0.structure, $0.name, $0.fingerprint, $0.channel) < ($1.structure, $1.name, $1.fingerprint, $1.channel)
    }
    for (first, second) in zip(sorted, sorted.dropFirst()) where first.fingerprint == second.fingerprint {
      if first.channel == second.channel && first.name == second.name {
        throw Fault.usage(
          "\(first.path) and \(second.path) hold the same volume: give each store once")
      }
    }
    return sorted
  }

  /// Bytes of the statistics file.
  var statisticsByteCount: Int { (try? ReadableFile(StoreStatistics.path(inStore: path)).size) ?? 0 }

  /// Judges every patch; reads the statistics, and no voxel.
  func judge(_ options: CorpusOptions) throws -> JudgedSource {
    let statistics = try StoreStatistics.load(path)
    guard statistics.grid.volume == store.extent, statistics.grid.type == store.voxelType else {
      throw Fault.badData(
        "\(StoreStatistics.path(inStore: path)) belongs to another volume: expected \(store.voxelType) "
          + "\(store.extent), found \(statistics.grid.type) \(statistics.grid.volume); make the store again")
    }
    let lattice = options.patches(of: store.extent)
    let thresholds = options.thresholds(forStructure: structure)
    let signals = (0..<lattice.count).map { statistics.signal(of: lattice.region($0), thresholds: thresholds) }
    return JudgedSource(
      volume: volumeIdentity(of: statistics.grid), structure: structure, channel: channel, extent: store.extent,
      floor: statistics.floor, normalisation: statistics.normalisation, brightness: signals.map(\.brightness),
      tailContrast: signals.map(\.tailContrast))
  }
}
