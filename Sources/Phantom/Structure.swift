/// What a stain of the phantom organ shows. Every structure is an image of its own, as in a light-sheet series with one
/// dye an organ.
public enum Structure: String, Sendable, Codable, CaseIterable {
  /// Isolated and dense: cell nuclei, about 7 voxels across.
  case nuclei
  /// Isolated and sparse: bright fuzzy deposits, 8 to 20 voxels across.
  case plaques
  /// Contiguous and dense: a branching network of tapering tubes.
  case vessels
  /// Contiguous and sparse: thin tortuous fibres, some of them beaded.
  case axons

  public var isContiguous: Bool { self == .vessels || self == .axons }
  /// As `finetune` and `corpus` name it.
  package var category: String { (isContiguous ? "contiguous" : "isolated") + (isSparse ? "-sparse" : "-dense") }
  public var isSparse: Bool { self == .plaques || self == .axons }
}
