import Architectures
import Dispatch
import Files
import Foundation
import Networks
import Scratch
import Synchronization
import Testing
import Torch

@Suite struct ModelTests {
  private let extent = [8, 8, 12]

  private func save(
    _ task: ModelDescription.Task = .segmentation, classes: Int = 2, precision: Precision = .float32,
    in scratch: ScratchDirectory
  ) throws -> ResidualEncoderUNet {
    let architecture = ArchitectureDescription(
      features: [2, 3, 4], blocks: [1, 1, 1], classes: classes, deepSupervision: false)
    let network = try ResidualEncoderUNet(architecture, seed: 4)
    try network.setExampleWeights()
    try Model.save(
      network,
      ModelDescription(
        task: task, architecture: architecture, crop: extent, precision: precision, trainedOn: ["axons"]),
      inDirectory: scratch.path)
    return network
  }

  private func predict(_ model: Model, _ tile: [Float]) throws -> [Float] {
    try tile.withUnsafeBufferPointer { try model.predict($0, extent: extent) }
  }

  private var tile: [Float] { numbers(extent.reduce(1, *), key: 9) }

  @Test func predictsFromARunDirectory() throws {
    let scratch = try ScratchDirectory()
    let network = try save(in: scratch)
    for path in [scratch.path, scratch.file(Model.weightsFileName)] {
      let model = try Model.load(path)
      #expect(model.description.crop == extent && model.description.trainedOn == ["axons"])
      #expect(model.description.normalisation == NormalisationRecipe())
      #expect(model.tileMultiple == [4, 4, 4])
      let logits = try withoutGradients { try network.forward(.copying(tile, shape: [1, 1] + extent)).floats() }
      let half = logits.count / 2
      let expected = (0..<half).map { 1 / (1 + exp(logits[$0] - logits[half + $0])) }
      #expect(relativeError(try predict(model, tile), expected) < 1e-5)
    }
  }

  @Test func aSingleClassIsTheLogitOfForeground() throws {
    let scratch = try ScratchDirectory()
    let network = try save(classes: 1, in: scratch)
    let logits = try withoutGradients { try network.forward(.copying(tile, shape: [1, 1] + extent)).floats() }
    #expect(relativeError(try predict(Model.load(scratch.path), tile), logits.map { 1 / (1 + exp(-$0)) }) < 1e-5)
  }

  @Test func lowerPrecisionIsClose() throws {
    let scratch = try ScratchDirectory()
    _ = try save(in: scratch)
    let exact = try predict(Model.load(scratch.path), tile)
    _ = try save(precision: .bfloat16, in: scratch)
    let model = try Model.load(scratch.path)
    let rounded = try tile.withUnsafeBufferPointer {
      try model.predict($0, extent: extent, precision: .bfloat16)
    }
    #expect(rounded != exact && relativeError(rounded, exact) < 0.05)
    // What CPUs do faster, whatever the processor.
    #expect(try predict(model, tile) == exact)
    #expect(model.usualPrecision == .float32)
  }

  @Test func threadsSideBySideGiveTheSameBits() throws {
    let scratch = try ScratchDirectory()
    _ = try save(in: scratch)
    let model = try Model.load(scratch.path)
    let tiles = (0..<8).map { numbers(extent.reduce(1, *), key: $0) }
    let expected = try tiles.map { try predict(model, $0) }
    let found = Mutex([[Float]?](repeating: nil, count: tiles.count))
    DispatchQueue.concurrentPerform(iterations: tiles.count) { index in
      let result = try? predict(model, tiles[index])
      found.withLock { $0[index] = result }
    }
    #expect(found.withLock { $0 } == expected)
  }

  @Test func readsPyTorchWeightsWithADescriptionBesideThem() throws {
    let scratch = try ScratchDirectory()
    let network = try save(in: scratch)
    let path = scratch.file("other.safetensors")
    try SafetensorsFile.write(network.parameters.map { ("module." + $0.name, $0.tensor) }, to: path)
    #expect(throws: Fault.self) { try Model.load(path) }
    let description = """
      {"crop": [8, 8, 8], "architecture": {"input_channels": 1, "features_per_stage": [2, 3, 4],
       "n_stages": 3, "n_blocks_per_stage": [1, 1, 1], "n_conv_per_stage_decoder": [1, 1], "num_classes": 2,
       "kernel_sizes": [[3, 3, 3], [3, 3, 3], [3, 3, 3]], "strides": [[1, 1, 1], [2, 2, 2], [2, 2, 2]]}}
      """
    try publish(description, to: scratch.file("other.json"))
    #expect(try predict(Model.load(path), tile) == predict(Model.load(scratch.path), tile))
  }

  @Test func runsTorchScript() throws {
    let model = try Model.load(fixture("two-classes.ts"))
    #expect(relativeError(try predict(model, tile), tile.map { 1 / (1 + exp(-2 * $0)) }) < 1e-5)
  }

  /// A module does not say what tiles it takes; the smallest one that it takes is found.
  @Test func aModuleIsTriedForTheTilesThatItTakes() throws {
    let strided = try Model.load(fixture("strided.ts"))
    #expect(strided.description.padding == .mirror)
    for (wanted, tile) in [([12, 6, 18], [12, 6, 18]), ([8, 8, 8], [12, 12, 12]), ([1, 5, 7], [6, 6, 12])] {
      #expect(try strided.tile(holding: wanted) == tile)
    }
    #expect(try Model.load(fixture("two-classes.ts")).tile(holding: [1, 5, 7]) == [1, 5, 7])
    do {
      _ = try Model.load(fixture("refusing.ts")).tile(holding: [8, 9, 10])
      Issue.record("a module that always fails has no tile")
    } catch let fault as Fault {
      #expect(fault.kind == .badData)
      #expect(fault.message.contains("refusing.ts") && fault.message.contains("8 × 9 × 10"), "\(fault.message)")
      #expect(fault.message.contains("for training only") && !fault.message.contains("\n"), "\(fault.message)")
    }
  }

  @Test func paddingIsWrittenWhereItIsNotTheUsualOne() throws {
    var description = ModelDescription(
      task: .segmentation,
      architecture: ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: true),
      crop: [8, 8, 8])
    #expect(description.padding == .mirror)
    #expect(try !String(decoding: description.json(), as: UTF8.self).contains("padding"))
    description.padding = .background
    #expect(try ModelDescription(json: description.json(), from: "a test") == description)
  }

  /// What a validation chose is written where it chose something, as decimal numbers; descriptions without it have none.
  @Test func choicesOfAValidationAreWritten() throws {
    var description = ModelDescription(task: .segmentation, architecture: nil, crop: [8, 8, 8])
    let plain = try String(decoding: description.json(), as: UTF8.self)
    #expect(!plain.contains("threshold") && !plain.contains("minimumObjectSize"))
    #expect(try ModelDescription(json: Data(plain.utf8), from: "a test").threshold == nil)
    (description.threshold, description.minimumObjectSize) = (0.29, 16)
    let text = try String(decoding: description.json(), as: UTF8.self)
    #expect(text.contains("\"threshold\" : 0.29") && text.contains("\"minimumObjectSize\" : 16"))
    #expect(try ModelDescription(json: Data(text.utf8), from: "a test") == description)
    #expect(!text.contains("structureChoices"))
    description.structureChoices = ["plaques": ObjectChoice(threshold: 0.31, minimumObjectSize: 128)]
    let ofStructures = try String(decoding: description.json(), as: UTF8.self)
    #expect(try ModelDescription(json: Data(ofStructures.utf8), from: "a test") == description)
    for wrong in [
      ("0.29", "0"), ("0.29", "1.5"), ("0.29", "-0.2"), (": 16", ": -1"), (": 16", ": 99999999999"), ("0.31", "0"),
      (": 128", ": -1"),
    ] {
      let json = Data(ofStructures.replacing(wrong.0, with: wrong.1).utf8)
      do {
        _ = try ModelDescription(json: json, from: "a test")
        Issue.record("\(wrong) was taken")
      } catch let fault as Fault {
        #expect(fault.kind == .badData && fault.message.contains("found"), "\(fault.message)")
      }
    }
  }

  @Test func refusesWhatIsNotAModel() throws {
    let scratch = try ScratchDirectory()
    func kind(_ path: String) throws -> Fault.Kind? {
      do {
        _ = try Model.load(path)
        return nil
      } catch let fault as Fault {
        return fault.kind
      }
    }
    #expect(try kind(scratch.path) == .noInput)
    #expect(try kind(#filePath) == .badData)
    try publish(Data([0x50, 0x4b, 3, 4, 1, 2, 3]), to: scratch.file("fake.ts"))
    #expect(try kind(scratch.file("fake.ts")) == .badData)
    let network = try save(in: scratch)
    let path = scratch.file("partial.safetensors")
    try SafetensorsFile.write(network.parameters.dropLast().map { ($0.name, $0.tensor) }, to: path)
    #expect(try kind(path) == .noInput)
    for (text, expected) in [
      (try String(contentsOfFile: scratch.file("model.json"), encoding: .utf8), Fault.Kind.badData),
      ("{}", .badData), ("[", .badData), (#"{"crop": [1, 2]}"#, .badData), (#"{"crop": [8, 8, 8]}"#, .badData),
      (#"{"crop": [8, 8, 8], "precision": "fp4"}"#, .badData),
      (#"{"crop": [8, 8, 8], "normalisation": {"lower_percentile": 9, "upper_percentile": 1}}"#, .badData),
      (#"{"crop": [8, 8, 8], "normalisation": {"lowerPercentile": 9, "upperPercentile": 1}}"#, .badData),
      (#"{"crop": [8, 8, 8], "formatVersion": 3}"#, .badData), (#"{"crop": [8, 8, 8], "ouput": "logits"}"#, .badData),
      (#"{"crop": [8, 8, 8], "mirrorAxes": [3]}"#, .badData), (#"{"crop": [8, 8, 8], "mirrorAxes": [0, 0]}"#, .badData),
    ] {
      try publish(text, to: scratch.file("partial.json"))
      #expect(try kind(path) == expected)
    }
  }

  @Test func readsDescriptionsOfTheFirstFormat() throws {
    let first = """
      {
        "architecture" : {
          "conv_bias" : true, "deep_supervision" : true, "features_per_stage" : [2, 3], "input_channels" : 1,
          "kernel_sizes" : [[3, 3, 3], [3, 3, 3]], "n_blocks_per_stage" : [1, 1], "n_conv_per_stage_decoder" : [1],
          "num_classes" : 2, "strides" : [[1, 1, 1], [2, 2, 2]]
        },
        "crop" : [8, 8, 12], "normalisation" : { "lower_percentile" : 1, "upper_percentile" : 99.5 },
        "output" : "logits", "precision" : "bf16", "task" : "segmentation", "trained_on" : ["axons", "vessels"]
      }
      """
    let expected = ModelDescription(
      task: .segmentation,
      architecture: ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: true),
      normalisation: NormalisationRecipe(lowerPercentile: 1, upperPercentile: 99.5), crop: [8, 8, 12],
      precision: .bfloat16, trainedOn: ["axons", "vessels"])
    #expect(try ModelDescription(json: Data(first.utf8), from: "a test") == expected)
  }

  @Test func writesDescriptionsInCamelCaseWithAFormatVersion() throws {
    let description = ModelDescription(
      task: .reconstruction, architecture: nil, crop: [8, 16, 32], trainedOn: ["axons"])
    let json = try description.json()
    let expected = """
      {
        "crop" : [
          8,
          16,
          32
        ],
        "formatVersion" : 2,
        "normalisation" : {
          "lowerPercentile" : 0.5,
          "upperPercentile" : 99.99
        },
        "output" : "logits",
        "precision" : "fp32",
        "task" : "reconstruction",
        "trainedOn" : [
          "axons"
        ]
      }
      """
    #expect(String(decoding: json, as: UTF8.self) == expected)
    #expect(try ModelDescription(json: json, from: "a test") == description)
  }

  @Test func errorsOfLibtorchBecomeFaultsOfTheirKind() {
    let kinds: [TorchError.Kind: Fault.Kind] = [
      .outOfMemory: .io, .invalidArgument: .bug, .file: .badData, .device: .io, .unsupported: .bug, .script: .badData,
      .other: .bug,
    ]
    for kind in TorchError.Kind.allCases { #expect(TorchError(kind, "a reason").fault.kind == kinds[kind]) }
    #expect(TorchError(.outOfMemory, "a reason").fault.message.contains("a reason"))
  }

  @Test func refusesToSegmentWithAPretrainedNetwork() throws {
    let scratch = try ScratchDirectory()
    _ = try save(.reconstruction, classes: 1, in: scratch)
    let model = try Model.load(scratch.path)
    #expect(throws: Fault.self) { try predict(model, tile) }
  }
}
