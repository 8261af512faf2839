import Files
import Foundation
import Launching
import Scratch
import TestTraits
import Testing

/// No command destroys what it reads, or what it did not make.
@Suite(.serialized) struct OutputSafetyTests {
  @Test func noCommandWritesIntoItsInputs() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let inputs = try OutputFixture(in: directory, withNetwork: true)
      let (store, corpus, model) = (inputs.store, inputs.corpus, inputs.model)
      let files = FileManager.default
      try files.createSymbolicLink(atPath: directory + "/link.zarr", withDestinationPath: "s.zarr")
      try files.linkItem(atPath: inputs.file, toPath: directory + "/hard.nii.gz")
      let cases: [(arguments: [String], words: String)] = [
        (["tile", store + "/0", store], "contains the input"),
        (["tile", store, directory + "/link.zarr"], "is the input"),
        (["tile", directory + "/link.zarr", store + "/labels/x"], "lies in the input"),
        (["tile", inputs.planes, inputs.planes + "/../planes/"], "is the input"),
        (["tile", inputs.planes, directory + "/organ"], "contains the input"),
        (["export", store, store + "/x.npy"], "lies in the input"),
        (["export", inputs.file, directory + "/hard.nii.gz"], "is the input"),
        (["export", inputs.planes, inputs.planes + "/"], "is the input"),
        (["export", inputs.planes, inputs.planes + "/z00003.tif"], "the input"),
        (["export", inputs.planes, inputs.planes + "/volume.tif"], "lies in the input"),
        (["picture", store, "-o", store + "/x.png"], "lies in the input"),
        (["picture", store, "-o", inputs.file, "--overlay", inputs.file], "is the input"),
        (
          ["picture", store, "-o", directory + "/p.zarr/p.png", "--probability", inputs.probabilities],
          "lies in the input"
        ),
        (["corpus", store, "-o", store + "/corpus"], "lies in the input"),
        (["corpus", store, "-o", directory + "/new", "--export-nifti", store + "/patches"], "lies in the input"),
        (
          ["corpus", store, "-o", directory + "/new", "--export-nifti", directory + "/new/patches"], "lie in each other"
        ),
        (["pretrain", corpus, "-o", corpus + "/run"] + OutputFixture.training, "lies in the input"),
        (["pretrain", corpus, "-o", store] + OutputFixture.training, "is the input"),
        (
          ["finetune", inputs.pairs, "-o", directory + "/organ", "--from-scratch"] + OutputFixture.training, "contains"
        ),
        (
          ["finetune", inputs.pairs, "-o", model, "--from", model + "/model.safetensors"] + OutputFixture.training,
          "contains the input"
        ),
        (["infer", store, "-o", store + "/0/x", "--model", model], "lies in the input"),
        (["infer", store, "-o", model, "--model", model + "/model.safetensors"], "contains the input"),
        (
          ["infer", store, "-o", directory + "/new", "--model", model, "--objects", store + "/o.csv"],
          "lies in the input"
        ),
        (
          ["infer", store, "-o", directory + "/new", "--model", model, "--objects", directory + "/new/o.csv"],
          "lie in each other"
        ),
        (["label", inputs.probabilities, "-o", inputs.probabilities + "/x"], "lies in the input"),
        (["label", inputs.probabilities, "-o", store], "is the input"),
        (["label", inputs.probabilities, "--labels", "x", "--objects", store + "/o.csv"], "lies in the input"),
        (["export-weights", model, model + "/model.safetensors"], "the input"),
        (["verify", store, "--repair-from", store + "/0"], "contains the input"),
      ]
      for (arguments, words) in cases {
        let overwrites = arguments[0] == "verify" ? [] : ["--overwrite"]
        try inputs.expectRefusal("the ", words, arguments: arguments + overwrites)
      }
      // A list names its volumes: none of them is an output.
      let list = directory + "/pairs.yaml"
      try publish("- {image: s.zarr, label: organ/nuclei/labels}\n", to: list)
      try inputs.expectRefusal(
        "is the input", arguments: ["finetune", list, "-o", store, "--from-scratch"] + OutputFixture.training)
    }
  }

  @Test func theWorkingDirectoryIsNoOutput() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let inputs = try OutputFixture(in: directory)
      try createDirectory(directory + "/a/here")
      for output in [".", "..", "../..", directory, "/", "../here/", "''"] {
        for command in ["tile \(inputs.planes)", "phantom", "picture \(inputs.store)", "corpus \(inputs.store)"] {
          let line = "cd \(directory)/a/here && exec \(builtProgram("sheaf")) \(command) -o \(output) --overwrite"
          let ending = try Running(["bash", "-c", line]).wait()
          #expect(ending.code == (output == "''" ? 64 : 73), "\(line): \(ending.code) \(ending.errors)")
        }
      }
      #expect(try directoryEntries(directory) == ["a", "corpus", "organ", "s.zarr", "v.nii.gz"])
    }
  }

  /// A store can be reached by another mount, where neither its path nor a link tells.
  @Test(.needsMounts) func mountsAreSeenThrough() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let inputs = try OutputFixture(in: directory)
      try createDirectory(directory + "/mounted")
      for (bound, input, output) in [
        ("s.zarr", "s.zarr", "mounted/x"), ("s.zarr", "mounted", "s.zarr"), ("s.zarr/0", "s.zarr", "mounted/x"),
        ("organ/nuclei", "organ/nuclei/planes", "mounted/planes"),
      ] {
        let line =
          "mount --bind \(directory)/\(bound) \(directory)/mounted && "
          + "exec \(builtProgram("sheaf")) tile \(directory)/\(input) \(directory)/\(output) --overwrite"
        let ending = try Running(["unshare", "-m", "bash", "-c", line]).wait()
        #expect(ending.code == 73 && ending.errors.contains("the input"), "\(line): \(ending.code) \(ending.errors)")
      }
      #expect(try inputs.sheaf(["verify", inputs.store]).code == 0)
    }
  }

  @Test func filesAreReplacedOnlyOnRequest() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let inputs = try OutputFixture(in: directory, withNetwork: true)
      let infer =
        ["infer", inputs.store, "-o", directory + "/q.zarr", "--model", inputs.model] + OutputFixture.inference
      for (name, command) in [
        ("picture.png", ["picture", inputs.store, "-o"]), ("volume.nii.gz", ["export", inputs.store, "-o"]),
        ("volume.tif", ["export", inputs.store, "-o"]), ("volume.mha", ["export", inputs.store, "-o"]),
        ("volume.npy", ["export", inputs.store, "-o"]), ("weights.pth", ["export-weights", inputs.model, "-o"]),
        ("weights.safetensors", ["export-weights", inputs.model, "-o"]), ("objects.csv", infer + ["--objects"]),
        ("labels.csv", ["label", inputs.probabilities, "--labels", "again", "--objects"]),
      ] {
        let path = joinPath(directory, name)
        // What others have written stays in any case.
        try publish("my notes, which nobody else has", to: path)
        try inputs.expectRefusal(name, "--overwrite", arguments: command + [path])
        try inputs.expectRefusal(name, arguments: command + [path, "--overwrite"])
        #expect(unlink(path) == 0)
        if command[0] != "export" {
          // An export goes into an empty directory as planes.
          try createDirectory(path)
          try inputs.expectRefusal(name, arguments: command + [path, "--overwrite"])
          #expect(rmdir(path) == 0)
        }
        try inputs.succeed(command + [path])
        let first = try readWholeFile(path)
        if name.hasSuffix(".csv") {
          // The same command finds its own table, and resumes.
          try inputs.succeed(command + [path])
        } else {
          try inputs.expectRefusal(name, "--overwrite", arguments: command + [path])
        }
        try inputs.succeed(command + [path, "--overwrite"])
        #expect(try readWholeFile(path) == first, "\(name)")
      }
    }
  }

  /// Whatever a command writes it may replace, and nothing else.
  @Test func everyKindOfOutputIsReplacedButForFilesOfOthers() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let inputs = try OutputFixture(in: directory, withNetwork: true)
      let out = directory + "/out"
      let commands: [(arguments: [String], deep: String)] = [
        (["tile", inputs.planes, "-o", out] + OutputFixture.tiling, "0/c"),
        (["export", inputs.store, "-o", out + "/"], "."),
        (["corpus", inputs.store, "-o", out, "--patch-size", "8", "--contrast", "3", "--packed"], "patches"),
        (["corpus", inputs.store, "-o", directory + "/other", "--export-nifti", out], "isolated_structures"),
        (
          [
            "phantom", "-o", out, "--extent", "16,32,32", "--structures", "nuclei,vessels", "--pairs", "1",
            "--pair-extent", "8",
          ], "pairs/images"
        ),
        (["infer", inputs.store, "-o", out, "--model", inputs.model] + OutputFixture.inference, "labels/nuclei/0"),
        (["label", inputs.probabilities, "-o", out], ".."),
        (["pretrain", inputs.corpus, "-o", out] + OutputFixture.training, "checkpoint"),
        (["finetune", inputs.pairs, "-o", out, "--from-scratch"] + OutputFixture.training, "checkpoint"),
      ]
      for (arguments, deep) in commands {
        // One after the other, so that the next also replaces what another command wrote; but planes replace only planes.
        if arguments[0] == "export" { try FileManager.default.removeItem(atPath: out) }
        let first = try inputs.sheaf(arguments + ["--overwrite"])
        try #require(first.code == 0, "\(arguments): \(first.errors)")
        for place in Set([".", deep]).subtracting([".."]).sorted() {
          let note = joinPath(out, place, "notes.txt")
          try createDirectory(parentDirectory(of: note))
          try publish("mine", to: note)
          try inputs.expectRefusal("notes.txt", arguments: arguments + ["--overwrite"])
          #expect(unlink(note) == 0)
        }
        try inputs.succeed(arguments + ["--overwrite"])
        let hidden = try directoryEntries(directory).filter { $0.hasPrefix(".") }
        #expect(hidden == [], "\(arguments)")
        // Planes have no owner that another command could replace.
        if arguments[0] == "export" { try FileManager.default.removeItem(atPath: out) }
      }
    }
  }
}

extension Trait where Self == Requirement {
  /// The test is skipped where a process may not mount anything.
  fileprivate static var needsMounts: Self {
    Requirement(canBeInstalled: false) {
      let ending = try? Running(["unshare", "-m", "bash", "-c", "mount --bind /tmp /mnt"]).wait()
      return ending?.code == 0 ? nil : .init(reason: "this process may not mount directories")
    }
  }
}
