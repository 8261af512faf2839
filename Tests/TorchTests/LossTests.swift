import Foundation
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

    @Test func refusesShapesThatDoNotMatch() throws {
      #expect(throws: TorchError.self) {
        try Losses.segmentation(
          logits: .zeros([1, 2, 2, 2, 2]), labels: .zeros([1, 1, 2, 2, 3]), mask: .zeros([1, 1, 2, 2, 3]))
      }
    }
  }
}
