/// The meaning of a shard that has no file.
package enum MissingShards: Sendable {
  /// The fill value, as in the Zarr specification: arrays written by other programs, and arrays this job is writing.
  case areEmpty
  /// An error unless recorded as empty: arrays of finished stores (a missing shard does not mean zeros).
  case areLost(except: EmptyShards)
  /// An error: the store was written by Sheaf but never finished.
  case areUnfinished
}
