import Files
import Foundation
import Launching
import Scratch
import Testing
import Torch

/// What a user may give by mistake: each ends with one sentence and the right exit code, and leaves nothing half-written
/// under a final name.
@Suite(.serialized) struct BadInputTests {
  private func sheaf(_ arguments: [String]) throws -> Ending {
    try Running([builtProgram("sheaf")] + arguments).wait()
  }

  /// Runs `sheaf`, expecting it to end with `code` and one sentence that contains `words`.
  private func expectFailure(
    _ code: Int32, _ words: String..., arguments: [String], location: SourceLocation = #_sourceLocation
  ) throws {
    let ending = try sheaf(arguments)
    #expect(ending.code == code, "\(ending.errors)", sourceLocation: location)
    let sentences = ending.errors.split(separator: "\n").filter { $0.hasPrefix("sheaf: ") || $0.hasPrefix("Error: ") }
    #expect(sentences.count == 1, "\(ending.errors)", sourceLocation: location)
    for word in words { #expect(sentences.joined().contains(word), "\(ending.errors)", sourceLocation: location) }
    #expect(ending.output.isEmpty, sourceLocation: location)
  }

  /// Eight planes of 24 × 40 voxels of 16 bits, `plane_00.tif` to `plane_07.tif`.
  private func writePlanes(_ directory: String) throws -> String {
    let ending = try sheaf(["phantom", directory + "/organ", "--extent", "8,24,40", "--structures", "nuclei"])
    try #require(ending.code == 0, "\(ending.errors)")
    return directory + "/organ/nuclei/planes"
  }

  private func planes(_ directory: String) throws -> [String] {
    try directoryEntries(directory).filter { $0.hasSuffix(".tif") }.sorted()
  }

  @Test func inputsThatAreNoVolume() throws {
    try withTemporaryDirectory { directory in
      let out = directory + "/out.zarr"
      let empty = directory + "/empty"
      try createDirectory(empty)
      try expectFailure(66, directory + "/missing", arguments: ["tile", directory + "/missing", out])
      try expectFailure(66, empty, arguments: ["tile", empty, out])
      #expect(try directoryEntries(directory) == ["empty"])
    }
  }

  @Test func planesThatDoNotBelongTogether() throws {
    try withTemporaryDirectory { directory in
      let series = try writePlanes(directory)
      let names = try planes(series)
      try #require(names.count == 8)
      let victim = joinPath(series, names[5])
      let good = try readWholeFile(victim)
      let out = directory + "/out.zarr"

      let other = directory + "/other"
      for (arguments, found) in [(["--extent", "8,24,32"], "32"), (["--extent", "8,24,40"], "8-bit")] {
        let ending = try sheaf(["phantom", other, "--structures", "nuclei", "--overwrite"] + arguments)
        try #require(ending.code == 0, "\(ending.errors)")
        // Labels of the same extent have another type.
        let source = found == "32" ? other + "/nuclei/planes" : other + "/nuclei/labels"
        let replacement = joinPath(source, try planes(source)[5])
        try Data(readWholeFile(replacement)).write(to: URL(fileURLWithPath: victim))
        try expectFailure(65, names[5], arguments: ["tile", series, out])
      }
      try good.prefix(good.count / 2).write(to: URL(fileURLWithPath: victim))
      try expectFailure(65, names[5], arguments: ["tile", series, out])
      try Data("These are notes, no plane.".utf8).write(to: URL(fileURLWithPath: victim))
      try expectFailure(65, names[5], "expected a TIFF", arguments: ["tile", series, out])
      #expect(!fileExists(out))
      try good.write(to: URL(fileURLWithPath: victim))
      #expect(try sheaf(["tile", series, out]).code == 0)
    }
  }

  @Test func outputOfAnotherCommandOrProgram() throws {
    try withTemporaryDirectory { directory in
      let series = try writePlanes(directory)
      let foreign = directory + "/photographs"
      try createDirectory(foreign)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: foreign + "/cat.jpg"))
      try expectFailure(73, foreign, arguments: ["tile", series, foreign])
      // What Sheaf has not written it does not remove either.
      try expectFailure(73, foreign, arguments: ["tile", series, foreign, "--overwrite"])
      #expect(try directoryEntries(foreign) == ["cat.jpg"])
      let organ = directory + "/organ"
      let before = try directoryEntries(organ).sorted()
      try expectFailure(73, organ, arguments: ["tile", series, organ])
      #expect(try directoryEntries(organ).sorted() == before)
    }
  }

  /// A limit on the size of files stands for a disk that fills up: the write fails in the middle of a shard.
  @Test func aDiskThatIsFull() throws {
    try withTemporaryDirectory { directory in
      let series = try writePlanes(directory)
      let out = directory + "/out.zarr"
      let tile = [builtProgram("sheaf"), "tile", series, out, "--chunk", "8", "--threads", "1"]
      let command = "trap '' XFSZ; ulimit -f 4; exec " + tile.map { "'\($0)'" }.joined(separator: " ")
      let ending = try Running(["bash", "-c", command]).wait()
      #expect(ending.code == 74, "\(ending.errors)")
      #expect(ending.errors.contains("sheaf: "), "\(ending.errors)")
      #expect(!fileExists(out + "/0/c/0/0/0"))
      let carriedOn = try Running(tile).wait()
      #expect(carriedOn.code == 0, "\(carriedOn.errors)")
      #expect(fileExists(out + "/0/c/0/0/0"))
      #expect(try sheaf(["verify", out]).code == 0)
      // Results that cannot be written are no success.
      let full = try Running(["bash", "-c", "exec '\(builtProgram("sheaf"))' info '\(out)' > /dev/full"]).wait()
      #expect(full.code == 74, "\(full.errors)")
    }
  }

  @Test func invalidSettings() throws {
    try withTemporaryDirectory { directory in
      let series = try writePlanes(directory)
      try expectFailure(
        64, "give at least --memory", arguments: ["tile", series, directory + "/out.zarr", "--memory", "64KiB"])
      let pairs = directory + "/pairs"
      for setting in ["learning-rate=nan", "learning-rate=-1", "learning-rate=inf", "no-such-setting=1"] {
        try expectFailure(
          64, String(setting.prefix { $0 != "=" }),
          arguments: ["finetune", pairs, "-o", directory + "/run", "--from-scratch", "--set", setting])
      }
      #expect(try directoryEntries(directory) == ["organ"])
    }
  }

  @Test(.disabled(if: Device.cuda.isAvailable, "this machine has a GPU"))
  func ranksWithoutAGPU() throws {
    try withTemporaryDirectory { directory in
      let arguments = ["pretrain", directory + "/corpus", "-o", directory + "/run", "--device", "cuda"]
      try expectFailure(64, "rank 0 on ", "GPU", "--device cpu", arguments: arguments)
      let ending = try Running(launch(ranks: 2, builtProgram("sheaf"), arguments)).wait()
      #expect(ending.code == 64, "\(ending.errors)")
      #expect(ending.errors.components(separatedBy: "rank 0 on ").count == 2, "\(ending.errors)")
      #expect(try directoryEntries(directory).isEmpty)
    }
  }
}
