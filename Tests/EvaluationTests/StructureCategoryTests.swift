import Evaluation
import Testing

@Suite struct StructureCategoryTests {
  @Test(arguments: [
    ("c-Fos cells", StructureCategory.isolatedSparse), ("Amyloid plaques", .isolatedSparse), ("nuclei", .isolatedDense),
    ("microglia", .isolated), ("axons", .contiguousSparse), ("sympathetic nerves", .contiguous),
    ("blood vessels", .contiguousDense),
  ])
  func knownStructuresHaveACategory(structure: String, expected: StructureCategory) {
    #expect(StructureCategory(structure: structure) == expected)
  }

  @Test func otherNamesHaveNone() {
    #expect(StructureCategory(structure: "autofluorescence") == nil)
    #expect(StructureCategory(rawValue: "cubic") == nil)
  }
}
