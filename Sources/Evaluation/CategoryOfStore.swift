import Zarr

/// The category that a store of Sheaf's says its structure is of; nil for anything else.
package func categoryOfStore(_ path: String) -> String? {
  guard Store.isStore(path) else { return nil }
  // `openVolume` reports what is wrong with a store.
  return (try? Store.open(path))?.sheafAttributes["category"]?.asString
}
