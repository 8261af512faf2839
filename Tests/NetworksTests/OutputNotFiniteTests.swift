import Architectures
import Files
import Foundation
import Networks
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import Torch

/// Outputs that are infinite or not numbers never become probabilities.
@Suite struct OutputNotFiniteTests {
  private let extent = [4, 6, 8]

  private func failure(_ model: Model, _ tile: [Float], mirrored: [Int] = []) throws -> OutputNotFinite? {
    do {
      _ = try tile.withUnsafeBufferPointer {
        try model.prediction(
          $0, extent: extent, precision: model.description.precision, mirrored: mirrored)
      }
      return nil
    } catch let failure as OutputNotFinite {
      return failure
    }
  }

  private var tile: [Float] { numbers(extent.reduce(1, *), key: 9) }

  @Test func everyValueIsExamined() {
    for count in [0, 1, 5, 15, 16, 17, 64, 1000] {
      var values = numbers(count, key: 2)
      #expect(values.withUnsafeBufferPointer(areFinite))
      // No sum of finite values counts as infinite.
      values = values.map { $0 < 0 ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude }
      #expect(values.withUnsafeBufferPointer(areFinite))
      for index in values.indices where index % 7 == 0 || index == count - 1 {
        for wrong in [Float.nan, .infinity, -.infinity, .signalingNaN] {
          var changed = values
          changed[index] = wrong
          #expect(!changed.withUnsafeBufferPointer(areFinite), "\(wrong) at \(index) of \(count)")
        }
      }
    }
  }

  /// A network in training, whose weights went wrong after they were loaded.
  @Test func aNetworkInTrainingIsTold() throws {
    let architecture = ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 3, deepSupervision: false)
    let network = try ResidualEncoderUNet(architecture, seed: 1)
    let bias = try #require(network.parameters.first { $0.name == "decoder.seg_layers.0.bias" }).tensor
    try bias.set([0, 0, Float.nan])
    let model = Model(network, ModelDescription(task: .segmentation, architecture: architecture, crop: extent))
    let found = try #require(try failure(model, tile))
    #expect(found.channels == [.init(number: 2, notNumbers: 192, infinite: 0)] && found.channelCount == 3)
    let fault = tile.withUnsafeBufferPointer {
      found.fault(tile: "at (0, 4, 8) of 4 × 6 × 8 voxels", of: "organ.tif", input: $0)
    }
    #expect(fault.kind == .badData)
    #expect(
      fault.message.hasPrefix(
        "the network in training returned NaN (192 of 576 values, in channel 2 of 3) for the tile at (0, 4, 8) of "
          + "4 × 6 × 8 voxels of organ.tif: its weights are not finite (1 tensor has infinite values or NaN "
          + "(decoder.seg_layers.0.bias: 1 of 3))"), "\(fault.message)")
  }

  @Test func theCauseIsTheInputWhereThatIsNotFinite() throws {
    let architecture = ArchitectureDescription(features: [2, 3], blocks: [1, 1], classes: 2, deepSupervision: false)
    let network = try ResidualEncoderUNet(architecture, seed: 1)
    try network.setExampleWeights()
    let model = Model(network, ModelDescription(task: .segmentation, architecture: architecture, crop: extent))
    for wrong in [Float.nan, .infinity, -.infinity] {
      var tile = tile
      tile[17] = wrong
      tile[90] = wrong
      let found = try #require(try failure(model, tile))
      let message = tile.withUnsafeBufferPointer { found.fault(tile: "t", of: "v", input: $0).message }
      #expect(message.contains("2 of the 192 voxels that it was given are not finite"), "\(message)")
    }
  }

  private static let program = """
    import json, sys
    import torch
    directory = sys.argv[1] + "/"

    class Channels(torch.nn.Module):
        # Three channels, of which one may be spoilt where the tile is bright.
        def __init__(self, value, channel):
            super().__init__()
            self.value, self.channel = float(value), int(channel)
        def forward(self, x):
            parts = [x, 2 * x, -x]
            bright = x > 0.4
            parts[self.channel] = torch.where(bright, torch.full_like(x, self.value), parts[self.channel])
            return torch.cat(parts, 1)

    class Overflowing(torch.nn.Module):
        # Fits fp32 but not bf16, whose largest number is 3.39e38.
        def __init__(self):
            super().__init__()
            self.conv = torch.nn.Conv3d(1, 1, 1, bias=False)
            torch.nn.init.constant_(self.conv.weight, 3.4e38)
        def forward(self, x):
            return self.conv(x * 1e-38) * 2

    class Dividing(torch.nn.Module):
        def forward(self, x):
            return x / (x.sum() * 0)

    def save(module, name, channels=1, **description):
        example = torch.rand(1, channels, 4, 6, 8) / 3
        torch.jit.trace(module.eval(), example, check_trace=False).save(directory + name + ".ts")
        if description:
            json.dump(dict({"crop": [4, 6, 8]}, **description), open(directory + name + ".json", "w"))

    for name, value in [("nan", "nan"), ("inf", "inf"), ("minus", "-inf")]:
        for channel in range(3):
            for output in ["logits", "probabilities"]:
                save(Channels(value, channel), f"{name}{channel}{output}", output=output)
    save(Overflowing(), "overflow", precision="bf16")
    save(Overflowing(), "exact", precision="fp32")
    save(Dividing(), "dividing", precision="bf16")
    poisoned = torch.nn.Sequential(torch.nn.Conv3d(1, 2, 3, padding=1), torch.nn.Conv3d(2, 2, 1))
    with torch.no_grad():
        poisoned[1].weight[1, 0] = float("nan")
        poisoned[0].bias[1] = float("inf")
    save(poisoned, "poisoned")
    save(torch.nn.Conv3d(1, 1, 1), "logits", output="probabilities")
    with torch.no_grad():
        big = torch.nn.Conv3d(1, 1, 1)
        big.weight.fill_(30)
    save(big, "bigLogits", output="probabilities")
    save(torch.nn.Conv3d(2, 2, 1), "twoChannels", channels=2)
    save(torch.nn.Sequential(torch.nn.Conv3d(1, 3, 1), torch.nn.Softmax(1)), "softmax")
    save(torch.nn.Sequential(torch.nn.Conv3d(1, 1, 1), torch.nn.Sigmoid()), "sigmoid")
    save(torch.nn.Sequential(torch.nn.Conv3d(1, 1, 1), torch.nn.Sigmoid()), "described", output="logits")
    """

  @Test(.needsPeers) func modulesOfPyTorchThatFailAreToldWhatAndWhere() throws {
    let scratch = try ScratchDirectory()
    _ = try PeerEnvironment.required().run(Self.program, arguments: [scratch.path])
    let bright = tile.count { $0 > 0.4 }
    #expect(bright > 0)
    for (name, isNaN) in [("nan", true), ("inf", false), ("minus", false)] {
      for channel in 0..<3 {
        for output in ["logits", "probabilities"] {
          let model = try Model.load(scratch.file("\(name)\(channel)\(output).ts"))
          for mirrored in [[], [0, 2]] {
            let found = try failure(model, tile, mirrored: mirrored)
            #expect(
              found?.channels
                == [.init(number: channel, notNumbers: isNaN ? bright : 0, infinite: isNaN ? 0 : bright)],
              "\(name) \(channel) \(output)")
          }
          // A tile on which nothing goes wrong.
          if output == "logits" { #expect(try failure(model, tile.map { min($0, 0.3) }) == nil) }
        }
      }
    }
    // Computed again in fp32, once.
    func predicted(_ name: String) throws -> Model.Prediction {
      let model = try Model.load(scratch.file(name))
      return try tile.withUnsafeBufferPointer {
        try model.prediction($0, extent: extent, precision: model.description.precision)
      }
    }
    let (again, exact) = (try predicted("overflow.ts"), try predicted("exact.ts"))
    #expect(again.isComputedAgain && !exact.isComputedAgain)
    #expect(again.values == exact.values)
    let inside = try withAutocast(.bfloat16) { try predicted("overflow.ts") }
    #expect(inside.values == exact.values)
    let dividing = try #require(try failure(Model.load(scratch.file("dividing.ts")), tile))
    #expect(dividing.precisions == [.bfloat16, .float32])
    let message = tile.withUnsafeBufferPointer { dividing.fault(tile: "t", of: "v", input: $0).message }
    #expect(message.contains("in bf16 and again in fp32"), "\(message)")

    // Probabilities that nothing says are such.
    for (name, isGuessed) in [("softmax", true), ("sigmoid", true), ("described", false), ("nan0logits", false)] {
      let description = try Model.load(scratch.file("\(name).ts")).description
      #expect((description.output == .probabilities && !description.doubts.isEmpty) == isGuessed, "\(name)")
    }

    expectFault(["poisoned.ts", "2 of its parameters", "0.bias"]) { _ = try Model.load(scratch.file("poisoned.ts")) }
    expectFault(["bigLogits.ts", "\"output\": \"logits\""]) { _ = try predicted("bigLogits.ts") }
    expectFault(["twoChannels.ts", "one channel", "2 channels"]) { _ = try predicted("twoChannels.ts") }
  }
}
