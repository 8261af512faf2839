@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_16b647003136ae9772fMu_() async throws -> Void {
  @Sendable func $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(EvaluationTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_7__localfMu_.slabBySlabEqualsWholeForEverySmallExtent())))
  }
  try await $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_25generatorb647003136ae9772fMu_() async -> Testing.Test {
  return .__function(
  named: "slabBySlabEqualsWholeForEverySmallExtent()",
  in: EvaluationTests.self,
  xcTestCompatibleSelector: nil,
  traits: [.__documentationLine("/// In any number of pieces, on any number of threads, the result is that of the whole.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/EvaluationTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift", line: 18, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_16b647003136ae9772fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_24accessorb647003136ae9772fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_25generatorb647003136ae9772fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_33testContentRecordb647003136ae9772fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTestsAAV40slabBySlabEqualsWholeForEverySmallExtent4TestfMp_24accessorb647003136ae9772fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:41:4-41:4
