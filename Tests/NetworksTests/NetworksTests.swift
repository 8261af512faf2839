import Files
import Foundation
import Networks
import Testing
import Torch

func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
}

/// Numbers without structure in [−0.5, 0.5): the formula of Fixtures/make_fixtures.py.
func numbers(_ count: Int, key: Int) -> [Float] {
  (0..<count).map { index in
    let value = (Double(index) + 1 + 1000 * Double(key)) * 0.6180339887498949
    return Float(value.truncatingRemainder(dividingBy: 1) - 0.5)
  }
}

extension ResidualEncoderUNet {
  /// Weights by formula, so that norms that start at zero take part too.
  func setExampleWeights() throws {
    for (index, parameter) in parameters.sorted(by: { $0.name < $1.name }).enumerated() {
      try parameter.tensor.set(numbers(parameter.tensor.count, key: index))
    }
  }
}

/// The largest difference, relative to the largest expected value.
func relativeError(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count else { return .infinity }
  let scale = max(expected.map(abs).max() ?? 0, .leastNormalMagnitude)
  return zip(found, expected).map { abs($0 - $1) }.reduce(0, max) / scale
}
