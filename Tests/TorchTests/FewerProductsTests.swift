import Foundation
import Testing
import Torch

extension TorchTests {
  /// What inference computes otherwise than training does, against the operators that autograd records.
  @Suite struct FewerProducts {
    struct Case: CustomTestStringConvertible {
      var input: [Int]
      var outputs: Int
      var hasBias = true
      var testDescription: String { "\(input) to \(outputs)" }
    }

    /// With groups that the volume does not fill, odd edges, several samples, and outputs that fill vectors in part.
    static let cases = [
      Case(input: [1, 16, 16, 16, 16], outputs: 16), Case(input: [1, 8, 12, 13, 14], outputs: 8),
      Case(input: [2, 24, 17, 12, 19], outputs: 40), Case(input: [1, 32, 33, 18, 12], outputs: 16, hasBias: false),
      Case(input: [1, 9, 14, 23, 31], outputs: 12), Case(input: [1, 16, 12, 64, 70], outputs: 16),
    ]

    /// The same layer as inference and as training compute it.
    private func both(_ parameters: [Tensor], _ layer: () throws -> Tensor) throws -> (
      found: [Float], expected: [Float]
    ) {
      let found = try withoutGradients { try layer().arranged(.planar).floats() }
      for parameter in parameters { try parameter.requireGradient() }
      return (found, try layer().detached().arranged(.planar).floats())
    }

    private func expectClose(_ found: [Float], _ expected: [Float]) {
      #expect(found.count == expected.count)
      let deviation = sqrt(expected.reduce(0) { $0 + Double($1) * Double($1) } / Double(expected.count))
      let largest = zip(found, expected).reduce(0) { max($0, Double(abs($1.0 - $1.1))) }
      #expect(deviation > 0.1 && largest < 1e-4 * deviation, "\(largest) of \(deviation)")
    }

    @Test(arguments: cases) func convolutionsAgree(_ test: Case) throws {
      let input = try Tensor.example(test.input).arranged(.channelsLast)
      let weight = try Tensor.example([test.outputs, test.input[1], 3, 3, 3])
      let bias = test.hasBias ? try Tensor.example([test.outputs]) : nil
      let (found, expected) = try both([weight]) {
        try input.convolved(weight, bias: bias, stride: [1, 1, 1], padding: [1, 1, 1])
      }
      expectClose(found, expected)
    }

    /// Nor does a volume in the middle of a batch differ from one alone.
    @Test func noBitDependsOnTheBatch() throws {
      let input = try Tensor.example([3, 16, 13, 20, 15])
      let weight = try Tensor.example([24, 16, 3, 3, 3])
      func convolved(_ tensor: Tensor) throws -> [Float] {
        try withoutGradients {
          try tensor.arranged(.channelsLast).convolved(weight, bias: nil, stride: [1, 1, 1], padding: [1, 1, 1])
            .arranged(.planar).floats()
        }
      }
      let all = try convolved(input)
      let one = try convolved(input.narrowed(0, 1..<2))
      #expect(Array(all[one.count..<(2 * one.count)]) == one)
    }

    @Test(arguments: [[2, 2, 2], [1, 2, 2], [2, 1, 3]]) func upsamplingAgrees(_ stride: [Int]) throws {
      for (channels, hasBias) in [(16, true), (5, false)] {
        let input = try Tensor.example([2, channels, 5, 6, 7]).arranged(.channelsLast)
        let weight = try Tensor.example([channels, 8] + stride)
        let bias = hasBias ? try Tensor.example([8]) : nil
        let (found, expected) = try both([weight]) {
          try input.convolvedTransposed(weight, bias: bias, stride: stride)
        }
        expectClose(found, expected)
      }
    }
  }
}
