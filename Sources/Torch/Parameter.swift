/// A tensor that training changes, with its name in weights files.
package struct Parameter: Sendable {
  package let name: String
  package let tensor: Tensor

  package init(_ name: String, _ tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}
