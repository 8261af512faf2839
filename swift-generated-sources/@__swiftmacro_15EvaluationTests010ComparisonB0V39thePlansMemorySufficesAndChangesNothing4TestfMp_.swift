@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_17Z619b70afe4b9e0dffMu_() async throws -> Void {
  @Sendable func $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(ComparisonTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_7__localfMu_.thePlansMemorySufficesAndChangesNothing())))
  }
  try await $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_25generator619b70afe4b9e0dffMu_() async -> Testing.Test {
  return .__function(
  named: "thePlansMemorySufficesAndChangesNothing()",
  in: ComparisonTests.self,
  xcTestCompatibleSelector: nil,
  traits: [.__documentationLine("/// The memory that the plan asks for is enough, and what is computed does not depend on how much there is.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/ComparisonTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift", line: 77, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_17Z619b70afe4b9e0dffMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_24accessor619b70afe4b9e0dffMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_25generator619b70afe4b9e0dffMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_33testContentRecord619b70afe4b9e0dffMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests010ComparisonB0V39thePlansMemorySufficesAndChangesNothing4TestfMp_24accessor619b70afe4b9e0dffMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:91:4-91:4
