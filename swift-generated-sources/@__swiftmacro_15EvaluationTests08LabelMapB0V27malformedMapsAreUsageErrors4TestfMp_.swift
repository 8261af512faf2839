@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_16accc6b22ead4ead7fMu_(text arg0:String) async throws -> Void {
  @Sendable func $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_7__localfMu0_(text arg0:String,_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(LabelMapTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_7__localfMu_.malformedMapsAreUsageErrors(text: arg0))))
  }
  try await $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_7__localfMu0_(text: arg0)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_25generatoraccc6b22ead4ead7fMu_() async -> Testing.Test {
  return .__function(
  named: "malformedMapsAreUsageErrors(text:)",
  in: LabelMapTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],arguments: {["2", "2=1=0", "a=1", "1=2", "1=1,1=0", "*=0,*=1", "1=", "=1", "1=1,,2=0"]},sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/LabelMapTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift", line: 23, column: 4),
  parameters: [(firstName: "text",secondName: nil,type: (String).self)],
  testFunction: $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_16accc6b22ead4ead7fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_24accessoraccc6b22ead4ead7fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_25generatoraccc6b22ead4ead7fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_33testContentRecordaccc6b22ead4ead7fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests08LabelMapB0V27malformedMapsAreUsageErrors4TestfMp_24accessoraccc6b22ead4ead7fMu_($0, $1, $2, $3) },
  0b10,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:27:4-27:4
