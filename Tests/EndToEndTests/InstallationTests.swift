import Architectures
import Files
import Foundation
import Launching
import Networks
import Scratch
import TestTraits
import Testing

extension Trait where Self == Requirement {
  /// The test mounts something that only its own processes see, and runs programs as another user.
  fileprivate static var needsMountNamespaces: Self {
    Requirement(canBeInstalled: false) {
      let ending = try? Running(["unshare", "--mount", "setpriv", "--reuid", "65534", "true"]).wait()
      return ending?.code == 0 ? nil : .init(reason: "unshare --mount and setpriv are not permitted here")
    }
  }
}

/// What `make install` puts somewhere runs for another user, with a libtorch that is found when it starts.
@Suite(.serialized) struct InstallationTests {
  private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private func install(_ prefix: String) throws {
    let build = parentDirectory(of: builtProgram("sheaf"))
    let ending = try Running(["\(repository)/scripts/install.sh", build, prefix]).wait()
    #expect(ending.code == 0, "\(ending.errors)")
  }

  private func saveModel(_ directory: String) throws {
    let architecture = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    try createDirectory(directory)
    try Model.save(
      ResidualEncoderUNet(architecture, seed: 11),
      ModelDescription(task: .segmentation, architecture: architecture, crop: [32, 32, 32]), inDirectory: directory)
  }

  /// A directory whose libraries are links to those of the libtorch that the tests run with.
  private func linkLibtorch(_ directory: String) throws {
    let found = try Running(["\(repository)/scripts/find-libtorch.sh"]).wait().output
    let libtorch = found.trimmingCharacters(in: .whitespacesAndNewlines)
    try createDirectory("\(directory)/lib")
    for name in try directoryEntries("\(libtorch)/lib") {
      try FileManager.default.createSymbolicLink(
        atPath: "\(directory)/lib/\(name)", withDestinationPath: "\(libtorch)/lib/\(name)")
    }
    if fileExists("\(libtorch)/version.py") {
      try FileManager.default.copyItem(atPath: "\(libtorch)/version.py", toPath: "\(directory)/version.py")
    }
  }

  @Test func anInstalledCopyRunsWithTheLibtorchThatIsNamed() throws {
    try withTemporaryDirectory { directory in
      try install("\(directory)/prefix")
      try saveModel("\(directory)/model")
      try linkLibtorch("\(directory)/libtorch")
      let environment = [
        "HOME": "\(directory)/home", "XDG_CACHE_HOME": "", "LIBTORCH": "\(directory)/libtorch",
        "LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": "\(directory)/loaded",
      ]
      let ending = try Running(
        ["\(directory)/prefix/bin/sheaf", "export-weights", "\(directory)/model", "\(directory)/weights.safetensors"],
        environment: environment
      ).wait(timeLimit: 120)
      #expect(ending.code == 0, "\(ending.errors)")
      #expect(
        try readWholeFile("\(directory)/weights.safetensors") == readWholeFile("\(directory)/model/model.safetensors"))
      // The dynamic linker writes a file a process.
      let loaded = try directoryEntries(directory).filter { $0.hasPrefix("loaded.") }.map {
        String(decoding: try readWholeFile("\(directory)/\($0)"), as: UTF8.self)
      }
      #expect(loaded.contains { $0.contains("calling init: \(directory)/libtorch/lib/libtorch_cpu.so") })
    }
  }

  /// Another user runs it where the toolchain that built it cannot be seen.
  @Test(.needsMountNamespaces) func anInstalledCopyNeedsNoToolchain() throws {
    try withTemporaryDirectory { directory in
      try install("\(directory)/prefix")
      try saveModel("\(directory)/model")
      try linkLibtorch("\(directory)/libtorch")
      let libraries = try Running(["ldd", builtProgram("sheaf")]).wait().output.split(separator: "\n")
      let core = try #require(libraries.first { $0.contains("libswiftCore.so => ") }?.split(separator: " ")[2])
      let toolchain = parentDirectory(of: String(core))
      for name in try directoryEntries("\(directory)/prefix/lib/sheaf") {
        #expect(fileExists("\(toolchain)/\(name)"), "\(name) is no runtime library")
      }
      let script = """
        set -e
        mount -t tmpfs none "$1"
        test ! -e "$1/libswiftCore.so"
        chmod a+rx "$2"; mkdir -m 777 "$2/output"; cd "$2/output"; export HOME="$2/output"
        as_another() { setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"; }
        as_another ../prefix/bin/sheaf --version
        as_another ../prefix/bin/sheaf phantom organ --extent 16,24,24 --structures nuclei
        as_another ../prefix/bin/sheaf tile organ/nuclei/planes organ.zarr --structure nuclei
        as_another ../prefix/bin/sheaf info organ.zarr
        ../prefix/bin/sheaf export-weights ../model weights.safetensors
        """
      let ending = try Running(
        ["unshare", "--mount", "sh", "-c", script, "sh", toolchain, directory],
        environment: ["LIBTORCH": "\(directory)/libtorch"]
      ).wait(timeLimit: 120)
      #expect(ending.code == 0, "\(ending.errors)")
      #expect(ending.output.hasPrefix("sheaf ") && ending.output.contains("kind: store"), "\(ending.output)")
      #expect(fileExists("\(directory)/output/weights.safetensors"))
    }
  }

  @Test func anotherVersionIsRefusedInOneSentence() throws {
    try withTemporaryDirectory { directory in
      try createDirectory("\(directory)/old/lib")
      try writeText("", "\(directory)/old/lib/libtorch_cpu.so")
      try writeText("__version__ = '1.13.1+cpu'\n", "\(directory)/old/version.py")
      let ending = try Running(
        [builtProgram("sheaf"), "export-weights", "\(directory)/model", "\(directory)/weights.safetensors"],
        environment: ["LIBTORCH": "\(directory)/old"]
      ).wait()
      #expect(ending.code == 66 && ending.output.isEmpty)
      #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
      #expect(ending.errors.hasPrefix("sheaf: Sheaf was built for libtorch "), "\(ending.errors)")
      #expect(ending.errors.contains("but LIBTORCH=\(directory)/old is version 1.13.1+cpu"), "\(ending.errors)")
    }
  }

  @Test func uninstallRemovesWhatInstallPutThere() throws {
    try withTemporaryDirectory { directory in
      try install("\(directory)/usr")
      try writeText("", "\(directory)/usr/bin/other")
      let completions = [
        "share/bash-completion/completions/sheaf", "share/zsh/site-functions/_sheaf",
        "share/fish/vendor_completions.d/sheaf.fish",
      ]
      for completion in completions {
        let text = String(decoding: try readWholeFile("\(directory)/usr/\(completion)"), as: UTF8.self)
        #expect(text.contains("export-weights"), "\(completion)")
      }
      let ending = try Running(
        ["make", "--silent", "-C", repository, "uninstall", "DESTDIR=\(directory)", "PREFIX=/usr"]
      ).wait()
      #expect(ending.code == 0, "\(ending.errors)")
      let left = try #require(FileManager.default.enumerator(atPath: "\(directory)/usr")).compactMap { $0 as? String }
      #expect(left.filter { !isDirectory("\(directory)/usr/\($0)") } == ["bin/other"], "\(left)")
    }
  }

  private func writeText(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }
}
