@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_16a13f7c2d3affe95efMu_() async throws -> Void {
  @Sendable func $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(LabelMapTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_7__localfMu_.aValueOutsideTheMapIsUnknown())))
  }
  try await $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_25generatora13f7c2d3affe95efMu_() async -> Testing.Test {
  return .__function(
  named: "aValueOutsideTheMapIsUnknown()",
  in: LabelMapTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/LabelMapTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift", line: 19, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_16a13f7c2d3affe95efMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_24accessora13f7c2d3affe95efMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_25generatora13f7c2d3affe95efMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_33testContentRecorda13f7c2d3affe95efMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests08LabelMapB0V016aValueOutsideTheD9IsUnknown4TestfMp_24accessora13f7c2d3affe95efMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:21:4-21:4
