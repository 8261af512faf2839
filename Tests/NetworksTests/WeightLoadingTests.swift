import Architectures
import Files
import Networks
import Scratch
import Testing
import Torch

@Suite struct WeightLoadingTests {
  private func network(classes: Int = 2, seed: UInt64 = 1) throws -> ResidualEncoderUNet {
    try ResidualEncoderUNet(
      ArchitectureDescription(features: [2, 3, 4], blocks: [1, 1, 1], classes: classes, deepSupervision: false),
      seed: seed)
  }

  private func values(_ network: ResidualEncoderUNet) throws -> [[Float]] {
    try network.parameters.map { try $0.tensor.floats() }
  }

  @Test func loadsWhatItSaved() throws {
    let scratch = try ScratchDirectory()
    let (saved, loaded) = (try network(), try network(seed: 2))
    try saved.setExampleWeights()
    try saved.save(to: scratch.file("a.safetensors"))
    let report = try loaded.load(SafetensorsFile(path: scratch.file("a.safetensors")))
    #expect(report.isComplete && report.unexpected.isEmpty && report.loaded.count == saved.parameters.count)
    #expect(try values(loaded) == values(saved))
  }

  /// Wrapped, doubly registered and nested names all mean the same tensor.
  @Test(arguments: ["", "module.", "_orig_mod.", "net.", "module._orig_mod.", "_orig_mod.module.net."])
  func understandsTheNamesOfOtherProjects(prefix: String) throws {
    let scratch = try ScratchDirectory()
    let saved = try network()
    try saved.setExampleWeights()
    for spelling in 0..<3 {
      let tensors = saved.parameters.map { parameter in
        var name = parameter.name
        if spelling > 0 {
          name = name.replacing(".conv.", with: ".all_modules.0.").replacing(".norm.", with: ".all_modules.1.")
        }
        if spelling > 1 && name.hasPrefix("encoder.") { name = "decoder." + name }
        return (prefix + name, parameter.tensor)
      }
      let path = scratch.file("\(spelling).safetensors")
      try SafetensorsFile.write(tensors, to: path)
      let loaded = try network(seed: 2)
      let report = try loaded.load(SafetensorsFile(path: path))
      #expect(report.isComplete && report.unexpected.isEmpty)
      #expect(try values(loaded) == values(saved))
    }
  }

  @Test func takesOnlyWhatWasAskedFor() throws {
    let scratch = try ScratchDirectory()
    let saved = try network(classes: 1)
    try saved.setExampleWeights()
    try saved.save(to: scratch.file("a.safetensors"))
    let file = try SafetensorsFile(path: scratch.file("a.safetensors"))
    for selection in WeightSelection.allCases {
      let (loaded, untouched) = (try network(), try network())
      let report = try loaded.load(file, selection)
      for (parameter, before) in zip(loaded.parameters, untouched.parameters) {
        let isLoaded = report.loaded.contains(parameter.name)
        #expect(try (parameter.tensor.floats() == before.tensor.floats()) == !isLoaded)
        let isOutput = parameter.name.hasPrefix("decoder.seg_layers.")
        #expect(isLoaded == (selection == .encoder ? parameter.name.hasPrefix("encoder.") : !isOutput))
      }
      // Two classes do not fit one: weight and bias of two output layers.
      #expect(report.misshaped.count == (selection == .everything ? 4 : 0))
      #expect(report.missing.isEmpty && report.unexpected.isEmpty)
    }
  }

  @Test func reportsWhatIsMissingAndWhatIsStrange() throws {
    let scratch = try ScratchDirectory()
    let saved = try network()
    let tensors = saved.parameters.dropFirst(2).map { ($0.name, $0.tensor) } + [("head.weight", try Tensor.zeros([3]))]
    try SafetensorsFile.write(tensors, to: scratch.file("a.safetensors"))
    let report = try network().load(SafetensorsFile(path: scratch.file("a.safetensors")))
    #expect(report.missing == saved.parameters.prefix(2).map(\.name))
    #expect(report.unexpected == ["head.weight"])
    #expect(!report.isComplete)
    #expect(report.summary.contains("2 missing (encoder.stem.convs.0.conv.weight, …)"))
  }

  @Test func failsWhenNothingFits() throws {
    let scratch = try ScratchDirectory()
    try SafetensorsFile.write([("swinViT.patch_embed", .zeros([3]))], to: scratch.file("a.safetensors"))
    try SafetensorsFile.write([], to: scratch.file("b.safetensors"))
    for name in ["a", "b"] {
      let file = try SafetensorsFile(path: scratch.file("\(name).safetensors"))
      #expect(throws: Fault.self) { try network().load(file) }
    }
  }
}
