/// What a shard without a file means.
package enum MissingShards: Sendable {
  /// Fill value, as in the Zarr specification: arrays of other programs, and arrays this job is writing.
  case areEmpty
  /// An error unless recorded as empty: arrays of finished stores (missing is not zero).
  case areLost(except: EmptyShards)
  /// An error: the store is Sheaf's and was never finished.
  case areUnfinished
}
