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

  private func sheaf(_ arguments: [String]) throws -> Ending {
    try Running([builtProgram("sheaf")] + arguments).wait(timeLimit: 120)
  }

  private func succeed(_ arguments: String...) throws {
    let ending = try sheaf(arguments)
    #expect(ending.code == 0, "\(ending.errors)")
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

  @Test(arguments: [0, 3]) func helpAndUsageErrorsArePrintedOnce(ranks: Int) throws {
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

  @Test(arguments: [
    (
      ["tile", "a", "b", "--voxel-size", "4 2 2"],
      "three edges in micrometres, z first, separated by commas, such as 4,1.8,1.8"
    ),
    (["tile", "a", "b", "--voxel-size", "4x2x2"], "separated by commas"),
    (["tile", "a", "b", "--chunk", "64 64 64"], "three whole numbers of at least 1"),
    (["tile", "a", "b", "--channel", "red"], "a whole number"), (["tile", "a", "b", "--memory", "much"], "512MiB"),
  ]) func aValueThatCannotBeReadIsToldItsForm(arguments: [String], form: String) throws {
    let ending = try sheaf(arguments)
    #expect(
      ending.code == 64 && ending.errors.contains("expected ") && ending.errors.contains(form), "\(ending.errors)")
    #expect(ending.errors.contains("Usage: sheaf tile"))
  }

  @Test(arguments: [0, 1, 3]) func aMissingInputIsReportedOnce(ranks: Int) throws {
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

  @Test func overwriteStartsAgainAlsoForAnIdenticalCommand() throws {
    try withTemporaryDirectory { directory in
      let organ = directory + "/organ"
      try succeed("phantom", "-o", organ, "--extent", "16,40,40", "--structures", "nuclei")
      let store = directory + "/organ.zarr"
      let tile = ["tile", organ + "/nuclei/planes", "-o", store, "--chunk", "8", "--shard", "8"]
      #expect(try sheaf(tile).code == 0)
      let sound = try readWholeFile(store + "/0/c/0/0/0")
      try publish("damaged", to: store + "/0/c/0/0/0")
      #expect(try sheaf(tile).errors.contains("all of them done already"))
      #expect(try readWholeFile(store + "/0/c/0/0/0") == Data("damaged".utf8))
      let repeated = try sheaf(tile + ["--overwrite"])
      #expect(repeated.code == 0 && !repeated.errors.contains("done already"), "\(repeated.errors)")
      #expect(try readWholeFile(store + "/0/c/0/0/0") == sound)
    }
  }

  @Test func noCommandWritesOverItsInput() throws {
    try withTemporaryDirectory { directory in
      let (organ, store) = (directory + "/organ", directory + "/organ.zarr")
      try succeed("phantom", organ, "--extent", "8,24,24", "--structures", "nuclei")
      try succeed("tile", organ + "/nuclei/planes", store)
      for (arguments, words) in [
        (["tile", store, store], "is the input"), (["tile", organ + "/nuclei/planes", organ], "contains the input"),
        (["corpus", store, "-o", directory], "contains the input"),
        (
          [
            "infer", store, directory + "/../" + (directory as NSString).lastPathComponent + "/organ.zarr", "--model",
            "m",
          ], "is the input"
        ),
      ] {
        let ending = try sheaf(arguments + ["--overwrite"])
        #expect(ending.code == 73 && ending.errors.contains(words), "\(arguments): \(ending.errors)")
      }
      #expect(try sheaf(["verify", store]).code == 0)
    }
  }

  @Test func theOutputIsNamedOnce() throws {
    try withTemporaryDirectory { directory in
      let (organ, other) = (directory + "/organ", directory + "/other")
      let small = ["--extent", "8", "--structures", "nuclei"]
      let none = try sheaf(["phantom"] + small)
      #expect(none.code == 64 && none.errors.contains("No output is given. Add --output PATH"), "\(none.errors)")
      let both = try sheaf(["phantom", other, "-o", organ] + small)
      #expect(both.code == 64 && both.errors.contains("Two outputs are given: --output \(organ), and \(other)"))
      #expect(try directoryEntries(directory) == [])
      #expect(try sheaf(["phantom", "--output", organ] + small).code == 0)
      #expect(try sheaf(["phantom", other] + small).code == 0)
      #expect(try directoryEntries(organ).sorted() == directoryEntries(other).sorted())
    }
  }

  @Test func mistypedCommandsAndOptionsSuggestTheRightOnes() throws {
    for (typed, question) in [
      (["infor"], "Did you mean 'info' or 'infer'?"), (["tlie"], "Did you mean 'tile'?"),
      (["help", "pretain"], "Did you mean 'pretrain'?"), (["eval"], "Did you mean 'evaluate'?"),
      (["tile", "a", "b", "--treads", "2"], "Did you mean '--threads'?"),
    ] {
      let ending = try sheaf(typed)
      #expect(ending.code == 64 && ending.errors.contains(question), "\(ending.errors)")
    }
    let ending = try sheaf(["frobnicate"])
    #expect(ending.code == 64 && ending.errors.contains("Unknown command 'frobnicate'."), "\(ending.errors)")
    #expect(!ending.errors.contains("Did you mean"))
  }

  @Test func earlierSpellingsWorkAndWarn() throws {
    try withTemporaryDirectory { directory in
      let organ = directory + "/organ"
      try succeed("phantom", organ, "--extent", "16,24,24", "--structures", "nuclei")
      let tile = ["tile", organ + "/nuclei/labels", directory + "/labels.zarr", "--voxel-size", "4,2,2"]
      let labels = try sheaf(tile + ["--labels", "--quiet"])
      let warning = "--labels of sheaf tile is deprecated; write --content labels"
      #expect(labels.code == 0 && labels.errors == "warning: \(warning)\n")
      #expect(try sheaf(tile + ["--content", "labels"]).errors.contains("all of them done already"))
      try succeed("tile", organ + "/nuclei/planes", directory + "/organ.zarr")
      let corpus = try sheaf(["corpus", directory + "/organ.zarr", "-o", directory + "/corpus", "--patch=16"])
      #expect(corpus.code == 0 && corpus.errors.contains("write --patch-size"), "\(corpus.errors)")
    }
  }

  @Test func resultsAreJSONOfOneDialectAndQuietIsQuiet() throws {
    try withTemporaryDirectory { directory in
      let (organ, store) = (directory + "/organ", directory + "/organ.zarr")
      let planes = organ + "/nuclei/planes"
      for arguments in [
        ["phantom", organ, "--extent", "32,64,64", "--structures", "nuclei"],
        ["tile", planes, store, "--structure", "nuclei", "--voxel-size", "4,2,2"], ["info", store], ["verify", store],
        ["export", store, directory + "/organ.npy"], ["picture", store, directory + "/organ.png"],
        ["corpus", store, "-o", directory + "/corpus", "--patch-size", "16", "--contrast", "3"],
        ["evaluate", organ + "/nuclei/labels", organ + "/nuclei/labels"],
      ] {
        let ending = try sheaf(arguments + ["--json", "--quiet"])
        #expect(ending.code == 0 && ending.errors.isEmpty, "\(arguments): \(ending.errors)")
        let result = try #require(
          try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any], "\(arguments)")
        #expect(result["formatVersion"] as? Int == 1, "\(arguments)")
        for key in result.keys { #expect(key.allSatisfy { $0.isLetter || $0.isNumber }, "\(arguments): \(key)") }
      }
      let wrong = try sheaf(["info", directory + "/nothing", "--quiet"])
      #expect(wrong.code == 66 && occurrences(of: "sheaf: ", in: wrong.errors) == 1)
    }
  }

  /// A command of several passes prints one plan.
  @Test func thePlanIsThatOfTheWholeCommand() throws {
    try withTemporaryDirectory { directory in
      try succeed("phantom", directory + "/organ", "--extent", "40,72,88", "--structures", "nuclei")
      let tile = try sheaf([
        "tile", directory + "/organ/nuclei/planes", directory + "/organ.zarr", "--chunk", "8", "--shard", "8",
      ])
      #expect(tile.code == 0 && occurrences(of: "sheaf tile", in: tile.errors) == 1, "\(tile.errors)")
    }
  }

  @Test func aloneTheProgramKnowsEverythingButNetworks() throws {
    try withTemporaryDirectory { directory in
      let alone = directory + "/sheaf"
      // By another process: a program that this one has open for writing could not be started while some thread of it
      // starts others, which inherit what is open for a moment.
      #expect(try Running(["cp", builtProgram("sheaf"), alone]).wait().code == 0)
      for name in try subcommands() {
        for arguments in [[name, "--help"], ["help", name]] {
          let help = try Running([alone] + arguments).wait()
          #expect(help.code == 0 && help.output.contains("sheaf \(name)"), "\(help.errors)")
        }
      }
      for arguments in [["--help"], [], ["help"], ["--version"], ["evaluate", "--help"]] {
        #expect(try Running([alone] + arguments).wait().code == 0, "\(arguments)")
      }
      // Command lines are checked before the program for networks is looked for.
      for arguments in [["pretrain", "x"], ["infer", "a", "b"], ["finetune", "x", "-o", "y"]] {
        let ending = try Running([alone] + arguments).wait()
        #expect(ending.code == 64, "\(arguments): \(ending.errors)")
      }
      let weights = directory + "/model.safetensors"
      try publish(Data([2, 0, 0, 0, 0, 0, 0, 0]) + Data("{}".utf8), to: weights)
      for arguments in [["pretrain", "x", "-o", "y"], ["info", weights]] {
        let ending = try Running([alone] + arguments).wait()
        #expect(ending.code == 66 && occurrences(of: "sheaf: ", in: ending.errors) == 1, "\(arguments)")
        #expect(ending.errors.contains("\(directory)/sheaf-networks: No such file"), "\(ending.errors)")
      }
      #expect(try Running([alone, "info", "x"]).wait().errors.contains("cannot read x"))
    }
  }
}
