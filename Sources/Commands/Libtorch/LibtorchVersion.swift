import Foundation

/// The version of the libtorch in a directory, for example "2.13.0+cpu", read from the files that its distributions
/// have: `version.py` of the Python package, `build-version` of the zip archive, or the headers. Nil when it has none.
package func libtorchVersion(of directory: String) -> String? {
  func text(_ name: String) -> String? { try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8) }
  if let line = text("version.py")?.split(separator: "\n").first(where: { $0.hasPrefix("__version__") }) {
    return line.split(whereSeparator: { $0 == "'" || $0 == "\"" }).dropFirst().first.map(String.init)
  }
  if let version = text("build-version") { return version.trimmingCharacters(in: .whitespacesAndNewlines) }
  for header in ["include/torch/headeronly/version.h", "include/torch/version.h"] {
    guard let lines = text(header)?.split(separator: "\n") else { continue }
    let numbers = ["MAJOR", "MINOR", "PATCH"].compactMap { part in
      lines.first { $0.hasPrefix("#define TORCH_VERSION_\(part) ") }?.split(separator: " ").last
    }
    if numbers.count == 3 { return numbers.joined(separator: ".") }
  }
  return nil
}

/// "2.13" of "2.13.0+cpu".
func majorMinor(_ version: String) -> String {
  version.split(separator: "+")[0].split(separator: ".").prefix(2).joined(separator: ".")
}
