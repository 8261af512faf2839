import CHDF5
import Files
import Foundation

/// libhdf5, used by one thread at a time: even its thread-safe build serialises all calls.
///
/// All library calls are made inside `exclusively`; reading and decoding chunks does not need it.
enum HDF5Library {
  /// Recursive, because the last handle of a file may be released while the library is in use.
  private static let lock: NSRecursiveLock = {
    sheaf_hdf5_prepare()
    return NSRecursiveLock()
  }()

  static func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    sheaf_hdf5_keep_errors()
    return try body()
  }

  /// The library's error message for the call that has just failed.
  static var lastMessage: String { text(sheaf_hdf5_last_message()) }

  static func text(_ message: sheaf_hdf5_message) -> String {
    withUnsafeBytes(of: message.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// Owns one library identifier: a file, group, dataset, type, dataspace or property list.
final class HDF5Handle: Sendable {
  let id: hid_t

  /// Nil when `id` is not a valid identifier, because the call that returned it failed.
  init?(_ id: hid_t) {
    if id < 0 { return nil }
    self.id = id
  }

  deinit {
    _ = HDF5Library.exclusively { H5Idec_ref(id) }
  }
}
