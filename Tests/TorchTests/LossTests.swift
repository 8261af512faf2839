import Foundation
import PeerEnvironment
import TestTraits
import Testing
import Torch

extension TorchTests {
  @Suite struct LossTests {
    @Test func countsOnlyMaskedVoxels() throws {
      let prediction = try Tensor.copying([Float(1), 2, 3, 4, 5, 6, 7, 8], shape: [2, 1, 1, 2, 2])
      let target = try Tensor.zeros([2, 1, 1, 2, 2])
      let mask = try Tensor.copying([Float(1), 0, 0, 1, 0, 0, 0, 0], shape: [2, 1, 1, 2, 2])
      // The second sample has no voxel that counts.
      let loss = try Losses.maskedSquaredError(prediction, target, mask: mask)
      #expect(try loss.item() == (1.0 + 16) / 2 / 2)
    }

    /// The definition, in double precision; logits (classes, voxels).
    private func reference(_ logits: [[Double]], _ labels: [Int], _ mask: [Double]) -> (Double, Double) {
      let count = max(mask.reduce(0, +), 1)
      var entropy = 0.0
      var dice = 0.0
      let probabilities = labels.indices.map { voxel in
        let exponents = logits.map { exp($0[voxel]) }
        return exponents.map { $0 / exponents.reduce(0, +) }
      }
      for voxel in labels.indices where mask[voxel] == 1 { entropy -= log(probabilities[voxel][labels[voxel]]) }
      for class_ in 1..<logits.count {
        var (common, predicted, actual) = (0.0, 0.0, 0.0)
        for voxel in labels.indices where mask[voxel] == 1 {
          let truth = labels[voxel] == class_ ? 1.0 : 0
          common += probabilities[voxel][class_] * truth
          predicted += probabilities[voxel][class_]
          actual += truth
        }
        dice += (2 * common + 1e-5) / (predicted + actual + 1e-5)
      }
      return (entropy / count, 1 - dice / Double(logits.count - 1))
    }

    @Test(arguments: [2, 3])
    func equalsTheDefinitionOfCrossEntropyAndDice(classes: Int) throws {
      let voxels = 8
      let logits = pseudorandom(classes * voxels)
      // 255 stands for ignored voxels in the files people have.
      let labels = (0..<voxels).map { $0 == 3 ? 255 : $0 % classes }
      let mask = labels.map { $0 == 255 ? 0.0 : 1 }
      let shape = [1, 1, 2, 2, 2]
      let losses = try Losses.segmentation(
        logits: .copying(logits, shape: [1, classes, 2, 2, 2]),
        labels: .copying(labels.map(Int64.init), shape: shape), mask: .copying(mask.map(Float.init), shape: shape))
      let (entropy, dice) = reference(
        (0..<classes).map { c in (0..<voxels).map { Double(logits[c * voxels + $0]) } }, labels.map { $0 % 255 }, mask)
      #expect(abs(try losses.crossEntropy.item() - entropy) < 1e-5)
      #expect(abs(try losses.dice.item() - dice) < 1e-5)
    }

    @Test func readsOneClassAsTheLogitOfForeground() throws {
      let shape = [2, 1, 2, 2, 2]
      let logit = try Tensor.example(shape)
      let labels = try Tensor.copying((0..<16).map { Float($0 % 2) }, shape: shape)
      let mask = try Tensor.copying((0..<16).map { Float($0 % 3 == 0 ? 0 : 1) }, shape: shape)
      let both = try Tensor.concatenated([.zeros(shape), logit], axis: 1)
      let one = try Losses.segmentation(logits: logit, labels: labels, mask: mask)
      let two = try Losses.segmentation(logits: both, labels: labels, mask: mask)
      #expect(abs(try one.crossEntropy.item() - two.crossEntropy.item()) < 1e-6)
      #expect(abs(try one.dice.item() - two.dice.item()) < 1e-6)
    }

    @Test func aBatchIsTheMeanOfItsHalves() throws {
      let logits = try Tensor.example([4, 2, 2, 2, 2])
      let labels = try Tensor.copying((0..<32).map { Int64($0 % 2) }, shape: [4, 1, 2, 2, 2])
      let mask = try Tensor.copying((0..<32).map { Float($0 % 5 == 0 ? 0 : 1) }, shape: [4, 1, 2, 2, 2])
      func loss(_ range: Range<Int>) throws -> Double {
        let losses = try Losses.segmentation(
          logits: logits.narrowed(0, range), labels: labels.narrowed(0, range), mask: mask.narrowed(0, range))
        return try losses.crossEntropy.item() + losses.dice.item()
      }
      #expect(abs(try loss(0..<4) - (loss(0..<2) + loss(2..<4)) / 2) < 1e-6)
    }

    @Test func ignoredVoxelsGetNoGradient() throws {
      let logits = try Tensor.example([1, 2, 2, 2, 2])
      try logits.requireGradient()
      let mask = try Tensor.copying((0..<8).map { Float($0 < 4 ? 0 : 1) }, shape: [1, 1, 2, 2, 2])
      let losses = try Losses.segmentation(logits: logits, labels: .zeros([1, 1, 2, 2, 2]), mask: mask)
      try losses.crossEntropy.adding(losses.dice).backward()
      let gradient = try #require(try logits.gradient()).floats()
      for voxel in 0..<8 { #expect((gradient[voxel] == 0) == (voxel < 4)) }
    }

    /// Branching lines on noise, as logits and labels of an awkward extent.
    private func lines(_ extent: [Int], key: Int) -> (logits: [Float], labels: [Float]) {
      let count = extent.reduce(1, *)
      let noise = pseudorandom(count)
      let labels = (0..<count).map { index -> Float in
        let (z, y, x) = (index / (extent[1] * extent[2]), index / extent[2] % extent[1], index % extent[2])
        return abs(y - x) < 2 || abs(z + y - key) < 2 && x > 3 ? 1 : 0
      }
      return (zip(noise, labels).map { 3 * $0 + 2 * $1 - 1 }, labels)
    }

    private struct CentrelineCase: Codable {
      var extent: [Int]
      var logits: [Float]
      var labels: [Float]
      var iterations: Int
    }

    private struct CentrelineAnswer: Codable {
      var loss: Double
      var gradient: [Double]
    }

    /// The paper's formulas in double precision: soft erosion along the axes, soft dilation over the box.
    private static let softCentrelineDice = """
      import json, sys, torch, torch.nn.functional as F
      def along(i, kernel, padding): return F.max_pool3d(-i, kernel, 1, padding)
      def eroded(i):
          lines = [along(i, (3, 1, 1), (1, 0, 0)), along(i, (1, 3, 1), (0, 1, 0)), along(i, (1, 1, 3), (0, 0, 1))]
          return -torch.max(torch.max(lines[0], lines[1]), lines[2])
      def opened(i): return F.max_pool3d(eroded(i), 3, 1, 1)
      def skeleton(i, iterations):
          s = F.relu(i - opened(i))
          for _ in range(iterations):
              i = eroded(i)
              d = F.relu(i - opened(i))
              s = s + F.relu(d - s * d)
          return s
      case = json.loads(sys.argv[1])
      shape = [1, 1] + case["extent"]
      score = torch.tensor(case["logits"], dtype=torch.float64).reshape(shape).requires_grad_()
      truth = torch.tensor(case["labels"], dtype=torch.float64).reshape(shape)
      p = torch.sigmoid(score)
      sp, st = skeleton(p, case["iterations"]), skeleton(truth, case["iterations"])
      precision = ((sp * truth).sum() + 1) / (sp.sum() + 1)
      sensitivity = ((st * p).sum() + 1) / (st.sum() + 1)
      loss = 1 - 2 * precision * sensitivity / (precision + sensitivity)
      loss.backward()
      print(json.dumps({"loss": loss.item(), "gradient": score.grad.flatten().tolist()}))
      """

    @Test(.needsPeers) func softCentrelineDiceAndItsGradientEqualTheFormulaOfThePaper() throws {
      let peers = try PeerEnvironment.required()
      for (extent, iterations) in [([9, 12, 11], 3), ([1, 12, 13], 5)] {
        let (logits, labels) = lines(extent, key: 9)
        let input = try JSONEncoder().encode(
          CentrelineCase(extent: extent, logits: logits, labels: labels, iterations: iterations))
        let output = try peers.run(Self.softCentrelineDice, arguments: [String(decoding: input, as: UTF8.self)])
        let expected = try JSONDecoder().decode(CentrelineAnswer.self, from: Data(output.utf8))
        let shape = [1, 1] + extent
        let score = try Tensor.copying(logits, shape: shape)
        try score.requireGradient()
        let mask = try Tensor.copying([Float](repeating: 1, count: labels.count), shape: shape)
        let loss = try Losses.softCentrelineDice(
          logits: score, labels: .copying(labels, shape: shape), mask: mask, iterations: iterations)
        #expect(abs(try loss.item() - expected.loss) < 1e-5, "\(extent)")
        try loss.backward()
        let gradient = try #require(try score.gradient()).floats()
        #expect(isClose(gradient.map { $0 * 100 }, expected.gradient.map { Float($0 * 100) }), "\(extent)")
      }
    }

    /// One annotated plane of a volume is judged as the image that it is, whatever stands in the other planes.
    @Test func softCentrelineDiceOfAnAnnotatedPlaneIsThatOfTheImage() throws {
      let (logits, labels) = lines([5, 12, 11], key: 9)
      let plane = 132
      let isInPlane = { (index: Int) in index / plane == 2 }
      let shape = [1, 1, 5, 12, 11]
      let mask = try Tensor.copying(logits.indices.map { isInPlane($0) ? Float(1) : 0 }, shape: shape)
      let score = try Tensor.copying(logits, shape: shape)
      try score.requireGradient()
      let whole = try Losses.softCentrelineDice(
        logits: score, labels: .copying(labels, shape: shape), mask: mask, iterations: 3)
      let image = [1, 1, 1, 12, 11]
      let alone = try Losses.softCentrelineDice(
        logits: .copying(Array(logits[264..<396]), shape: image),
        labels: .copying(Array(labels[264..<396]), shape: image),
        mask: .copying([Float](repeating: 1, count: plane), shape: image), iterations: 3)
      #expect(abs(try whole.item() - alone.item()) < 1e-6)
      try whole.backward()
      let gradient = try #require(try score.gradient()).floats()
      #expect(gradient.indices.allSatisfy { isInPlane($0) || gradient[$0] == 0 })
      #expect(gradient.contains { $0 != 0 })
    }

    @Test func softCentrelineDiceReadsTwoClassesAndMeansOverSamples() throws {
      let (logits, labels) = lines([6, 7, 8], key: 7)
      let shape = [1, 1, 6, 7, 8]
      let ones = try Tensor.copying([Float](repeating: 1, count: 336), shape: shape)
      func loss(_ score: Tensor, _ truth: Tensor, _ mask: Tensor) throws -> Double {
        try Losses.softCentrelineDice(logits: score, labels: truth, mask: mask, iterations: 2).item()
      }
      let (score, truth) = (try Tensor.copying(logits, shape: shape), try Tensor.copying(labels, shape: shape))
      let one = try loss(score, truth, ones)
      #expect(abs(try loss(.concatenated([.zeros(shape), score], axis: 1), truth, ones) - one) < 1e-6)
      // The mean of this sample and of one that is perfect.
      let perfect = try truth.scaled(by: 60, adding: -30)
      let both = try loss(
        .concatenated([score, perfect], axis: 0), .concatenated([truth, truth], axis: 0),
        .concatenated([ones, ones], axis: 0))
      #expect(abs(both - one / 2) < 1e-5)
    }

    @Test func refusesShapesThatDoNotMatch() throws {
      #expect(throws: TorchError.self) {
        try Losses.segmentation(
          logits: .zeros([1, 2, 2, 2, 2]), labels: .zeros([1, 1, 2, 2, 3]), mask: .zeros([1, 1, 2, 2, 3]))
      }
    }
  }
}
