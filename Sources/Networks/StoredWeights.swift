import Files
import Foundation
import Torch

/// The weights of a network in a file of any format that Sheaf reads.
package protocol StoredWeights: Sendable {
  var path: String { get }
  /// The format, for people.
  var format: String { get }
  /// What the file holds, by its own names.
  var tensors: [String: StoredTensor] { get }
  /// Texts that stand beside the weights in the file.
  var notes: [String: String] { get }
  /// What Sheaf wrote beside the weights: the JSON of a `ModelDescription`.
  var describedBySheaf: String? { get }

  /// Reads one tensor.
  ///
  /// - Throws: `Fault` when there is none of that name or the file cannot be read, `TorchError` when memory runs out.
  func tensor(_ name: String) throws -> Tensor

  /// What other programs wrote about the network; nil when that is nothing.
  ///
  /// - Throws: `Fault.badData` when the network is one that Sheaf does not have.
  func describedByOthers() throws -> ModelDescription?
}

/// What a file tells of a tensor before it is read.
package struct StoredTensor: Sendable, Equatable {
  /// As PyTorch calls it, such as `float32`.
  package let elementType: String
  package let shape: [Int]

  package init(elementType: String, shape: [Int]) {
    self.elementType = elementType
    self.shape = shape
  }
}

/// What there is of tensors in a weights file, for people.
package struct WeightsSummary: Sendable {
  /// Different tensors: the several names that PyTorch's files have for one count once.
  package let tensors: Int
  /// Elements of them.
  package let parameters: Int
  /// Element types with the tensors that have them, in the order of their names.
  package let elementTypes: [(key: String, count: Int)]

  package init(_ weights: any StoredWeights) {
    var byName: [String: StoredTensor] = [:]
    for (name, tensor) in weights.tensors { byName[WeightNames.canonical(name)] = tensor }
    tensors = byName.count
    // Axes whose product is beyond any memory are of tensors that repeat one element.
    parameters = byName.values.reduce(0) { sum, tensor in
      let count = tensor.shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      return sum.addingReportingOverflow(count).partialValue
    }
    elementTypes = Dictionary(grouping: byName.values, by: \.elementType)
      .map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }
}

/// Opens weights, their format told by their content: safetensors, or the `.pth` of PyTorch, nnU-Net and nnssl.
///
/// - Throws: `Fault.noInput` when there is no such file, `Fault.badData` when it is damaged or something else.
package func openWeights(_ path: String) throws -> any StoredWeights {
  if try WeightsFile.looksLikeWeights(path) { return try WeightsFile(path: path) }
  if try PyTorchFile.looksLikeArchive(path) { return try PyTorchFile(path: path) }
  let file = try ReadableFile(path)
  if file.size >= 2, try file.read(at: 0, count: 1) == Data([0x80]) {
    throw Fault.badData(
      "\(path) looks like a bare pickle, as PyTorch before 1.6 wrote it, and is not read: load it in a newer PyTorch and "
        + "save its state dictionary again with torch.save")
  }
  throw Fault.badData(
    "\(path) is no weights file: expected safetensors, or a .pth as torch.save writes it, found something else")
}
