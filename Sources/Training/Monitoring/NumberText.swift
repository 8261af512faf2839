import Foundation

/// Numbers in messages.
enum NumberText {
  /// `0.4 %`, `12.3 %`.
  static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// Four decimals.
  static func decimals(_ value: Double) -> String { String(format: "%.4f", value) }
}
