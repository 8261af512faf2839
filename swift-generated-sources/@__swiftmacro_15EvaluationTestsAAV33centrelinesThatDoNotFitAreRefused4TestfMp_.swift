@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_17Z60e153b4df7bb72afMu_() async throws -> Void {
  @Sendable func $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(EvaluationTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_7__localfMu_.centrelinesThatDoNotFitAreRefused())))
  }
  try await $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_25generator60e153b4df7bb72afMu_() async -> Testing.Test {
  return .__function(
  named: "centrelinesThatDoNotFitAreRefused()",
  in: EvaluationTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/EvaluationTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift", line: 131, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_17Z60e153b4df7bb72afMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_24accessor60e153b4df7bb72afMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_25generator60e153b4df7bb72afMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_33testContentRecord60e153b4df7bb72afMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTestsAAV33centrelinesThatDoNotFitAreRefused4TestfMp_24accessor60e153b4df7bb72afMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:139:4-139:4
