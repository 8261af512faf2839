@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_17Z237892e4bd4a375cfMu_() async throws -> Void {
  @Sendable func $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(EvaluationTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_7__localfMu_.nothingOnEitherSideHasNoScore())))
  }
  try await $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_25generator237892e4bd4a375cfMu_() async -> Testing.Test {
  return .__function(
  named: "nothingOnEitherSideHasNoScore()",
  in: EvaluationTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/EvaluationTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift", line: 69, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_17Z237892e4bd4a375cfMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_24accessor237892e4bd4a375cfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_25generator237892e4bd4a375cfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_33testContentRecord237892e4bd4a375cfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTestsAAV29nothingOnEitherSideHasNoScore4TestfMp_24accessor237892e4bd4a375cfMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:76:4-76:4
