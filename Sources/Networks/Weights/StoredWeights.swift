import Files
import Foundation
import Torch

/// The weights of a network in a file of any format that Sheaf reads.
public protocol StoredWeights: Sendable {
  var path: String { get }
  /// Name of the format, for people.
  var format: String { get }
  /// The tensors in the file, by its own names.
  var tensors: [String: StoredTensor] { get }
  /// What stands among the tensors without being one that can be read, by name: what it is.
  var unreadable: [String: String] { get }
  /// Texts that accompany the weights in the file.
  var notes: [String: String] { get }
  /// The JSON of a `ModelDescription` that Sheaf wrote into the file.
  var describedBySheaf: String? { get }

  /// Reads one tensor.
  ///
  /// - Throws: `Fault` when there is no tensor of that name or the file cannot be read, `TorchError` when memory runs out.
  func tensor(_ name: String) throws -> Tensor

  /// The network as described by the program that wrote the file; nil when it is not.
  ///
  /// - Throws: `Fault` of kind `badData` for a network that Sheaf does not have.
  func describedByOthers() throws -> ModelDescription?
}

extension StoredWeights {
  public var unreadable: [String: String] { [:] }
}

/// What a file says about a tensor before it is read.
public struct StoredTensor: Sendable, Equatable {
  /// By PyTorch's name, such as `float32`.
  package let elementType: String
  package let shape: [Int]

  package init(elementType: String, shape: [Int]) {
    self.elementType = elementType
    self.shape = shape
  }

  /// Whether its elements can be those of a layer; counters and indices cannot.
  var isOfRealNumbers: Bool { elementType.hasPrefix("float") || elementType.hasPrefix("bfloat") }
}
