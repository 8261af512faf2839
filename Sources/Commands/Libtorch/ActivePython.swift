import Foundation

/// The Python that `python3` would start, found by paths alone: starting it takes from 30 ms to most of a second (pyenv).
/// A `python3` that is a script, other than pyenv's, is not followed.
package struct ActivePython {
  private let environment: [String: String]
  private let workingDirectory: String

  package init(environment: [String: String], workingDirectory: String) {
    self.environment = environment
    self.workingDirectory = workingDirectory
  }

  /// Path of the interpreter, with its symbolic links; that of the active virtual environment, or the first in PATH.
  package var interpreter: String? {
    if let active = environment["VIRTUAL_ENV"], isExecutable("\(active)/bin/python3") { return "\(active)/bin/python3" }
    for directory in (environment["PATH"] ?? "").split(separator: ":") where isExecutable("\(directory)/python3") {
      return directory.hasSuffix("/shims") ? pyenvInterpreter(String(directory)) : "\(directory)/python3"
    }
    return nil
  }

  /// The directories it takes packages from, in its own order: PYTHONPATH, the environment, the user's, the system's.
  package var packageDirectories: [String] {
    let named = (environment["PYTHONPATH"] ?? "").split(separator: ":").map(String.init)
    guard let interpreter else { return named }
    let prefix = parent(parent(interpreter))
    guard let settings = try? String(contentsOfFile: "\(prefix)/pyvenv.cfg", encoding: .utf8) else {
      return named + installedPackages(of: interpreter)
    }
    let isolated = settings.split(separator: "\n").allSatisfy { line in
      let words = line.lowercased().split(whereSeparator: { $0 == " " || $0 == "=" })
      return words != ["include-system-site-packages", "true"]
    }
    let own = versionDirectories(in: prefix).map { "\($0)/site-packages" }
    return named + own + (isolated ? [] : installedPackages(of: interpreter))
  }

  /// Of an interpreter outside of any virtual environment.
  private func installedPackages(of interpreter: String) -> [String] {
    let resolved = URL(fileURLWithPath: interpreter).resolvingSymlinksInPath().path
    let prefix = parent(parent(resolved))
    let name = (resolved as NSString).lastPathComponent
    let versions =
      name.hasPrefix("python3.")
      ? [name] : versionDirectories(in: prefix).map { ($0 as NSString).lastPathComponent }
    var directories: [String] = []
    for version in versions {
      let user = environment["PYTHONUSERBASE"] ?? environment["HOME"].map { "\($0)/.local" }
      if let user, environment["PYTHONNOUSERSITE"] == nil { directories.append("\(user)/lib/\(version)/site-packages") }
      // Debian's own packages are in dist-packages, and those that an administrator adds are under /usr/local.
      if prefix == "/usr" { directories.append("/usr/local/lib/\(version)/dist-packages") }
      directories += ["lib", "lib64"].map { "\(prefix)/\($0)/\(version)/site-packages" }
    }
    return directories + ["\(prefix)/lib/python3/dist-packages"]
  }

  /// `lib/python3.11` and the like.
  private func versionDirectories(in prefix: String) -> [String] {
    ["lib", "lib64"].flatMap { library in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(prefix)/\(library)")) ?? []).sorted()
        .filter { $0.hasPrefix("python3.") }.map { "\(prefix)/\(library)/\($0)" }
    }
  }

  /// pyenv's shims choose a version by PYENV_VERSION, a `.python-version` file here or above, or pyenv's own default.
  private func pyenvInterpreter(_ shims: String) -> String? {
    let root = environment["PYENV_ROOT"] ?? parent(shims)
    var files: [String] = []
    var directory = workingDirectory
    while directory != "/" && !directory.isEmpty {
      files.append("\(directory)/.python-version")
      directory = parent(directory)
    }
    files.append("\(root)/version")
    let choice =
      environment["PYENV_VERSION"].flatMap { $0.isEmpty ? nil : $0 }
      ?? files.lazy.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.first
    guard let version = choice?.split(whereSeparator: { $0.isWhitespace || $0 == ":" }).first else { return nil }
    let path = "\(root)/versions/\(version)/bin/python3"
    return isExecutable(path) ? path : nil
  }

  private func isExecutable(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }
  private func parent(_ path: String) -> String { (path as NSString).deletingLastPathComponent }
}
