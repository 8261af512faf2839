import Files
import IntensityStatistics
import Jobs
import VolumeFormats
import Zarr

extension ResolvedSettings {
  /// Adds a finished store as an input, recognised by the digests of its shards: added attributes and touched files do
  /// not count. Stores of versions before digests are recognised by their statistics.
  ///
  /// - Parameter legacyName: what earlier versions called the input, of whose statistics they took the fingerprint.
  /// - Throws: `Fault.noInput` when it is missing, `Fault.badData` when its record of digests is damaged.
  package mutating func add(input name: String, store path: String, legacyName: String? = nil) throws {
    let statistics = StoreStatistics.path(inStore: path)
    try add(
      input: name, path: path, files: [ShardDigests.path(ofStore: path), statistics], legacyPaths: [statistics],
      legacyName: legacyName
    ) { try storeIdentity(path) }
  }

  /// Adds a volume that is read as a whole, such as an annotated one: a finished store is recognised by the digests of
  /// its shards, anything else by every byte of the files it consists of.
  ///
  /// - Throws: as opening and reading the volume.
  package mutating func add(input name: String, volume path: String, options: VolumeOptions = VolumeOptions()) throws {
    if try Store.voxelIdentity(of: path) != nil {
      try add(input: name, path: path, files: [ShardDigests.path(ofStore: path)], legacyPaths: [path]) {
        try storeIdentity(path)
      }
    } else {
      try add(input: name, path: path, files: openVolume(path, options: options).files)
    }
  }
}

/// What a finished store's voxels are recognised by, as text.
///
/// - Throws: `Fault.noInput` when a store of a version before digests lacks its statistics.
package func storeIdentity(_ path: String) throws -> String {
  try Store.voxelIdentity(of: path) ?? legacyFingerprint(of: StoreStatistics.path(inStore: path))
}
