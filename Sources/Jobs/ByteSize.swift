/// A number of bytes as people write it: `512MiB`, `1.5 GiB`, `4G`, `2000000`.
///
/// `KiB`, `MiB`, `GiB`, `TiB` and the bare letters `K`, `M`, `G`, `T` (as in SLURM's `--mem`) are powers of 1024; `kB`,
/// `MB`, `GB`, `TB` are powers of 1000. Case-insensitive.
package struct ByteSize: Sendable, Hashable, CustomStringConvertible {
  package let bytes: Int

  package init(bytes: Int) { self.bytes = bytes }

  /// nil if the text is not a size, or the size is not positive or too large for 64 bits.
  package init?(_ text: String) {
    let compact = text.filter { $0 != " " }.lowercased()
    let digits = compact.prefix { $0.isNumber && $0.isASCII || $0 == "." }
    guard let number = Double(digits), let factor = ByteSize.factors[String(compact.dropFirst(digits.count))] else {
      return nil
    }
    let product = (number * Double(factor)).rounded()
    guard product >= 1, product < 0x1p63 else { return nil }
    bytes = Int(product)
  }

  private static let factors: [String: Int] = [
    "": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
  ]

  /// Advice for a `--memory` that is too small, for the end of a message; rounded up to whole MiB.
  package var memoryAdvice: String { "give at least --memory \((bytes + (1 << 20) - 1) >> 20)MiB" }

  /// Three significant digits in binary units: `1.50 GiB`.
  package var description: String { text(.toNearestOrAwayFromZero) }

  /// As `description`, but rounded up: given to `--memory`, it is enough.
  package var enough: String { text(.up) }

  private func text(_ rule: FloatingPointRoundingRule) -> String {
    var value = Double(bytes)
    var unit = "bytes"
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] where value >= 1023.5 {
      value /= 1024
      unit = next
    }
    return unit == "bytes" ? "\(bytes) bytes" : "\(threeDigits(value, rule)) \(unit)"
  }
}

/// A positive number with three significant digits, without an exponent.
func threeDigits(_ value: Double, _ rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero) -> String {
  let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
  let scale = decimals == 2 ? 100.0 : decimals == 1 ? 10.0 : 1.0
  let scaled = Int((value * scale).rounded(rule))
  if decimals == 0 { return "\(scaled)" }
  let fraction = String(scaled % Int(scale))
  return "\(scaled / Int(scale)).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
}
