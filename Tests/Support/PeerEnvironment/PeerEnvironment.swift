import Foundation
import Synchronization

/// A Python with the field's own readers and writers (zarr-python, tensorstore, ome-zarr-py, nibabel …), against which
/// Sheaf's files are checked.
///
/// It is the first of: `SHEAF_PEERS_PYTHON`; `<cache>/sheaf/peers/bin/python`; a new virtual environment made there
/// by pip. `<cache>` is `XDG_CACHE_HOME`, else `~/.cache`. One process makes the environment at a time.
package struct PeerEnvironment: Sendable {
  /// The Python interpreter.
  package let python: String

  private static let packages = [
    "zarr>=3.1", "tensorstore", "ome-zarr", "ome-zarr-models", "numpy", "tifffile", "nibabel", "SimpleITK",
    "safetensors", "imagecodecs", "imageio", "pynrrd", "h5py>=3.10", "hdf5plugin>=4.3", "tensorboard",
    "aiohttp", "zarrs",
  ]
  /// What `import torch` needs besides itself.
  private static let packagesOfTorch = [
    "filelock", "typing_extensions", "sympy", "networkx", "jinja2", "fsspec", "setuptools",
  ]
  /// nnU-Net's networks and the loading of their weights need nothing of all that nnU-Net would bring along.
  private static let packagesAlone = [
    "dynamic-network-architectures==0.4.4", "nnunetv2==2.8.1", "batchgenerators==0.25.5",
  ]
  private static let found = Mutex<Result<PeerEnvironment, PeerFailure>?>(nil)

  /// The environment, made where there is none yet. A test that asks for it has the trait `.needsPeers`.
  ///
  /// - Throws: `PeerFailure` when there is none and it cannot be made (no network), or lacks a package.
  package static func required() throws -> PeerEnvironment {
    try found.withLock { found in
      if let found { return found }
      let result = Result { () throws(PeerFailure) in try search() }
      found = result
      return result
    }.get()
  }

  private static func search() throws(PeerFailure) -> PeerEnvironment {
    let environment = ProcessInfo.processInfo.environment
    if let python = environment["SHEAF_PEERS_PYTHON"] { return try usable(python) }
    let cache = environment["XDG_CACHE_HOME"] ?? "\(NSHomeDirectory())/.cache"
    let root = "\(cache)/sheaf/peers"
    let python = "\(root)/bin/python"
    try? FileManager.default.createDirectory(atPath: "\(cache)/sheaf", withIntermediateDirectories: true)
    let lock = open("\(cache)/sheaf/peers.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if lock >= 0 { flock(lock, LOCK_EX) }
    defer { if lock >= 0 { close(lock) } }
    if let ready = try? usable(python) { return ready }
    print("creating a Python environment with the peer packages in \(root) (once)")
    if !FileManager.default.fileExists(atPath: python) {
      _ = try runProcess("/usr/bin/env", ["python3", "-m", "venv", root])
    }
    try install(packages + packagesOfTorch, with: python)
    try provideTorch(for: python, environment["LIBTORCH"] ?? "\(cache)/sheaf/libtorch-2.13.0/torch")
    try install(["--no-deps"] + packagesAlone, with: python)
    return try usable(python)
  }

  private static func install(_ packages: [String], with python: String) throws(PeerFailure) {
    _ = try runProcess(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + packages)
  }

  /// The libtorch that Sheaf is built with is a Python package too, where pip has put it; otherwise pip fetches one.
  private static func provideTorch(for python: String, _ libtorch: String) throws(PeerFailure) {
    if (try? runProcess(python, ["-c", "import torch"])) != nil { return }
    let directory = URL(fileURLWithPath: libtorch).deletingLastPathComponent().path
    if (try? runProcess(python, ["-c", "import sys; sys.path.insert(0, sys.argv[1]); import torch", directory])) != nil
    {
      let packages = try runProcess(python, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')"])
      do {
        try Data("\(directory)\n".utf8).write(to: URL(fileURLWithPath: "\(packages)/torch-of-sheaf.pth"))
      } catch {
        throw PeerFailure(description: "cannot add libtorch's Python package to \(packages): \(error)")
      }
    } else if (try? install(["torch==2.13.0+cpu"], with: python)) == nil {
      try install(["torch==2.13.0"], with: python)
    }
  }

  private static func usable(_ python: String) throws(PeerFailure) -> PeerEnvironment {
    _ = try runProcess(
      python,
      [
        "-c",
        "import zarr, tensorstore, ome_zarr, ome_zarr_models, numpy, tifffile, nibabel, SimpleITK, safetensors, "
          + "imagecodecs, imageio, nrrd, h5py, hdf5plugin, aiohttp, importlib.util as u\n"
          // Importing these takes seconds.
          + "assert all(u.find_spec(p) for p in ['torch', 'dynamic_network_architectures', 'nnunetv2', 'tensorboard'])",
      ])
    return PeerEnvironment(python: python)
  }

  /// Runs a Python program given as text and returns what it wrote to standard output.
  ///
  /// - Throws: `PeerFailure` with its standard error when it ends with anything but 0.
  package func run(_ program: String, arguments: [String] = []) throws -> String {
    // From a file, for TorchScript reads the source of what it compiles; Python before 3.13 keeps none of `-c`.
    let directory = URL(fileURLWithPath: "\(NSTemporaryDirectory())/sheaf-peer-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let file = directory.appendingPathComponent("program.py")
    try Data(program.utf8).write(to: file)
    return try run(file: file.path, arguments: arguments)
  }

  /// Runs a Python program in a file, which may import what lies beside it.
  ///
  /// - Throws: `PeerFailure` with its standard error when it ends with anything but 0.
  package func run(file: String, arguments: [String]) throws -> String {
    // Without compiled files beside the sources.
    try runProcess(python, ["-B", file] + arguments)
  }
}

/// A program of a peer could not be started or failed.
package struct PeerFailure: Error, CustomStringConvertible {
  package let description: String
}

private func runProcess(_ executable: String, _ arguments: [String]) throws(PeerFailure) -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: executable)
  process.arguments = arguments
  let output = Pipe()
  let errorPath = NSTemporaryDirectory() + "/sheaf-peer-\(UUID().uuidString).stderr"
  defer { try? FileManager.default.removeItem(atPath: errorPath) }
  do {
    try Data().write(to: URL(fileURLWithPath: errorPath))
    process.standardOutput = output
    process.standardError = FileHandle(forWritingAtPath: errorPath)
    process.standardInput = FileHandle.nullDevice
    try process.run()
  } catch {
    throw PeerFailure(description: "cannot start \(executable): \(error)")
  }
  let written = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationReason == .exit, process.terminationStatus == 0 else {
    let errors = (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? ""
    throw PeerFailure(description: "\(executable) exited with \(process.terminationStatus): \(errors.suffix(4000))")
  }
  return String(decoding: written, as: UTF8.self)
}
