@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_16eb2367fe3398133afMu_() async throws -> Void {
  @Sendable func $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(EvaluationTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_7__localfMu_.labelsOfEveryTypeHaveTheirClasses())))
  }
  try await $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_25generatoreb2367fe3398133afMu_() async -> Testing.Test {
  return .__function(
  named: "labelsOfEveryTypeHaveTheirClasses()",
  in: EvaluationTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/EvaluationTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift", line: 104, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_16eb2367fe3398133afMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_24accessoreb2367fe3398133afMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_25generatoreb2367fe3398133afMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_33testContentRecordeb2367fe3398133afMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTestsAAV33labelsOfEveryTypeHaveTheirClasses4TestfMp_24accessoreb2367fe3398133afMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:129:4-129:4
