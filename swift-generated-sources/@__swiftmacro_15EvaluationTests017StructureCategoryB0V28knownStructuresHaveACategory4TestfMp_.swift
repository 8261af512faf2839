@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_17Z9d0983516fad5d77fMu_(structure arg0:String,expected arg1:StructureCategory) async throws -> Void {
  @Sendable func $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_7__localfMu0_(structure arg0:String,expected arg1:StructureCategory,_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(StructureCategoryTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_7__localfMu_.knownStructuresHaveACategory(structure: arg0,expected: arg1))))
  }
  try await $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_7__localfMu0_(structure: arg0,expected: arg1)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_25generator9d0983516fad5d77fMu_() async -> Testing.Test {
  return .__function(
  named: "knownStructuresHaveACategory(structure:expected:)",
  in: StructureCategoryTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],arguments: {[
    ("c-Fos cells", StructureCategory.isolatedSparse), ("Amyloid plaques", .isolatedSparse), ("nuclei", .isolatedDense),
    ("microglia", .isolated), ("axons", .contiguousSparse), ("sympathetic nerves", .contiguous),
    ("blood vessels", .contiguousDense),
  ]},sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/StructureCategoryTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/StructureCategoryTests.swift", line: 5, column: 4),
  parameters: [(firstName: "structure",secondName: nil,type: (String).self),(firstName: "expected",secondName: nil,type: (StructureCategory).self)],
  testFunction: $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_17Z9d0983516fad5d77fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_24accessor9d0983516fad5d77fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_25generator9d0983516fad5d77fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_33testContentRecord9d0983516fad5d77fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests017StructureCategoryB0V28knownStructuresHaveACategory4TestfMp_24accessor9d0983516fad5d77fMu_($0, $1, $2, $3) },
  0b10,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/StructureCategoryTests.swift:12:4-12:4
