import CVectors

/// The processor's vectors of 256 bits.
enum WideVectors {
  /// Asked once.
  static let areThere = sheaf_has_wide_vectors() != 0
}
