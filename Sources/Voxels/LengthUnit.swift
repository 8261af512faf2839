import Foundation

/// Units of length as the programs of the field spell them: the one parser for every file format.
package enum LengthUnit {
  /// Micrometres per unit, or nil when `text` is not a unit of length that is known here: pixels, nothing, or a
  /// misspelling. Nothing is guessed.
  ///
  /// Understands symbols (`µm` with either micro sign, `um`, `nm`, `Å`, `㎛` …), names in American and British spelling,
  /// in singular and plural (`micron`, `micrometres`, `thou`, `inches`), in any case where that is unambiguous; escapes
  /// that programs leave in (`\u00B5m`, `&#181;m`, UTF-8 read as Latin-1), and "per pixel" after the unit.
  package static func micrometres(in text: String) -> Double? {
    let plain = unescaped(text)
    // Compatibility composition makes one letter of the two micro signs, of the two letters Å, and of symbols such as ㎛.
    let symbol = withoutDivisor(
      plain.precomposedStringWithCompatibilityMapping.filter { !$0.isWhitespace && $0 != "\0" })
    // Case tells millimetres from megametres, so the spelling as it stands has precedence.
    return symbols[symbol] ?? symbols[symbol.lowercased()] ?? names[singular(symbol.lowercased())]
  }

  /// By symbol, in compatibility composition: `μ` is the Greek letter and `Å` the letter with a ring.
  private static let symbols: [String: Double] = [
    "pm": 1e-6, "Å": 1e-4, "å": 1e-4, "nm": 1e-3, "μm": 1, "um": 1, "μ": 1, "mm": 1e3, "cm": 1e4, "dm": 1e5, "m": 1e6,
    "km": 1e9, "Mm": 1e12, "Pm": 1e21, "in": 25_400, "\"": 25_400, "ft": 304_800, "yd": 914_400, "mil": 25.4,
    "thou": 25.4,
  ]

  private static let names: [String: Double] = [
    "angstrom": 1e-4, "ångström": 1e-4, "ångstrom": 1e-4, "micron": 1, "inch": 25_400, "inche": 25_400, "foot": 304_800,
    "feet": 304_800, "yard": 914_400, "mil": 25.4, "thou": 25.4,
    "picometer": 1e-6, "nanometer": 1e-3, "micrometer": 1, "millimeter": 1e3, "centimeter": 1e4, "decimeter": 1e5,
    "meter": 1e6, "kilometer": 1e9,
  ]

  private static func singular(_ name: String) -> String {
    let bare = name.filter { $0 != "-" && $0 != "_" }
    let one = bare.hasSuffix("s") ? String(bare.dropLast()) : bare
    return one.hasSuffix("metre") ? one.dropLast(5) + "meter" : one
  }

  private static func withoutDivisor(_ text: String) -> String {
    let lower = text.lowercased()
    for suffix in ["/pixel", "/px", "/voxel", "perpixel", "pervoxel"] where lower.hasSuffix(suffix) {
      return String(text.dropLast(suffix.count))
    }
    return text
  }

  /// Escapes of ImageJ, Java and XML, and the bytes of a UTF-8 micro sign or Å that were read as Latin-1.
  private static func unescaped(_ text: String) -> String {
    var text = text
    for (escape, letter) in [
      ("\\u00B5", "µ"), ("\\u00b5", "µ"), ("\\u03BC", "µ"), ("\\u03bc", "µ"), ("\\u00C5", "Å"), ("\\u00c5", "Å"),
      ("&#181;", "µ"), ("&#956;", "µ"), ("&#xB5;", "µ"), ("&#xb5;", "µ"), ("&micro;", "µ"), ("&mu;", "µ"),
      ("&#197;", "Å"), ("\u{C2}\u{B5}", "µ"), ("\u{CE}\u{BC}", "µ"), ("\u{C3}\u{85}", "Å"),
    ] {
      text = text.replacingOccurrences(of: escape, with: letter)
    }
    return text
  }
}
