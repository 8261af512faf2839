import Foundation
import Testing
import Torch

extension TorchTests {
  @Suite struct Operators {
    /// Convolution by its definition; `input` (1, in, z, y, x).
    private func convolution(
      _ input: Tensor, _ weight: Tensor, _ bias: Tensor, stride: [Int], padding: [Int]
    ) throws -> [Float] {
      let (i, w) = (input.shape, weight.shape)
      let (values, weights, biases) = (try input.floats(), try weight.floats(), try bias.floats())
      func index(_ shape: [Int], _ position: [Int]) -> Int {
        zip(shape, position).reduce(0) { $0 * $1.0 + $1.1 }
      }
      let size = (0..<3).map { axis -> Int in (i[2 + axis] + 2 * padding[axis] - w[2 + axis]) / stride[axis] + 1 }
      var result: [Float] = []
      for output in positions([w[0]] + size) {
        var sum = biases[output[0]]
        for tap in positions(Array(w[1...])) {
          let at = (0..<3).map { axis -> Int in output[1 + axis] * stride[axis] + tap[1 + axis] - padding[axis] }
          guard (0..<3).allSatisfy({ at[$0] >= 0 && at[$0] < i[2 + $0] }) else { continue }
          sum += values[index(i, [0, tap[0]] + at)] * weights[index(w, [output[0]] + tap)]
        }
        result.append(sum)
      }
      return result
    }

    /// Every position in a box, in C order.
    private func positions(_ shape: [Int]) -> [[Int]] {
      shape.reduce([[]]) { prefixes, size in prefixes.flatMap { prefix in (0..<size).map { prefix + [$0] } } }
    }

    @Test(arguments: [[1, 1, 1], [2, 2, 2], [1, 2, 2]])
    func convolves(stride: [Int]) throws {
      let input = try Tensor.example([1, 2, 5, 6, 7])
      let weight = try Tensor.example([3, 2, 3, 1, 3], seed: 2)
      let bias = try Tensor.example([3], seed: 3)
      let output = try input.convolved(weight, bias: bias, stride: stride, padding: [1, 0, 1])
      let expected = try convolution(input, weight, bias, stride: stride, padding: [1, 0, 1])
      #expect(isClose(try output.floats(), expected))
    }

    @Test func upsamplesByTransposedConvolution() throws {
      let input = try Tensor.copying([Float(1), 2], shape: [1, 1, 1, 1, 2])
      let weight = try Tensor.copying((1...8).map(Float.init), shape: [1, 1, 2, 2, 2])
      let output = try input.convolvedTransposed(weight, bias: nil, stride: [2, 2, 2])
      #expect(output.shape == [1, 1, 2, 2, 4])
      #expect(try output.floats() == [1, 2, 2, 4, 3, 4, 6, 8, 5, 6, 10, 12, 7, 8, 14, 16])
    }

    @Test func normalizesEachChannelOfEachSample() throws {
      let input = try Tensor.example([2, 3, 2, 3, 4])
      let weight = try Tensor.copying([Float(1), 2, 3], shape: [3])
      let bias = try Tensor.copying([Float(0), -1, 5], shape: [3])
      let output = try input.instanceNormalized(weight: weight, bias: bias).floats()
      let values = try input.floats()
      for plane in 0..<6 {
        let part = values[plane * 24..<(plane + 1) * 24].map(Double.init)
        let mean = part.reduce(0, +) / 24
        let variance = part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 24
        let (scale, shift) = ([1.0, 2, 3][plane % 3], [0.0, -1, 5][plane % 3])
        let expected = part.map { Float(($0 - mean) / (variance + 1e-5).squareRoot() * scale + shift) }
        #expect(isClose(Array(output[plane * 24..<(plane + 1) * 24]), expected))
      }
    }

    @Test func computesSimpleOperators() throws {
      let a = try Tensor.copying([Float(-2), 0, 3], shape: [3])
      let b = try Tensor.copying([Float(4), 5, 6], shape: [3])
      #expect(try a.adding(b).floats() == [2, 5, 9])
      #expect(try a.multiplied(by: b).floats() == [-8, 0, 18])
      #expect(try a.scaled(by: 2, adding: 1).floats() == [-3, 1, 7])
      #expect(try a.raised(to: 2).floats() == [4, 0, 9])
      #expect(try a.clamped(to: -1...1).floats() == [-1, 0, 1])
      #expect(try isClose(a.sigmoid().floats(), [0.119203, 0.5, 0.952574]))
      #expect(try isClose(a.softmax(axis: 0).floats(), [0.0063775, 0.0471234, 0.9464991]))
      #expect(try a.equals(3).floats() == [0, 0, 1])
      #expect(try a.sum().item() == 1)
      #expect(try b.mean().item() == 5)
      #expect(try a.flipped(axes: [0]).floats() == [3, 0, -2])
      #expect(try Tensor.concatenated([a, b], axis: 0).floats() == [-2, 0, 3, 4, 5, 6])
    }

    @Test func poolsAndResizes() throws {
      let line = try Tensor.copying((0..<8).map(Float.init), shape: [1, 1, 1, 1, 8])
      #expect(try line.averagePooled([1, 1, 2]).floats() == [0.5, 2.5, 4.5, 6.5])
      #expect(try line.resized(to: [1, 1, 4], .nearest).floats() == [1, 3, 5, 7])
      #expect(try line.resized(to: [1, 1, 4], .linear).floats() == [0.5, 2.5, 4.5, 6.5])
    }

    @Test func cutsThroughMaps() throws {
      let volume = try Tensor.example([1, 1, 4, 4, 4])
      let marks = try Tensor.copying((0..<64).map { UInt8($0) }, shape: [1, 1, 4, 4, 4])
      func cut(_ matrix: [Double], _ size: [Int]) throws -> (image: Tensor, marks: Tensor) {
        try Tensor.cut(image: volume, marks: marks, through: matrix, size: size, outside: 200)
      }
      let unit: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
      let whole = try cut(unit, [4, 4, 4])
      #expect(try whole.image.floats() == volume.floats())
      #expect(try whole.marks.array(of: UInt8.self) == marks.array())
      // z and x exchanged: one line along z, from the middle of the volume.
      let turned = try cut([0, 0, 1, 0, 1, 0, 1, 0, 0], [2, 2, 4])
      let values = try volume.floats()
      var expected: [Float] = []
      for x in 1..<3 {
        for y in 1..<3 { for z in 0..<4 { expected.append(values[z * 16 + y * 4 + x]) } }
      }
      #expect(try isClose(turned.image.floats(), expected))
      // Steps of two voxels: −1.5 lies beyond the first voxel, 0.5 between two.
      let wide = try cut([2, 0, 0, 0, 2, 0, 0, 0, 2], [4, 4, 4])
      #expect(try wide.marks.array(of: UInt8.self).count { $0 == 200 } == 64 - 8)
      #expect(throws: TorchError.self) {
        try Tensor.cut(image: volume, marks: volume, through: unit, size: [4, 4, 4], outside: 0)
      }
    }
  }
}
