@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private  func $s15EvaluationTestsAA5SuitefMp_9generatorfMu_() async -> Testing.Test {
  .__type(
    EvaluationTests.self,
    traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/EvaluationTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift", line: 8, column: 2)
  )
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s15EvaluationTestsAA5SuitefMp_8accessorfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTestsAA5SuitefMp_9generatorfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s15EvaluationTestsAA5SuitefMp_17testContentRecordfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTestsAA5SuitefMp_8accessorfMu_($0, $1, $2, $3) },
  0b1,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/EvaluationTests.swift:152:2-152:2
