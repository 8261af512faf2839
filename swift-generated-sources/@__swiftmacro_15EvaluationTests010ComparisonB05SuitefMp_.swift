@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private  func $s15EvaluationTests010ComparisonB05SuitefMp_9generatorfMu_() async -> Testing.Test {
  .__type(
    ComparisonTests.self,
    traits: [.__documentationLine("/// What is checked before the pass, and how it is divided and stopped.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/ComparisonTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift", line: 11, column: 2)
  )
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s15EvaluationTests010ComparisonB05SuitefMp_8accessorfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests010ComparisonB05SuitefMp_9generatorfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s15EvaluationTests010ComparisonB05SuitefMp_17testContentRecordfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests010ComparisonB05SuitefMp_8accessorfMu_($0, $1, $2, $3) },
  0b1,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:168:2-168:2
