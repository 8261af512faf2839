import Files
import Foundation
import Launching
import Scratch
import Testing

/// What every command has in common: help, exit codes, one voice for all ranks, the same bytes for any number of them.
@Suite(.serialized) struct CommandLineTests {
  private func sheaf(_ ranks: Int = 0, _ arguments: String...) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
  }

  private func occurrences(of text: String, in output: String) -> Int {
    output.components(separatedBy: text).count - 1
  }

  /// The subcommands as the program's own help lists them.
  private func subcommands() throws -> [String] {
    let help = try sheaf(0, "--help").output
    let section = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").dropFirst().first)
    return section.components(separatedBy: "\n\n")[0].split(separator: "\n").compactMap { line in
      line.hasPrefix("  ") && !line.hasPrefix("   ") ? String(line.split(separator: " ")[0]) : nil
    }
  }

  @Test func everyCommandHasHelpWithAnExample() throws {
    let names = try subcommands()
    #expect(names.contains("phantom") && names.contains("tile"))
    for name in names {
      let help = try sheaf(0, name, "--help")
      #expect(help.code == 0 && help.errors.isEmpty, "\(name): \(help.errors)")
      #expect(help.output.hasPrefix("OVERVIEW: "), "\(name)")
      #expect(help.output.contains("Example") && help.output.contains("sheaf \(name)"), "\(name)")
    }
  }

  @Test(arguments: [0, 3]) func helpAndUsageErrorsAreToldOnce(ranks: Int) throws {
    let help = try sheaf(ranks, "--help")
    #expect(help.code == 0 && occurrences(of: "OVERVIEW", in: help.output) == 1)
    let version = try sheaf(ranks, "--version")
    #expect(version.code == 0 && occurrences(of: "\n", in: version.output) == 1)
    var mistakes = [["phantom", "x", "--threads", "0"]]
    if ranks == 0 { mistakes += [["--nonsense"], ["phantom"], ["phantom", "x", "--memory", "much"]] }
    for arguments in mistakes {
      let ending = try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
      #expect(ending.code == 64 && occurrences(of: "Error: ", in: ending.errors) == 1, "\(ending.errors)")
      #expect(ending.output.isEmpty)
    }
  }

  @Test(arguments: [0, 1, 3]) func aMissingInputIsToldOnce(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let ending = try sheaf(ranks, "tile", directory + "/missing", directory + "/out.zarr")
      #expect(ending.code == 66 && occurrences(of: "sheaf: ", in: ending.errors) == 1, "\(ending.errors)")
      #expect(!fileExists(directory + "/out.zarr"))
    }
  }

  @Test func anyNumberOfRanksWritesTheSameBytes() throws {
    try withTemporaryDirectory { directory in
      let expected = try phantom(directory, ranks: 0)
      #expect(expected.count > 10)
      for ranks in 1...3 {
        let found = try phantom(directory, ranks: ranks)
        #expect(found.keys.sorted() == expected.keys.sorted(), "\(ranks) ranks")
        for (name, bytes) in expected { #expect(found[name] == bytes, "\(name) with \(ranks) ranks") }
      }
    }
  }

  /// The files of a small phantom, by their path within it.
  private func phantom(_ directory: String, ranks: Int) throws -> [String: Data] {
    let path = directory + "/phantom-\(ranks)"
    let ending = try sheaf(
      ranks, "phantom", path, "--extent", "33,20,24", "--pairs", "1", "--pair-extent", "16", "--structures",
      "nuclei,vessels")
    #expect(ending.code == 0, "\(ending.errors)")
    var files: [String: Data] = [:]
    for case let name as String in try #require(FileManager.default.enumerator(atPath: path)) {
      let file = joinPath(path, name)
      if !isDirectory(file) { files[name] = try readWholeFile(file) }
    }
    return files
  }

  @Test(arguments: [0, 2]) func aPlanIsPrintedRefusedOrLeftAtThat(ranks: Int) throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/phantom"
      let dry = try sheaf(ranks, "phantom", path, "--dry-run")
      #expect(dry.code == 0 && dry.output.isEmpty && occurrences(of: "sheaf phantom: ", in: dry.errors) == 1)
      let starved = try sheaf(ranks, "phantom", path, "--memory", "1MiB")
      #expect(starved.code == 64 && occurrences(of: "give at least --memory", in: starved.errors) == 1)
      let late = try sheaf(ranks, "phantom", path, "--max-hours", "0")
      #expect(late.code == 75 || late.code == 0, "\(late.errors)")
      let left = try directoryEntries(directory)
      #expect(left == ["phantom"])
    }
  }

  @Test func anotherCommandsOutputIsRefused() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/phantom"
      let first = ["phantom", path, "--extent", "16", "--structures", "nuclei"]
      #expect(try Running([builtProgram("sheaf")] + first).wait().code == 0)
      let again = try Running([builtProgram("sheaf")] + first).wait()
      #expect(again.code == 0 && again.errors.contains("all of them done already"), "\(again.errors)")
      let other = try Running([builtProgram("sheaf")] + first + ["--seed", "2"]).wait()
      #expect(other.code == 73 && other.errors.contains("expected \"seed: 2\", found \"seed: 1\""), "\(other.errors)")
      let tiled = try sheaf(0, "tile", path + "/nuclei/planes", path)
      #expect(tiled.code == 73, "\(tiled.errors)")
      let replaced = try Running([builtProgram("sheaf")] + first + ["--seed", "2", "--overwrite"]).wait()
      #expect(replaced.code == 0, "\(replaced.errors)")
    }
  }

  @Test func aloneTheProgramKnowsVolumesAndSaysWhatItLacks() throws {
    try withTemporaryDirectory { directory in
      let alone = directory + "/sheaf"
      // By another process: a program that this one has open for writing could not be started while some thread of it
      // starts others, which inherit what is open for a moment.
      #expect(try Running(["cp", builtProgram("sheaf"), alone]).wait().code == 0)
      for name in ["phantom", "tile", "corpus", "export", "verify", "picture"] {
        let help = try Running([alone, name, "--help"]).wait()
        #expect(help.code == 0 && help.output.contains("sheaf \(name)"), "\(help.errors)")
      }
      for arguments in [["info", "x"], ["pretrain", "x"], ["--help"], []] {
        let ending = try Running([alone] + arguments).wait()
        #expect(ending.code == 66 && occurrences(of: "sheaf: ", in: ending.errors) == 1, "\(arguments)")
        #expect(ending.errors.contains("\(directory)/sheaf-networks: No such file"), "\(ending.errors)")
      }
    }
  }
}
