import Foundation
import Testing
import Torch

/// One after another: the tests count living tensors and set the thread count, which belong to the whole process.
@Suite(.serialized) struct TorchTests {}

/// Numbers without structure, the same in every run.
func pseudorandom(_ count: Int, seed: Int = 1) -> [Float] {
  (0..<count).map {
    Float(sin(Double($0 * 12 + seed * 7 + 3) * 0.7431) * 43758.5453.truncatingRemainder(dividingBy: 7))
  }
}

func isClose(_ a: [Float], _ b: [Float], tolerance: Float = 1e-5) -> Bool {
  guard a.count == b.count else { return false }
  let scale = max(1, b.map(abs).max() ?? 1)
  return zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * scale }
}

extension Tensor {
  /// A small volume of numbers without structure.
  static func example(_ shape: [Int], seed: Int = 1) throws -> Tensor {
    try .copying(pseudorandom(shape.reduce(1, *), seed: seed), shape: shape)
  }
}

func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
}
