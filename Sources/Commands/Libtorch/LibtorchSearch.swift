import Files
import Foundation

/// Finds the libtorch to run with, without starting Python and without loading a library:
///
/// 1. the directory that `LIBTORCH` names, which must then be of the version Sheaf was built for (major.minor, within
///    which libtorch keeps its binary interface);
/// 2. the `torch` package of the active Python, if it is of that version;
/// 3. `libtorch-VERSION/torch` in the user's cache, where `make deps` puts it;
/// 4. the directory Sheaf was built with, if it is still there.
///
/// Any of them may be built for CUDA.
package struct LibtorchSearch {
  package let environment: [String: String]
  package let build: Build
  package let python: ActivePython

  package init(
    environment: [String: String], build: Build, workingDirectory: String = FileManager.default.currentDirectoryPath
  ) {
    self.environment = environment
    self.build = build
    self.python = ActivePython(environment: environment, workingDirectory: workingDirectory)
  }

  /// The directory with `lib/libtorch_cpu.so`. Throws `noInput` when there is none, or when `LIBTORCH` names one of
  /// another version.
  package func directory() throws -> String {
    if let named = environment["LIBTORCH"], !named.isEmpty {
      guard holdsLibtorch(named) else {
        throw Fault.noInput(
          "LIBTORCH=\(named) does not contain lib/libtorch_cpu.so: set it to the directory of a libtorch\(wanted), or "
            + "unset it")
      }
      guard isSuitable(named) else {
        throw Fault.noInput(
          "Sheaf was built for libtorch \(build.libtorchVersion), but LIBTORCH=\(named) is version "
            + "\(libtorchVersion(of: named) ?? "unknown"): set LIBTORCH to a libtorch\(wanted), or rebuild Sheaf with "
            + "this one")
      }
      return named
    }
    let inPython = python.packageDirectories.map { "\($0)/torch" }.first(where: holdsLibtorch)
    let candidates = [inPython].compactMap { $0 } + cached + [build.libtorchDirectory]
    if let found = candidates.first(where: { holdsLibtorch($0) && isSuitable($0) }) { return found }
    let pythonState =
      inPython.map { "the active Python has version \(libtorchVersion(of: $0) ?? "unknown") (\($0))" }
      ?? "the active Python\(python.interpreter.map { " (\($0))" } ?? "") has no torch"
    throw Fault.noInput(
      "found no libtorch\(wanted): LIBTORCH is not set, \(pythonState), and there is none in \(cache). Set LIBTORCH, "
        + "activate a Python environment with torch\(wanted), or run `make deps`")
  }

  /// " 2.13", or nothing when any version will do.
  private var wanted: String { build.libtorchVersion.isEmpty ? "" : " \(majorMinor(build.libtorchVersion))" }

  private var cache: String {
    if let named = environment["XDG_CACHE_HOME"], !named.isEmpty { return "\(named)/sheaf" }
    return "\(environment["HOME"] ?? "")/.cache/sheaf"
  }

  /// The exact version first.
  private var cached: [String] {
    let exact = "libtorch-\(build.libtorchVersion)"
    let entries = ((try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []).sorted()
    let others = entries.filter { $0.hasPrefix("libtorch-") && $0 != exact }
    return ([exact] + others).map { "\(cache)/\($0)/torch" }
  }

  private func holdsLibtorch(_ directory: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(directory)/lib/libtorch_cpu.so")
  }

  /// A libtorch that does not tell its version is given the benefit of the doubt.
  private func isSuitable(_ directory: String) -> Bool {
    guard !build.libtorchVersion.isEmpty, let version = libtorchVersion(of: directory) else { return true }
    return majorMinor(version) == majorMinor(build.libtorchVersion)
  }
}
