import Files
import Foundation

/// The files that hold the voxels a text header describes: a name, a list of names, or a pattern of `printf` with the
/// first and last number and the step (MetaImage, NRRD).
enum DataFileNames {
  /// More files than any volume has.
  private static let most = 1 << 20

  /// - Parameters:
  ///   - pattern: for example `slice%03d.raw`; one conversion of a whole number.
  ///   - numbers: first, last and step.
  /// - Throws: `Fault.badData` for another conversion or a step that leads nowhere.
  static func names(_ pattern: String, _ numbers: (first: Int, last: Int, step: Int), path: String) throws -> [String] {
    func damage(_ found: String) -> Fault {
      Fault.badData(
        "\(path) is damaged: expected a pattern of file names such as slice%03d.raw 1 100 1, found \(found)")
    }
    let parts = pattern.split(separator: "%", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw damage(pattern) }
    let conversion = parts[1]
    let flags = conversion.prefix { $0.isASCII && $0.isNumber }
    let rest = conversion.dropFirst(flags.count)
    guard let kind = rest.first, "diu".contains(kind), flags.count <= 2, flags.isEmpty || Int(flags) != nil else {
      throw damage(pattern)
    }
    let span = numbers.last &- numbers.first
    guard [numbers.first, numbers.last, numbers.step].allSatisfy({ abs(Double($0)) < 1e12 }), numbers.step != 0,
      span / numbers.step >= 0, span / numbers.step < most
    else {
      throw damage("\(pattern) from \(numbers.first) to \(numbers.last) by \(numbers.step)")
    }
    let width = Int(flags) ?? 0
    return (0...(span / numbers.step)).map { index in
      let number = numbers.first + index * numbers.step
      let digits = String(abs(number))
      let sign = number < 0 ? "-" : ""
      let lacking = max(0, width - digits.count - sign.count)
      let filled =
        flags.hasPrefix("0")
        ? sign + String(repeating: "0", count: lacking) + digits
        : String(repeating: " ", count: lacking) + sign + digits
      return parts[0] + filled + rest.dropFirst()
    }
  }

  /// The paths of names beside a header.
  static func paths(_ names: [String], beside path: String) -> [String] {
    names.map { $0.hasPrefix("/") ? $0 : joinPath(parentDirectory(of: path), $0) }
  }
}
