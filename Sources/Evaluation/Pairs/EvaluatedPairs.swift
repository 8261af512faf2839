import Files
import VolumeFormats
import Zarr

/// The predictions and references that an evaluation compares.
package enum EvaluatedPairs {
  /// Nil when the arguments name one prediction and one reference.
  ///
  /// - Parameters:
  ///   - prediction: a volume, a directory of volumes, or, without a reference, a YAML list of pairs.
  ///   - channel: as `PairDirectories.init`.
  /// - Throws: `Fault.usage` when one of them is a directory of volumes and the other is not; as `PairDirectories.pairs`
  ///   and `PairList.pairs`.
  package static func list(_ prediction: String, _ reference: String?, channel: Int?) throws -> PairListing? {
    guard let reference else {
      guard [".yaml", ".yml"].contains(where: { prediction.lowercased().hasSuffix($0) }) else {
        throw Fault.usage(
          "\(prediction) has no reference: expected two volumes, two directories of equally named volumes, or a list of pairs that ends in .yaml"
        )
      }
      return try checked(PairList(prediction, .evaluation).pairs(), prediction)
    }
    let folders = try [prediction, reference].map(isFolder)
    guard folders.contains(true) else { return nil }
    guard folders == [true, true] else {
      let (folder, other) = folders[0] ? (prediction, reference) : (reference, prediction)
      throw Fault.usage(
        "\(folder) is a directory of volumes, but \(other) is not: expected two volumes, or two directories of equally named volumes"
      )
    }
    return try checked(PairDirectories(prediction, reference, .evaluation, channel: channel).pairs(), prediction)
  }

  private static func checked(_ listing: PairListing, _ path: String) throws -> PairListing {
    guard !listing.pairs.isEmpty else { throw Fault.noInput("\(path) has no pairs; expected at least one") }
    return try listing.requiringDistinctVolumes(path, .evaluation)
  }

  /// Whether a directory holds volumes rather than the planes or the arrays of one: anything but files of single planes.
  private static func isFolder(_ path: String) throws -> Bool {
    guard isDirectory(path), !Store.isStore(path), try !ZarrArray.isArray(path), !N5Volume.matches(path),
      let first = try VolumeNames(path).volumes.first
    else { return false }
    let isPlane = [".tif", ".tiff"].contains { first.name.lowercased().hasSuffix($0) }
    guard isPlane, !isDirectory(joinPath(path, first.name)) else { return true }
    guard let volume = try? openVolume(joinPath(path, first.name)) else { return false }
    return volume.description.extent.z > 1
  }
}
