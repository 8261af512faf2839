import Torch

/// Weights of a network that was trained on transposed volumes (`transpose_forward` of nnU-Net's plans), as those of the
/// network that does the same on volumes in the order z, y, x: the kernels are transposed back.
struct TransposedWeights: StoredWeights {
  let original: any StoredWeights
  /// Axis *i* of the original's input is axis `order[i]` of a volume.
  let order: [Int]

  var path: String { original.path }
  var format: String { original.format }
  var unreadable: [String: String] { original.unreadable }
  var notes: [String: String] { original.notes }
  var describedBySheaf: String? { original.describedBySheaf }

  var tensors: [String: StoredTensor] {
    original.tensors.mapValues { stored in
      guard stored.shape.count == 5 else { return stored }
      return StoredTensor(
        elementType: stored.elementType, shape: Array(stored.shape[..<2]) + order.restore(Array(stored.shape[2...])))
    }
  }

  func tensor(_ name: String) throws -> Tensor {
    let tensor = try original.tensor(name)
    let shape = tensor.shape
    guard shape.count == 5 else { return tensor }
    var strides = Array(repeating: 1, count: 5)
    for axis in (0..<4).reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    func restored(_ values: [Int]) -> [Int] { Array(values[..<2]) + order.restore(Array(values[2...])) }
    let elements = try tensor.arranged(.planar).strided([tensor.count], strides: [1], offset: 0)
    return try elements.strided(restored(shape), strides: restored(strides), offset: 0)
  }

  func describedByOthers() throws -> ModelDescription? { try original.describedByOthers() }
}
