/// Whether a structure's objects are separate or one connected whole, and, where known, how much of the tissue they
/// fill.
public enum StructureCategory: String, Sendable, CaseIterable {
  case isolated
  case isolatedSparse = "isolated-sparse"
  case isolatedDense = "isolated-dense"
  case contiguous
  case contiguousSparse = "contiguous-sparse"
  case contiguousDense = "contiguous-dense"

  /// What is known of the structures that are often labelled in cleared organs; nil for any other name.
  package init?(structure: String) {
    let name = structure.lowercased()
    let known: [(words: [String], category: StructureCategory)] = [
      (["plaque", "amyloid", "c-fos", "cfos", "c_fos"], .isolatedSparse),
      (["nuclei", "nucleus"], .isolatedDense),
      (["microglia", "astrocyt", "chondro", "dopaminergic", "cell"], .isolated),
      (["axon"], .contiguousSparse),
      (["lymphatic", "nerve", "sympathetic", "neurit", "dendrit"], .contiguous),
      (["vessel", "vascul", "arter", "capillar"], .contiguousDense),
    ]
    guard let found = known.first(where: { $0.words.contains { name.contains($0) } }) else { return nil }
    self = found.category
  }
}
