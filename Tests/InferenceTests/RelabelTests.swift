import Components
import Files
import Foundation
import Inference
import Jobs
import MPI
import Scratch
import Segmentation
import Testing
import Tiling
import Voxels
import Zarr

/// Labels made from stored probabilities have the bytes of those that `infer` makes with the same settings.
@Suite struct RelabelTests {
  private let resolved = ResolvedSettings(command: "infer", programVersion: "test")

  private func infer(_ scratch: ScratchDirectory, _ output: String, _ objects: ObjectSettings) throws {
    var settings = InferenceSettings()
    settings.tile = Extent(8)
    settings.objects = objects
    var resolved = resolved
    try resolved.add(input: "store", store: scratch.file("in.zarr"))
    _ = try Inference.infer(
      scratch.file("in.zarr"), to: scratch.file("\(output).zarr"), predictor: ContrastPredictor(),
      defaultTile: Extent(8), settings: settings, objectsPath: scratch.file("\(output).csv"), resolved: resolved,
      communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: 2), memoryInBytes: 1)
  }

  private func relabel(
    _ scratch: ScratchDirectory, to destination: LabelDestination, _ objects: ObjectSettings, image: String? = nil,
    table: String? = nil, memory: Int = 1 << 30, threads: Int = 2, overwrite: Bool = false
  ) throws -> RelabelSummary {
    try Segmentation.relabel(
      scratch.file("probabilities.zarr"), to: destination, imagePath: image, settings: objects,
      objectsPath: table.map { scratch.file($0) }, resolved: ResolvedSettings(command: "label", programVersion: "test"),
      communicator: .single(), jobSettings: JobSettings(memoryInBytes: nil, threads: threads, overwrite: overwrite),
      memoryInBytes: memory)
  }

  private func prepare() throws -> ScratchDirectory {
    let scratch = try ScratchDirectory()
    try writeStore(
      randomVolume(Extent(20, 33, 41), seed: 5, bright: 0.06), to: scratch.file("in.zarr"), chunk: Extent(16),
      shard: Extent(16, 32, 32), structure: "c-Fos cells")
    try infer(scratch, "probabilities", ObjectSettings())
    return scratch
  }

  /// What has to be the same, by name: everything but Sheaf's own bookkeeping.
  private func published(_ path: String) throws -> [String: Data] {
    try contents(ofDirectory: path).filter { !$0.key.hasPrefix(".sheaf") }
  }

  @Test(arguments: [Float(0.3), 0.4, 0.5, 0.62, 0.9])
  func labelsAndTableAreThoseOfAnInference(threshold: Float) throws {
    let scratch = try prepare()
    var cases: [ObjectSettings] = []
    for connectivity in Connectivity.allCases {
      for leastVoxels in [1, 4] {
        var settings = ObjectSettings()
        settings.threshold = threshold
        settings.connectivity = connectivity
        settings.leastVoxels = leastVoxels
        cases.append(settings)
      }
    }
    for (number, settings) in cases.enumerated() {
      try infer(scratch, "inferred\(number)", settings)
      let wanted = try published(scratch.file("inferred\(number).zarr/labels/c-fos-cells"))
      let table = try readWholeFile(scratch.file("inferred\(number).csv"))
      #expect(wanted.count > 5)
      let summary = try relabel(
        scratch, to: .store(scratch.file("labels\(number).zarr")), settings, table: "labels\(number).csv",
        memory: [1, 1 << 30][number % 2])
      #expect(try published(scratch.file("labels\(number).zarr")) == wanted, "\(settings)")
      #expect(try readWholeFile(scratch.file("labels\(number).csv")) == table, "\(settings)")
      #expect(summary.objects == table.count { $0 == UInt8(ascii: "\n") } - 1)
      #expect(summary.labelName == "c-fos-cells")
      #expect(try Store.open(scratch.file("labels\(number).zarr")).isFinished)
    }
  }

  /// What `infer` used is what labels are made with unless something else is asked for.
  @Test func settingsAreThoseOfTheInference() throws {
    let scratch = try prepare()
    #expect(ObjectSettings(usedFor: scratch.file("probabilities.zarr")) == ObjectSettings())
    #expect(ObjectSettings(usedFor: scratch.file("in.zarr")) == ObjectSettings())
    #expect(ObjectSettings(usedFor: scratch.file("none.zarr")) == ObjectSettings())
    var settings = ObjectSettings()
    settings.threshold = 0.37
    settings.connectivity = .edges
    settings.leastVoxels = 5
    try infer(scratch, "chosen", settings)
    #expect(ObjectSettings(usedFor: scratch.file("chosen.zarr")) == settings)
  }

  @Test func labelsAreAddedToTheProbabilitiesStore() throws {
    let scratch = try prepare()
    let before = try contents(ofDirectory: scratch.file("probabilities.zarr"))
    var settings = ObjectSettings()
    settings.threshold = 0.7
    settings.leastVoxels = 3
    let image = scratch.file("probabilities.zarr")
    let summary = try relabel(scratch, to: .image(image, name: "strict"), settings)
    #expect(summary.labelName == "strict")
    #expect(try Store.open(image).labelNames() == ["c-fos-cells", "strict"])
    let after = try contents(ofDirectory: image)
    for (name, data) in before where name != "labels/zarr.json" { #expect(after[name] == data, "\(name)") }
    settings.labelName = "strict"
    try infer(scratch, "inferred", settings)
    #expect(try published(joinPath(image, "labels/strict")) == published(scratch.file("inferred.zarr/labels/strict")))
    // Again: nothing is done, and the table comes once more.
    #expect(try relabel(scratch, to: .image(image, name: "strict"), settings, table: "late.csv") == summary)
    #expect(try readWholeFile(scratch.file("late.csv")) == readWholeFile(scratch.file("inferred.csv")))
    #expect(try contents(ofDirectory: image) == after)
    // What infer wrote, and labels of other settings, stay.
    settings.threshold = 0.8
    for name in ["c-fos-cells", "strict"] {
      #expect(fault { _ = try relabel(scratch, to: .image(image, name: name), settings) }?.kind == .cannotCreate)
    }
  }

  @Test func theImageIsTheOneThatWasPredicted() throws {
    let scratch = try prepare()
    let output = LabelDestination.store(scratch.file("out.zarr"))
    try writeStore(
      randomVolume(Extent(20, 33, 41), seed: 6, bright: 0.06), to: scratch.file("other.zarr"), chunk: Extent(16),
      shard: Extent(16, 32, 32))
    let settings = ObjectSettings()
    #expect(
      fault { _ = try relabel(scratch, to: output, settings, image: scratch.file("other.zarr")) }?.kind == .usage)
    try FileManager.default.moveItem(atPath: scratch.file("in.zarr"), toPath: scratch.file("moved.zarr"))
    let fault = fault { _ = try relabel(scratch, to: output, settings) }
    #expect(fault?.kind == .noInput && fault?.message.contains("--image") == true, "\(fault?.message ?? "none")")
    #expect(!fileExists(scratch.file("out.zarr")))
    _ = try relabel(scratch, to: output, settings, image: scratch.file("moved.zarr"), table: "moved.csv")
    #expect(try readWholeFile(scratch.file("moved.csv")) == readWholeFile(scratch.file("probabilities.csv")))
  }

  @Test func outputsInOrAroundAnInputAreRefused() throws {
    let scratch = try prepare()
    for output in ["probabilities.zarr", "probabilities.zarr/new", "in.zarr", "in.zarr/0/x", "."] {
      let before = try contents(ofDirectory: scratch.path)
      for overwrite in [false, true] {
        let destination = LabelDestination.store(scratch.file(output))
        let fault = fault { _ = try relabel(scratch, to: destination, ObjectSettings(), overwrite: overwrite) }
        #expect(fault?.kind == .cannotCreate, "\(output): \(fault?.message ?? "accepted")")
      }
      #expect(try contents(ofDirectory: scratch.path) == before)
    }
  }

  @Test func unfinishedProbabilitiesAreRefused() throws {
    let scratch = try prepare()
    try FileManager.default.removeItem(atPath: scratch.file("probabilities.zarr/.sheaf/contents.json"))
    let unfinished = fault { _ = try relabel(scratch, to: .store(scratch.file("out.zarr")), ObjectSettings()) }
    #expect(unfinished?.kind == .badData && unfinished?.message.contains("not finished") == true)
    #expect(
      fault {
        _ = try Segmentation.relabel(
          scratch.file("in.zarr"), to: .store(scratch.file("out.zarr")), imagePath: scratch.file("in.zarr"),
          settings: ObjectSettings(), objectsPath: nil,
          resolved: ResolvedSettings(command: "label", programVersion: "test"), communicator: .single(),
          jobSettings: JobSettings(threads: 1), memoryInBytes: 1 << 30)
      }?.kind == .usage)
  }
}
