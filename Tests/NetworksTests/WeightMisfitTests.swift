import Architectures
import Files
import Foundation
import Networks
import Scratch
import TestTraits
import Testing
import Torch

/// Weights that are not those of the described network, or of no network at all, are refused when they are loaded.
@Suite struct WeightMisfitTests {
  private let architecture = ArchitectureDescription(
    features: [2, 3, 4], blocks: [1, 2, 1], classes: 2, deepSupervision: false)

  private func tensors() throws -> [(name: String, tensor: Tensor)] {
    let network = try ResidualEncoderUNet(architecture, seed: 1)
    try network.setExampleWeights()
    return network.parameters.map { ($0.name, $0.tensor) }
  }

  /// What loading the tensors says; nil when it succeeds.
  private func loading(
    _ tensors: [(name: String, tensor: Tensor)], in scratch: ScratchDirectory, task: ModelDescription.Task? = nil,
    segmenting: Bool = true
  ) throws -> Fault? {
    let path = scratch.file("weights.safetensors")
    try SafetensorsFile.write(tensors, to: path)
    var json = try ModelDescription(task: task ?? .segmentation, architecture: architecture, crop: [8, 8, 8]).json()
    if task == nil {
      var members = try #require(JSONValue(parsing: json, path: path).asObject)
      members["task"] = nil
      json = JSONValue.object(members).serialised()
    }
    try publish(json, to: scratch.file("weights.json"))
    return fault { _ = try Model.load(path, segmenting: segmenting) }
  }

  @Test func whatFitsIsLoaded() throws {
    let scratch = try ScratchDirectory()
    #expect(try loading(tensors(), in: scratch) == nil)
    // Counters and indices are no weights.
    let counters: [(name: String, tensor: Tensor)] = [
      ("current_epoch", try .zeros([1], type: .int64)), ("encoder.indices", try .zeros([3], type: .int32)),
    ]
    #expect(try loading(tensors() + counters, in: scratch) == nil)
    // The same tensor under several names.
    let aliases = try tensors().map { ($0.name.replacing(".conv.", with: ".all_modules.0."), $0.tensor) }
      .filter { pair in try !tensors().contains { $0.name == pair.0 } }
    #expect(!aliases.isEmpty)
    #expect(try loading(tensors() + aliases, in: scratch) == nil)
  }

  /// Any number of changes of any kind is refused, with a count and a name of each kind.
  @Test(.randomised) func anyTensorTooMuchMissingOrOfAnotherShapeIsRefused() throws {
    let scratch = try ScratchDirectory()
    var random = SeededNumbers(seed: testSeed)
    for _ in 0..<30 {
      var changed = try tensors()
      var (missing, misshaped, extra) = (0, 0, 0)
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let index = changed.indices.randomElement(using: &random)!
        switch Int.random(in: 0..<3, using: &random) {
        case 0 where changed[index].tensor.shape != [7]:
          // What was added is gone again.
          if changed[index].name.hasPrefix("head") { extra -= 1 } else { missing += 1 }
          changed.remove(at: index)
        case 1 where changed[index].tensor.shape != [7] && !changed[index].name.hasPrefix("head"):
          changed[index].tensor = try Tensor.zeros([7])
          misshaped += 1
        default:
          let names = ["head.\(extra).weight", "head\(extra).blocks.3.conv1.conv.weight", "head_ema.\(extra)"]
          changed.append((names.randomElement(using: &random)!, try Tensor.zeros([2, 2])))
          extra += 1
        }
      }
      if missing + misshaped + extra == 0 { continue }
      let fault = try #require(try loading(changed, in: scratch))
      #expect(fault.kind == .badData)
      for (count, what) in [(missing, "missing"), (misshaped, "of another shape"), (extra, "no place for")]
      where count > 0 {
        #expect(fault.message.contains("\(count) tensor"), "\(fault.message)")
        #expect(fault.message.contains(what), "\(fault.message)")
      }
    }
  }

  @Test func channelsAndClassesAreNamed() throws {
    let scratch = try ScratchDirectory()
    let stem = "encoder.stem.convs.0.conv.weight"
    let channels = try tensors().map { ($0.name, $0.name == stem ? try Tensor.zeros([2, 3, 3, 3, 3]) : $0.tensor) }
    let first = try #require(try loading(channels, in: scratch))
    #expect(first.message.contains("images of 3 channels") && first.message.contains(stem), "\(first.message)")
    let classes = try tensors().map { pair in
      guard pair.name.hasPrefix("decoder.seg_layers.") else { return pair }
      return (pair.name, try Tensor.zeros([5] + Array(pair.tensor.shape.dropFirst())))
    }
    let second = try #require(try loading(classes, in: scratch))
    #expect(second.message.contains("5 classes") && second.message.contains("has 2"), "\(second.message)")

    // A network that is described as it is, but for two channels.
    var two = architecture
    two.inputChannels = 2
    let network = try ResidualEncoderUNet(two, seed: 1)
    try Model.save(
      network, ModelDescription(task: .segmentation, architecture: two, crop: [8, 8, 8]), inDirectory: scratch.path)
    #expect(fault { _ = try Model.load(scratch.path, segmenting: true) }?.message.contains("2 channels") == true)
    #expect(fault { _ = try Model.load(scratch.path) } == nil)
  }

  /// NaN, either infinity, and what is beyond float32, in any tensor.
  @Test(.randomised, arguments: [Float.nan, .infinity, -.infinity, 3e38]) func weightsThatAreNotFiniteAreRefused(
    value: Float
  ) throws {
    let scratch = try ScratchDirectory()
    var random = SeededNumbers(seed: testSeed)
    var changed = try tensors()
    let index = changed.indices.randomElement(using: &random)!
    var values = try changed[index].tensor.floats().map(Double.init)
    values[values.indices.randomElement(using: &random)!] = value == 3e38 ? 1e300 : Double(value)
    changed[index].tensor = try Tensor.copying(values, shape: changed[index].tensor.shape)
    let fault = try #require(try loading(changed, in: scratch))
    #expect(fault.kind == .badData)
    #expect(fault.message.contains("not finite: 1 tensor has"), "\(fault.message)")
    #expect(fault.message.contains("(\(changed[index].name): 1 of \(values.count))"), "\(fault.message)")
  }

  @Test func twoTensorsForOnePlaceAreRefused() throws {
    let scratch = try ScratchDirectory()
    let name = "encoder.stages.1.blocks.0.conv1.conv.weight"
    let other = try tensors().first { $0.name == name }!.tensor.scaled(by: 0.99)
    for alias in ["module." + name, name.replacing(".conv.", with: ".all_modules.0."), "decoder." + name] {
      let fault = try #require(try loading(tensors() + [(alias, other)], in: scratch))
      #expect(fault.message.contains(name) && fault.message.contains(alias), "\(fault.message)")
      #expect(fault.message.contains("different tensors for the same place"), "\(fault.message)")
    }
  }

  @Test func aPretrainingCheckpointDoesNotSegment() throws {
    let scratch = try ScratchDirectory()
    let described = try #require(try loading(tensors(), in: scratch, task: .reconstruction))
    #expect(described.kind == .usage && described.message.contains("pretraining checkpoint"), "\(described.message)")
    #expect(described.message.contains("sheaf finetune --from"))
    // For what does not segment, it is a network like any other.
    #expect(try loading(tensors(), in: scratch, task: .reconstruction, segmenting: false) == nil)
    let token: [(name: String, tensor: Tensor)] = [("mask_token", try .zeros([1, 2]))]
    let undescribed = try #require(try loading(tensors() + token, in: scratch))
    #expect(undescribed.message.contains("pretraining checkpoint (it has a mask_token)"), "\(undescribed.message)")
  }

  /// What pretraining leaves beside an encoder is no misfit for fine-tuning, another encoder is.
  @Test func fineTuningPassesOverWhatPretrainingLeaves() throws {
    let scratch = try ScratchDirectory()
    func misfit(_ extra: [String], _ selection: WeightSelection) throws -> Fault? {
      let path = scratch.file("a.safetensors")
      try SafetensorsFile.write(tensors() + extra.map { ($0, try Tensor.zeros([2])) }, to: path)
      return try ResidualEncoderUNet(architecture, seed: 2).load(SafetensorsFile(path: path), selection)
        .misfit(of: path, with: "this run", remedy: "give the tier")
    }
    let left = ["mask_token", "decoder.stages.4.convs.0.conv.weight", "projector.0.weight", "reconstruction.bias"]
    #expect(try misfit(left, .encoder) == nil)
    #expect(try misfit(["mask_token", "decoder.seg_layers.7.weight"], .encoderAndDecoder) == nil)
    for (extra, selection) in [
      ("encoder.stages.3.blocks.0.conv1.conv.weight", WeightSelection.encoder),
      ("module.encoder.stages.0.blocks.1.conv1.norm.bias", .encoder),
      ("decoder.stages.4.convs.0.conv.weight", .encoderAndDecoder), ("projector.0.weight", .everything),
    ] {
      let fault = try #require(try misfit([extra], selection))
      #expect(fault.message.contains("1 tensor that the network has no place for (\(extra))"), "\(fault.message)")
    }
  }

  /// A file of an encoder fits where the encoder alone is wanted; so the report tells it from a file of another network.
  @Test func anEncoderAloneIsKnown() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("encoder.safetensors")
    func report(_ selection: WeightSelection, _ isIn: (String) -> Bool) throws -> LoadingReport {
      try SafetensorsFile.write(tensors().filter { isIn($0.name) }, to: path)
      return try ResidualEncoderUNet(architecture, seed: 2).load(SafetensorsFile(path: path), selection)
    }
    #expect(try report(.encoderAndDecoder) { $0.hasPrefix("encoder.") }.lacksDecoderAlone)
    #expect(try !report(.encoder) { $0.hasPrefix("encoder.") }.lacksDecoderAlone)
    #expect(try !report(.encoderAndDecoder) { _ in true }.lacksDecoderAlone)
    #expect(try !report(.encoderAndDecoder) { $0.hasPrefix("decoder.") }.lacksDecoderAlone)
  }
}
