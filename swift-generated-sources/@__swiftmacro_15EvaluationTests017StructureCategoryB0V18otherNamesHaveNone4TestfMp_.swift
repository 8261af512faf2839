@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_16c77ee39fb85d7911fMu_() async throws -> Void {
  @Sendable func $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(StructureCategoryTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_7__localfMu_.otherNamesHaveNone())))
  }
  try await $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_25generatorc77ee39fb85d7911fMu_() async -> Testing.Test {
  return .__function(
  named: "otherNamesHaveNone()",
  in: StructureCategoryTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/StructureCategoryTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/StructureCategoryTests.swift", line: 14, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_16c77ee39fb85d7911fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_24accessorc77ee39fb85d7911fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_25generatorc77ee39fb85d7911fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_33testContentRecordc77ee39fb85d7911fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests017StructureCategoryB0V18otherNamesHaveNone4TestfMp_24accessorc77ee39fb85d7911fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/StructureCategoryTests.swift:17:4-17:4
