import Foundation

/// A bar of a round length.
package enum ScaleBar {
  /// The longest of 1, 2 or 5 times a power of ten that is no longer than `limit`.
  package static func length(atMost limit: Double) -> Double {
    guard limit.isFinite, limit > 0 else { return 1 }
    let power = pow(10, floor(log10(limit)))
    return [5, 2, 1].first { $0 * power <= limit * 1.0001 }.map { $0 * power } ?? power
  }

  /// `50 µm`, `2 mm`, `100 voxels`.
  package static func text(_ length: Double, unit: String) -> String {
    func plain(_ value: Double) -> String { value == value.rounded() ? String(Int(value)) : "\(value)" }
    if unit == "µm", length >= 1000 { return "\(plain(length / 1000)) mm" }
    return "\(plain(length)) \(unit == "voxels" && length == 1 ? "voxel" : unit)"
  }
}
