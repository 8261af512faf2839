/// Counts of the tensors in a weights file, for people.
package struct WeightsSummary: Sendable {
  /// Distinct tensors: those that PyTorch's files list under several names count once.
  package let tensors: Int
  /// Their elements.
  package let parameters: Int
  /// Element types with their number of tensors, sorted by name.
  package let elementTypes: [(key: String, count: Int)]

  package init(_ weights: any StoredWeights) {
    var byName: [String: StoredTensor] = [:]
    for (name, tensor) in weights.tensors { byName[WeightNames.canonical(name)] = tensor }
    tensors = byName.count
    // A tensor may repeat one element along axes whose product exceeds any memory.
    parameters = byName.values.reduce(0) { sum, tensor in
      let count = tensor.shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      return sum.addingReportingOverflow(count).partialValue
    }
    elementTypes = Dictionary(grouping: byName.values, by: \.elementType)
      .map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }
}
