import Files
import Foundation
import Jobs
import Scratch
import Testing

/// Outputs are replaced when the new one is whole, and at no moment lost.
@Suite struct OutputPlaceTests {
  /// Writes an output of two units, each a shard that holds `text`; a run that is cut off ends after the first.
  ///
  /// - Returns: how many units earlier runs had done.
  @discardableResult
  private func write(
    _ path: String, _ text: String, overwrite: Bool = false, isCutOff: Bool = false, inputs: [String] = [],
    isContinuable: Bool = true, during: (String) throws -> Void = { _ in }
  ) throws -> Int {
    let owner = OutputOwner(command: "tile", identity: OutputIdentity("text: \(text)"))
    var request = OutputPlace.Request(path, owner: owner, inputs: inputs)
    request.isContinuable = { _ in isContinuable }
    return try OutputPlace.write(
      request, settings: JobSettings(threads: 1, overwrite: overwrite), communicator: .single()
    ) { workPath, settings in
      let job = try Job(
        plan: JobPlan(command: "tile", unitCount: 2), directory: workPath + "/.sheaf", identity: owner.identity,
        output: workPath, communicator: .single(), settings: settings)
      try createDirectory(workPath + "/0/c")
      try during(workPath)
      let stopped = Fault.stopped("stopped by the test")
      _ = try job.run { unit in
        if isCutOff && unit == 1 { throw stopped }
        try publish(text, to: workPath + "/0/c/\(unit)")
        return Data()
      }
      return job.unitsDoneBefore
    }
  }

  private func text(_ path: String) throws -> [String] {
    try (0..<2).map { String(decoding: try readWholeFile(path + "/0/c/\($0)"), as: UTF8.self) }
  }

  private func expectRefusal(
    _ words: String, location: SourceLocation = #_sourceLocation, _ body: () throws -> some Any
  ) {
    let fault = #expect(throws: Fault.self, sourceLocation: location) { _ = try body() }
    #expect(fault?.kind == .cannotCreate && fault?.message.contains(words) == true, "\(fault?.message ?? "")")
  }

  @Test func theOldOutputStaysUntilTheNewOneIsWhole() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let path = directory + "/out"
      try write(path, "old")
      try write(path, "new", overwrite: true) { (workPath: String) throws -> Void in
        #expect(workPath == directory + "/.out.sheaf-new")
        #expect(try text(path) == ["old", "old"])
      }
      #expect(try text(path) == ["new", "new"])
      #expect(try directoryEntries(directory) == ["out"])
      // The same command again resumes; with --overwrite it starts from the beginning.
      #expect(try write(path, "new") == 2)
      #expect(try write(path, "new", overwrite: true) == 0)
    }
  }

  @Test func anInterruptedReplacementIsResumedByTheSameCommandOnly() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let path = directory + "/out"
      try write(path, "old")
      #expect(throws: Fault.self) { try write(path, "new", overwrite: true, isCutOff: true) }
      #expect(try text(path) == ["old", "old"])
      // It is not the old output's command that goes on there.
      #expect(try write(path, "old") == 2)
      #expect(try write(path, "new", overwrite: true) == 1)
      #expect(try text(path) == ["new", "new"])
      #expect(throws: Fault.self) { try write(path, "newer", overwrite: true, isCutOff: true) }
      #expect(try write(path, "newest", overwrite: true) == 0)
      #expect(try text(path) == ["newest", "newest"])
      #expect(try directoryEntries(directory) == ["out"])
    }
  }

  /// Such as one whose input is another by now.
  @Test func aReplacementThatCannotBeContinuedBeginsFromTheBeginning() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let path = directory + "/out"
      try write(path, "old")
      #expect(throws: Fault.self) { try write(path, "new", overwrite: true, isCutOff: true) }
      #expect(try write(path, "new", overwrite: true, isContinuable: false) == 0)
      #expect(try text(path) == ["new", "new"])
    }
  }

  /// Without `--overwrite` the command goes on with what it began with it, once nothing is left to be replaced.
  @Test func aReplacementOfNothingIsResumedInItsPlace() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let path = directory + "/out"
      #expect(throws: Fault.self) { try write(path, "new", overwrite: true, isCutOff: true) }
      #expect(!fileExists(path))
      #expect(try write(path, "new") == 1)
      #expect(try text(path) == ["new", "new"])
      #expect(try directoryEntries(directory) == ["out"])
    }
  }

  /// Every state between the renames of a replacement, as a kill leaves it.
  @Test(arguments: ["the old one is aside", "the new one is in its place", "half of the old one is removed", "lost"])
  func aKillBetweenTheRenamesIsRepaired(state: String) throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let (path, new, old) = (directory + "/out", directory + "/.out.sheaf-new", directory + "/.out.sheaf-old")
      try write(path, "old")
      try write(directory + "/made", "new")
      try FileManager.default.moveItem(atPath: path, toPath: old)
      try FileManager.default.moveItem(atPath: directory + "/made", toPath: new)
      switch state {
      case "the old one is aside": break
      case "lost": try FileManager.default.removeItem(atPath: new)
      default:
        try FileManager.default.moveItem(atPath: new, toPath: path)
        if state.hasPrefix("half") { try FileManager.default.removeItem(atPath: old + "/0/c/0") }
      }
      if state == "lost" {
        // What was set aside is all there is.
        #expect(try write(path, "old") == 2)
        #expect(try text(path) == ["old", "old"])
      } else {
        // The command that was killed had finished its work.
        #expect(try write(path, "new", overwrite: true) == 2)
        #expect(try text(path) == ["new", "new"])
      }
      #expect(try directoryEntries(directory) == ["out"])
    }
  }

  @Test func filesOfOthersStay() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let path = directory + "/out"
      try write(path, "old")
      for foreign in ["notes.txt", "0/c/notes.txt", ".hidden", "labels/manual/zarr.json", "0/c/1.bak"] {
        try createDirectory(parentDirectory(of: joinPath(path, foreign)))
        try publish("mine", to: joinPath(path, foreign))
        expectRefusal(foreign) { try write(path, "new", overwrite: true) }
        #expect(try text(path) == ["old", "old"])
        #expect(try readWholeFile(joinPath(path, foreign)) == Data("mine".utf8))
        #expect(unlink(joinPath(path, foreign)) == 0)
      }
      try FileManager.default.createSymbolicLink(atPath: path + "/1", withDestinationPath: directory)
      expectRefusal("out holds 1,") { try write(path, "new", overwrite: true) }
      #expect(unlink(path + "/1") == 0)
      // Also what comes while the replacement is made.
      expectRefusal("late.txt") {
        try write(path, "new", overwrite: true) { _ in try publish("mine", to: path + "/late.txt") }
      }
      #expect(unlink(path + "/late.txt") == 0)
      #expect(try write(path, "new", overwrite: true) == 2)
      #expect(try text(path) == ["new", "new"])
    }
  }

  @Test func whatSheafDidNotWriteIsNotReplaced() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      try createDirectory(directory + "/thesis")
      try publish("precious", to: directory + "/thesis/thesis.txt")
      try createDirectory(directory + "/repository/.git")
      try publish("precious", to: directory + "/file")
      for name in ["thesis", "repository", "file"] {
        for overwrite in [false, true] {
          expectRefusal(name) { try write(joinPath(directory, name), "new", overwrite: overwrite) }
        }
      }
      #expect(try directoryEntries(directory) == ["file", "repository", "thesis"])
      #expect(try directoryEntries(directory + "/repository") == [".git"])
      // What a killed run of Sheaf has prepared is free, and a damaged record is a record.
      try createDirectory(directory + "/free/.sheaf")
      #expect(try write(directory + "/free", "new", overwrite: true) == 0)
      try publish("sheaf journal 1\nrubbish", to: directory + "/free/.sheaf/tile.journal")
      #expect(try write(directory + "/free", "new", overwrite: true) == 0)
      #expect(try text(directory + "/free") == ["new", "new"])
    }
  }

  @Test func oneRunAtATime() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let path = directory + "/new/out"
      do {
        let other = try OutputLock(path)
        #expect(fileExists(directory + "/new/.out.sheaf-lock"))
        expectRefusal("another run is writing \(path)") { try write(path, "new") }
        withExtendedLifetime(other) {}
      }
      #expect(try directoryEntries(directory) == [])
      try write(path, "new") { _ in
        expectRefusal("another run is writing") { try OutputLock(path + "/") }
      }
      #expect(try directoryEntries(directory + "/new") == ["out"])
      // A link is another name of the same output, and labels are locked with their store.
      try publish("{}", to: path + "/zarr.json")
      try FileManager.default.createSymbolicLink(atPath: directory + "/link", withDestinationPath: "new/out")
      let held = try OutputLock(directory + "/link/labels/cells")
      expectRefusal("another run is writing") { try OutputLock(path) }
      withExtendedLifetime(held) {}
    }
  }

  @Test func reservedPlacesAreRefused() {
    for place in [".", "./", "..", "../..", "/", "~"] {
      expectRefusal("or contains it") { try refuseReservedPlace(place == "~" ? NSHomeDirectory() : place) }
    }
    #expect(throws: Fault.self) { try refuseReservedPlace("") }
    #expect(throws: Never.self) { try refuseReservedPlace("new-directory-of-a-test") }
  }

  @Test func aLinkStaysWhenWhatItLeadsToIsReplaced() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      try createDirectory(directory + "/disk")
      let link = directory + "/out"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "disk/store")
      try write(directory + "/disk/store", "old")
      try write(link, "new", overwrite: true)
      #expect(try text(directory + "/disk/store") == ["new", "new"])
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "disk/store")
      #expect(try directoryEntries(directory + "/disk") == ["store"])
    }
  }
}

/// An output is no input, contains none and lies in none.
@Suite struct InputPlaceTests {
  private func refusal(_ output: String, _ kind: OutputKind = .directory, over inputs: [String]) -> String? {
    do {
      try InputPlaces(inputs).refuse(output: output, kind: kind)
      return nil
    } catch {
      return (error as? Fault)?.message
    }
  }

  @Test func storesAreClosed() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let store = directory + "/a/store.zarr"
      try createDirectory(store + "/0")
      try createDirectory(store + "/labels/cells/0")
      for group in ["", "/0", "/labels", "/labels/cells", "/labels/cells/0"] {
        try publish("{}", to: store + group + "/zarr.json")
      }
      try FileManager.default.createSymbolicLink(atPath: directory + "/link.zarr", withDestinationPath: store)
      for input in [store, store + "/0", directory + "/link.zarr", store + "/labels/cells", store + "/labels/cells/0"] {
        for output in [
          "a/store.zarr", "a/store.zarr/", "a/../a/store.zarr", "link.zarr", "a", "a/store.zarr/new", "link.zarr/0/x/y",
          "a/store.zarr/labels/cells", "a/store.zarr/zarr.json", "",
        ] {
          let message = refusal(joinPath(directory, output), over: [input])
          #expect(message?.contains("the input") == true, "\(input) → \(output): \(message ?? "allowed")")
        }
        #expect(refusal(directory + "/b.zarr", over: [input]) == nil)
        #expect(refusal(directory + "/a/b.zarr", over: [input]) == nil)
      }
    }
  }

  @Test func aNewDirectoryMayLieAmongPlanes() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let planes = directory + "/planes"
      try createDirectory(planes)
      for z in 0..<3 { try publish("plane", to: planes + "/z\(z).tif") }
      try createDirectory(directory + "/raw")
      try publish("plane", to: directory + "/raw/far.tif")
      try FileManager.default.createSymbolicLink(atPath: planes + "/z3.tif", withDestinationPath: "../raw/far.tif")
      try FileManager.default.linkItem(atPath: planes + "/z1.tif", toPath: directory + "/hard.tif")
      #expect(refusal(planes + "/new.zarr", over: [planes]) == nil)
      #expect(refusal(planes + "/deep/new.zarr", over: [planes]) == nil)
      #expect(refusal(planes, over: [planes])?.contains("is the input") == true)
      #expect(refusal(directory, over: [planes])?.contains("contains the input") == true)
      // A file would be a plane of the next run.
      #expect(refusal(planes + "/new.tif", .file, over: [planes])?.contains("lies in the input") == true)
      for file in ["planes/z1.tif", "hard.tif", "raw/far.tif", "planes/z3.tif"] {
        #expect(refusal(joinPath(directory, file), .file, over: [planes]) != nil, "\(file)")
      }
      #expect(refusal(directory + "/raw", over: [planes])?.contains("contains the input") == true)
      #expect(refusal(planes + "/z1.tif/new", over: [planes + "/z1.tif"])?.contains("lies in the input") == true)
      // A store beside the planes is no place for further outputs.
      try createDirectory(planes + "/made.zarr/0")
      try publish("{}", to: planes + "/made.zarr/zarr.json")
      #expect(refusal(planes + "/made.zarr/0/x", over: [planes]) != nil)
      #expect(refusal(directory + "/elsewhere", over: [planes, directory + "/missing"]) == nil)
    }
  }

  @Test func filesOfARunStandForTheRun() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      try createDirectory(directory + "/run/checkpoint")
      for name in ["run.json", "model.safetensors", "checkpoint/step-1.checkpoint"] {
        try publish("{}", to: directory + "/run/" + name)
      }
      for input in ["run", "run/model.safetensors", "run/checkpoint/step-1.checkpoint"] {
        for output in ["run", "run/new", "run/checkpoint"] {
          #expect(
            refusal(joinPath(directory, output), over: [joinPath(directory, input)]) != nil, "\(input) → \(output)")
        }
        #expect(refusal(directory + "/next", over: [joinPath(directory, input)]) == nil)
      }
    }
  }

  @Test func filesAreReplacedByTheirKindOnly() throws {
    try withTemporaryDirectory { (directory: String) throws -> Void in
      let path = directory + "/picture"
      func refusal(_ format: OutputFileFormat, overwrite: Bool) -> String? {
        do { try format.refuseToReplace(path, overwrite: overwrite) } catch { return (error as? Fault)?.message }
        return nil
      }
      #expect(refusal(.png, overwrite: false) == nil)
      let starts: [(OutputFileFormat, [UInt8])] = [
        (.png, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]), (.tiff, [0x49, 0x49, 42, 0, 8, 0, 0, 0, 0]),
        (.nifti, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0]), (.numpy, [0x93] + Array("NUMPY\u{1}\u{0}v".utf8)),
        (.metaImage, Array("ObjectType = Image".utf8)), (.objectTable, Array("id,voxels,centroid_z".utf8)),
        (.pytorch, [0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0]), (.safetensors, [9, 0, 0, 0, 0, 0, 0, 0, 0x7b]),
      ]
      for (_, start) in starts {
        try publish(Data(start), to: path)
        for (format, own) in starts {
          #expect(refusal(format, overwrite: false)?.contains("--overwrite") == true)
          #expect((refusal(format, overwrite: true) == nil) == (own == start), "\(format) over \(start)")
        }
      }
      try publish("", to: path)
      #expect(refusal(.png, overwrite: true) == nil && refusal(.png, overwrite: false) != nil)
      #expect(unlink(path) == 0)
      try createDirectory(path)
      #expect(refusal(.png, overwrite: true)?.contains("is a directory") == true)
    }
  }
}
