import Architectures
import Files
import Foundation
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

@Suite struct ResidualEncoderUNetTests {
  private struct Fixture: Decodable {
    struct Output: Decodable {
      let shape: [Int]
      let every97th: [Float]
      enum CodingKeys: String, CodingKey {
        case shape
        case every97th = "every_97th"
      }
    }
    let description: ArchitectureDescription
    let outputs: [Output]
    let loss: Double
    let gradientNorms: [String: Double]
    enum CodingKeys: String, CodingKey {
      case description, outputs, loss
      case gradientNorms = "gradient_norms"
    }
  }

  /// Without any peer at hand: results that dynamic_network_architectures gave once.
  @Test(arguments: ["cubic", "anisotropic"])
  func equalsTheReferenceNetwork(name: String) throws {
    let all = try JSONDecoder().decode(
      [String: Fixture].self, from: readWholeFile(fixture("residual-encoder-unet.json")))
    let expected = try #require(all[name])
    let network = try ResidualEncoderUNet(expected.description, seed: 0)
    #expect(Set(network.parameters.map(\.name)) == Set(expected.gradientNorms.keys))
    try network.setExampleWeights()
    let shape = [2, expected.description.inputChannels, 8, 12, 16]
    let outputs = try network.forwardAtAllResolutions(
      .copying(numbers(shape.reduce(1, *), key: 77), shape: shape))
    #expect(outputs.map(\.shape) == expected.outputs.map(\.shape))
    for (output, reference) in zip(outputs, expected.outputs) {
      let values = try output.floats()
      let every97th = stride(from: 0, to: values.count, by: 97).map { values[$0] }
      #expect(relativeError(every97th, reference.every97th) < 1e-5)
    }
    #expect(
      try network.forward(.copying(numbers(shape.reduce(1, *), key: 77), shape: shape)).floats()
        == outputs[0].floats())
    var loss = try Tensor.zeros([])
    for output in outputs { loss = try loss.adding(output.raised(to: 2).mean()) }
    #expect(abs(try loss.item() - expected.loss) < 1e-5 * expected.loss)
    try loss.backward()
    for parameter in network.parameters {
      let gradient = try #require(try parameter.tensor.gradient())
      let norm = try gradient.raised(to: 2).sum().item().squareRoot()
      let reference = try #require(expected.gradientNorms[parameter.name])
      // Biases before a norm have no gradient but rounding errors.
      #expect(abs(norm - reference) < 1e-3 * reference + 1e-7, "\(parameter.name): \(norm), expected \(reference)")
    }
  }

  /// Sizes that leave several voxels at the coarsest stage: the gradient of a norm over two is mostly rounding.
  @Test(.needsPeers, arguments: [Tier.extraSmall, .small], [[32, 64, 96], [64, 64, 64]])
  func equalsThePipPackage(tier: Tier, size: [Int]) throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let network = try ResidualEncoderUNet(
      ArchitectureDescription(tier, classes: 2, deepSupervision: true), seed: 3)
    try network.setExampleWeights()
    let shape = [1, 1] + size
    let input = try Tensor.copying(numbers(shape.reduce(1, *), key: 5), shape: shape)
    try network.save(to: scratch.file("weights.safetensors"))
    try SafetensorsFile.write([("input", input)], to: scratch.file("input.safetensors"))
    try JSONEncoder().encode(network.architecture).write(to: URL(fileURLWithPath: scratch.file("network.json")))
    // The aliases in the metadata must make up the whole state dictionary, or load_state_dict refuses.
    let program = """
      import json, sys
      sys.path.insert(0, sys.argv[2])
      import torch
      from safetensors import safe_open
      from safetensors.torch import load_file, save_file
      from make_fixtures import build
      torch.set_num_threads(2)
      directory = sys.argv[1] + "/"
      network = build(json.load(open(directory + "network.json")))
      state = load_file(directory + "weights.safetensors")
      with safe_open(directory + "weights.safetensors", "pt") as file:
          aliases = json.loads(file.metadata()["aliases"])
      for name, others in aliases.items():
          for other in others:
              state[other] = state[name]
      network.load_state_dict(state, strict=True)
      data = load_file(directory + "input.safetensors")["input"]
      with torch.no_grad():
          outputs = network(data)
          network.decoder.deep_supervision = False
          alone = network(data)
      network.decoder.deep_supervision = True
      network.double()
      sum((output ** 2).mean() for output in network(data.double())).backward()
      result = {f"output.{i}": output.contiguous() for i, output in enumerate(outputs)}
      result["alone"] = alone.contiguous()
      result.update({"gradient." + name: p.grad.float().contiguous() for name, p in network.named_parameters()})
      save_file(result, directory + "result.safetensors")
      """
    _ = try peers.run(program, arguments: [scratch.path, fixture("")])
    let result = try SafetensorsFile(path: scratch.file("result.safetensors"))
    let outputs = try network.forwardAtAllResolutions(input)
    for (index, output) in outputs.enumerated() {
      let expected = try result.tensor("output.\(index)")
      #expect(output.shape == expected.shape)
      #expect(relativeError(try output.floats(), try expected.floats()) < 1e-5)
    }
    let alone = try withoutGradients { try network.forward(input) }
    // Inference takes fewer products (`FewerProducts`), whose rounding errors are about fourfold.
    let error = relativeError(try alone.floats(), try result.tensor("alone").floats())
    #expect(error < 4e-5, "\(error)")
    var loss = try Tensor.zeros([])
    for output in outputs { loss = try loss.adding(output.raised(to: 2).mean()) }
    try loss.backward()
    var errors: [Float] = []
    for parameter in network.parameters {
      let gradient = try #require(try parameter.tensor.gradient()).floats()
      let expected = try result.tensor("gradient." + parameter.name).floats()
      // Biases before a norm have no gradient but rounding errors.
      if parameter.name.hasSuffix("conv.bias") { continue }
      // A rectifier's input that is zero but for rounding falls on either side: in float32 the package's own gradients
      // are up to 0.015 from these, of float64, in a few tensors of the encoder, and 1e-4 or less in most.
      let error = relativeError(gradient, expected)
      #expect(error < 0.05, "\(parameter.name)")
      errors.append(error)
    }
    // A norm or convolution that is slightly wrong shows everywhere.
    #expect(errors.sorted()[errors.count / 2] < 3e-4)
  }

  /// The forward pass alone, with deep supervision on and off: nnU-Net's ResEnc-L has 102 million parameters. Sizes
  /// leave several voxels at the coarsest stage here too.
  @Test(.needsPeers) func theLargeTierEqualsThePipPackage() throws {
    let peers = try PeerEnvironment.required()
    let scratch = try ScratchDirectory()
    let architecture = ArchitectureDescription(.large, classes: 2, deepSupervision: true)
    let program = """
      import json, sys
      sys.path.insert(0, sys.argv[2])
      import torch
      from safetensors.torch import save_file
      from make_fixtures import build
      torch.set_num_threads(2)
      torch.manual_seed(5)
      directory = sys.argv[1] + "/"
      network = build(json.load(open(directory + "network.json")))
      # Norms that start at zero would hide all that is before them.
      with torch.no_grad():
          for name, parameter in network.named_parameters():
              if ".norm." in name:
                  parameter.uniform_(0.5, 1.5)
      result = {}
      with torch.no_grad():
          for number, size in enumerate([(64, 64, 64), (64, 96, 64)]):
              data = torch.randn(1, 1, *size)
              result[f"input.{number}"] = data
              for index, output in enumerate(network(data)):
                  result[f"output.{number}.{index}"] = output.contiguous()
          network.decoder.deep_supervision = False
          result["alone"] = network(data).contiguous()
      save_file(result, directory + "result.safetensors")
      torch.save({"network_weights": network.state_dict()}, directory + "weights.pth")
      """
    try JSONEncoder().encode(architecture).write(to: URL(fileURLWithPath: scratch.file("network.json")))
    _ = try peers.run(program, arguments: [scratch.path, fixture("")])
    let network = try ResidualEncoderUNet(architecture, seed: 0)
    let report = try network.load(openWeights(scratch.file("weights.pth")))
    #expect(report.isComplete && report.unexpected.isEmpty, "\(report.summary)")
    #expect(abs(network.parameters.reduce(0) { $0 + $1.tensor.count } - 102_350_000) < 10_000)
    let result = try SafetensorsFile(path: scratch.file("result.safetensors"))
    try withoutGradients {
      var last: Tensor?
      for number in 0..<2 {
        let input = try result.tensor("input.\(number)")
        for (index, output) in try network.forwardAtAllResolutions(input).enumerated() {
          let expected = try result.tensor("output.\(number).\(index)")
          #expect(output.shape == expected.shape)
          #expect(relativeError(try output.floats(), try expected.floats()) < 1e-5, "\(number), \(index)")
        }
        last = input
      }
      let alone = try network.forward(#require(last)).floats()
      #expect(relativeError(alone, try result.tensor("alone").floats()) < 1e-5)
    }
  }

  @Test func countsTheParametersOfTheTiers() throws {
    for (tier, count) in [(Tier.extraSmall, 0), (.small, 10_490_000), (.large, 102_350_000)] {
      let description = ArchitectureDescription(tier, classes: 2, deepSupervision: true)
      #expect(description.inputMultiple == Array(repeating: 1 << (tier.features.count - 1), count: 3))
      guard tier != .large else { continue }
      let network = try ResidualEncoderUNet(description, seed: 0)
      let found = network.parameters.reduce(0) { $0 + $1.tensor.count }
      if count > 0 { #expect(abs(found - count) < 10_000) }
    }
  }

  @Test func initialWeightsFollowTheSeedAlone() throws {
    let description = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    let (a, b) = (try ResidualEncoderUNet(description, seed: 1), try ResidualEncoderUNet(description, seed: 1))
    let c = try ResidualEncoderUNet(description, seed: 2)
    for ((a, b), c) in zip(zip(a.parameters, b.parameters), c.parameters) {
      #expect(try a.tensor.floats() == b.tensor.floats())
      if a.name.hasSuffix("weight") && a.tensor.shape.count == 5 {
        #expect(try a.tensor.floats() != c.tensor.floats())
      }
    }
    // He's deviation for the largest convolution, 64 × 64 × 27 numbers.
    let weight = try #require(a.parameters.first { $0.name == "encoder.stages.3.blocks.0.conv2.conv.weight" })
    let values = try weight.tensor.floats().map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let deviation = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    let expected = (2 / (1.0001 * 64 * 27)).squareRoot()
    #expect(abs(deviation / expected - 1) < 0.01 && abs(mean) < expected * 0.02)
    // Blocks start as identities.
    for parameter in a.parameters where parameter.name.contains("conv2.norm") {
      #expect(try parameter.tensor.floats().allSatisfy { $0 == 0 })
    }
  }

  @Test func theTrainedParametersAreThoseThatGradientsReach() throws {
    let network = try ResidualEncoderUNet(
      ArchitectureDescription(features: [2, 3, 4], blocks: [1, 1, 1], classes: 2, deepSupervision: false), seed: 0)
    try network.setExampleWeights()
    try network.forward(.copying(numbers(512, key: 1), shape: [1, 1, 8, 8, 8])).raised(to: 2).sum().backward()
    let trained = Set(network.trainedParameters(deepSupervision: false).map(\.name))
    for parameter in network.parameters {
      #expect(try (parameter.tensor.gradient() != nil) == trained.contains(parameter.name), "\(parameter.name)")
    }
    #expect(network.trainedParameters(deepSupervision: true).count == network.parameters.count)
  }

  @Test(arguments: [[1, 1, 8, 8, 12], [1, 2, 8, 8, 8], [1, 1, 8, 8], [1, 1, 4, 4, 4], [1, 1, 0, 8, 8]])
  func refusesInputsThatDoNotFit(shape: [Int]) throws {
    let network = try ResidualEncoderUNet(
      ArchitectureDescription(features: [2, 2, 2], blocks: [1, 1, 1], classes: 1, deepSupervision: false), seed: 0)
    if shape == [1, 1, 8, 8, 12] {
      #expect(throws: Never.self) { try network.forward(.zeros(shape)) }
    } else {
      #expect(throws: Fault.self) { try network.forward(.zeros(shape)) }
    }
    #expect(throws: Fault.self) { try network.forward(.zeros([1, 1, 8, 8, 10])) }
  }

  @Test func refusesDescriptionsOfNoNetwork() throws {
    let good = ArchitectureDescription(.extraSmall, classes: 2, deepSupervision: false)
    #expect(throws: Never.self) { try good.validate(from: "a test") }
    let spoils: [(inout ArchitectureDescription) -> Void] = [
      { $0.featuresPerStage = [] }, { $0.featuresPerStage[0] = 0 }, { $0.featuresPerStage[1] = 1 << 40 },
      { $0.blocksPerStage.removeLast() }, { $0.blocksPerStage[2] = -1 }, { $0.kernels[0] = [3, 3] },
      { $0.kernels[0] = [2, 3, 3] }, { $0.kernels.removeLast() }, { $0.strides[0] = [2, 2, 2] },
      { $0.strides[1] = [0, 1, 1] }, { $0.strides = [] }, { $0.classes = 0 }, { $0.inputChannels = -3 },
      { $0.convolutionsPerDecoderStage = [] },
    ]
    for (index, spoil) in spoils.enumerated() {
      var description = good
      spoil(&description)
      #expect(throws: Fault.self, "spoil \(index)") { try description.validate(from: "a test") }
    }
    let data = try JSONEncoder().encode(good)
    #expect(try JSONDecoder().decode(ArchitectureDescription.self, from: data) == good)
  }
}
