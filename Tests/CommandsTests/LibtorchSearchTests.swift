import Commands
import Files
import Foundation
import Scratch
import Testing

/// Where libtorch is looked for, in made-up file trees.
@Suite struct LibtorchSearchTests {
  private let scratch: ScratchDirectory
  private let home: String

  init() throws {
    scratch = try ScratchDirectory()
    home = scratch.file("home")
  }

  /// A directory that passes for the libtorch of a version, told as the Python package tells it.
  @discardableResult private func makeLibtorch(_ directory: String, _ version: String) throws -> String {
    try write("", to: "\(directory)/lib/libtorch_cpu.so")
    try write(
      "from typing import Optional\n\n__version__ = '\(version)'\ndebug = False\n", to: "\(directory)/version.py")
    return directory
  }

  private func write(_ text: String, to path: String) throws {
    try createDirectory(parentDirectory(of: path))
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  private func makeExecutable(_ path: String, _ text: String = "") throws {
    try write(text, to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  private func search(_ environment: [String: String], built: String? = nil) -> LibtorchSearch {
    LibtorchSearch(
      environment: ["HOME": home].merging(environment) { _, new in new },
      build: Build(commit: "", libtorchVersion: "2.13.0", libtorchDirectory: built ?? scratch.file("gone")),
      workingDirectory: scratch.path)
  }

  private func found(_ environment: [String: String], built: String? = nil) throws -> String {
    try search(environment, built: built).directory()
  }

  private func refusal(_ environment: [String: String]) -> String {
    do {
      return "found \(try found(environment))"
    } catch let fault as Fault {
      return fault.kind == .noInput ? fault.message : "\(fault.kind)"
    } catch {
      return "\(error)"
    }
  }

  @Test func theOrderIsVariablePythonCacheBuild() throws {
    let built = try makeLibtorch(scratch.file("built"), "2.13.0+cpu")
    #expect(try found([:], built: built) == built)
    let cached = try makeLibtorch("\(home)/.cache/sheaf/libtorch-2.13.0/torch", "2.13.0+cpu")
    #expect(try found([:], built: built) == cached)
    let inPython = try makeLibtorch("\(scratch.path)/venv/lib/python3.12/site-packages/torch", "2.13.1+cu130")
    try makeExecutable("\(scratch.path)/venv/bin/python3")
    try write("include-system-site-packages = false\n", to: "\(scratch.path)/venv/pyvenv.cfg")
    #expect(try found(["PATH": "/nowhere:\(scratch.path)/venv/bin"], built: built) == inPython)
    #expect(try found(["VIRTUAL_ENV": "\(scratch.path)/venv"], built: built) == inPython)
    let named = try makeLibtorch(scratch.file("named"), "2.13.2")
    #expect(try found(["LIBTORCH": named, "VIRTUAL_ENV": "\(scratch.path)/venv"], built: built) == named)
  }

  @Test func theCacheFollowsItsVariableAndPrefersTheExactVersion() throws {
    let near = try makeLibtorch("\(scratch.path)/cache/sheaf/libtorch-2.13.7/torch", "2.13.7")
    try makeLibtorch("\(scratch.path)/cache/sheaf/libtorch-2.12.0/torch", "2.12.0")
    #expect(try found(["XDG_CACHE_HOME": scratch.file("cache")]) == near)
    let exact = try makeLibtorch("\(scratch.path)/cache/sheaf/libtorch-2.13.0/torch", "2.13.0")
    #expect(try found(["XDG_CACHE_HOME": scratch.file("cache")]) == exact)
  }

  @Test func anotherVersionThatIsNamedIsRefused() throws {
    let named = try makeLibtorch(scratch.file("named"), "2.5.1+cu121")
    try makeLibtorch("\(home)/.cache/sheaf/libtorch-2.13.0/torch", "2.13.0")
    let refusal = refusal(["LIBTORCH": named])
    #expect(refusal.contains("built for libtorch 2.13.0, but LIBTORCH=\(named) is version 2.5.1+cu121"), "\(refusal)")
    let empty = self.refusal(["LIBTORCH": scratch.path])
    #expect(empty.contains("LIBTORCH=\(scratch.path) does not contain lib/libtorch_cpu.so"), "\(empty)")
  }

  @Test func anotherVersionInPythonIsPassedOver() throws {
    let packages = scratch.file("packages")
    try makeLibtorch("\(packages)/torch", "2.5.1")
    let nothing = refusal(["PYTHONPATH": packages])
    for place in [
      "LIBTORCH is not set", "the active Python has version 2.5.1 (\(packages)/torch)", "\(home)/.cache/sheaf",
    ] {
      #expect(nothing.contains(place), "\(nothing)")
    }
    let cached = try makeLibtorch("\(home)/.cache/sheaf/libtorch-2.13.0/torch", "2.13.0")
    #expect(try found(["PYTHONPATH": packages]) == cached)
  }

  @Test func theVersionIsReadFromEverySource() throws {
    let directory = scratch.file("libtorch")
    #expect(libtorchVersion(of: directory) == nil)
    try write(
      "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 9\n#define TORCH_VERSION_PATCH 1\n",
      to: "\(directory)/include/torch/version.h")
    #expect(libtorchVersion(of: directory) == "2.9.1")
    try write("2.10.0+cpu\n", to: "\(directory)/build-version")
    #expect(libtorchVersion(of: directory) == "2.10.0+cpu")
    try makeLibtorch(directory, "2.11.0+cu130")
    #expect(libtorchVersion(of: directory) == "2.11.0+cu130")
  }

  @Test func packagesOfAnInstalledPythonAreFoundThroughItsLinks() throws {
    let prefix = scratch.file("prefix")
    try makeExecutable("\(prefix)/bin/python3.11")
    try createDirectory(scratch.file("bin"))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("bin/python3"), withDestinationPath: "\(prefix)/bin/python3.11")
    let python = ActivePython(
      environment: ["PATH": scratch.file("bin"), "HOME": home], workingDirectory: scratch.path)
    #expect(python.interpreter == scratch.file("bin/python3"))
    let directories = python.packageDirectories
    #expect(directories.first == "\(home)/.local/lib/python3.11/site-packages")
    #expect(directories.contains { $0.hasSuffix("/prefix/lib/python3.11/site-packages") }, "\(directories)")
  }

  @Test func aVirtualEnvironmentMayIncludeTheSystemsPackages() throws {
    let prefix = scratch.file("prefix")
    try makeExecutable("\(prefix)/bin/python3.11")
    try createDirectory(scratch.file("venv/bin"))
    try createDirectory(scratch.file("venv/lib/python3.11/site-packages"))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("venv/bin/python3"), withDestinationPath: "\(prefix)/bin/python3.11")
    let python = ActivePython(environment: ["VIRTUAL_ENV": scratch.file("venv")], workingDirectory: scratch.path)
    let own = scratch.file("venv/lib/python3.11/site-packages")
    try write("include-system-site-packages = false\n", to: scratch.file("venv/pyvenv.cfg"))
    #expect(python.packageDirectories == [own])
    try write("home = /usr/bin\ninclude-system-site-packages = true\n", to: scratch.file("venv/pyvenv.cfg"))
    #expect(python.packageDirectories.first == own && python.packageDirectories.count > 1)
  }

  @Test func pyenvChoosesByVariableFileAndDefault() throws {
    let root = scratch.file("pyenv")
    try makeExecutable("\(root)/shims/python3", "#!/bin/false\n")
    for version in ["3.10.1", "3.11.7", "3.12.3"] { try makeExecutable("\(root)/versions/\(version)/bin/python3") }
    try write("3.11.7\n", to: "\(root)/version")
    func interpreter(_ environment: [String: String] = [:]) -> String? {
      let everything = ["PATH": "\(root)/shims"].merging(environment) { _, new in new }
      return ActivePython(environment: everything, workingDirectory: scratch.file("project/inner")).interpreter
    }
    #expect(interpreter() == "\(root)/versions/3.11.7/bin/python3")
    try write("3.10.1\n", to: scratch.file("project/.python-version"))
    #expect(interpreter() == "\(root)/versions/3.10.1/bin/python3")
    #expect(interpreter(["PYENV_VERSION": "3.12.3"]) == "\(root)/versions/3.12.3/bin/python3")
    #expect(interpreter(["PYENV_VERSION": "system"]) == nil)
  }

  @Test func theNetworksProgramIsInstalledOrBesideOrMissed() throws {
    let sheaf = URL(fileURLWithPath: scratch.file("bin/sheaf"))
    #expect(throws: Fault.self) { try networksProgram(of: sheaf) }
    try makeExecutable(scratch.file("bin/sheaf-networks"))
    #expect(try networksProgram(of: sheaf).hasSuffix("/bin/sheaf-networks"))
    try makeExecutable(scratch.file("libexec/sheaf/sheaf-networks"))
    #expect(try networksProgram(of: sheaf).hasSuffix("/libexec/sheaf/sheaf-networks"))
  }
}
