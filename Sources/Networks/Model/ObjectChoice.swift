/// What a validation chose that `sheaf infer` is to take for objects.
package struct ObjectChoice: Codable, Hashable, Sendable {
  /// The probability from which on voxels are foreground.
  package var threshold: Double
  /// Objects of fewer voxels, of the size the network was trained on, are dropped; 0 for none.
  package var minimumObjectSize: Int

  package init(threshold: Double, minimumObjectSize: Int) {
    self.threshold = threshold
    self.minimumObjectSize = minimumObjectSize
  }

  /// What is wrong with it, as `expected …, found …`; nil when nothing is.
  var refusal: String? {
    if !(threshold > 0 && threshold <= 1) {
      return "expected a threshold above 0 and at most 1, found \(threshold)"
    }
    if !(0...Int(Int32.max)).contains(minimumObjectSize) {
      return "expected a minimumObjectSize of 0 voxels or more, found \(minimumObjectSize)"
    }
    return nil
  }
}
