@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private  func $s05EndToA5Tests08LeftoverC05SuitefMp_9generatorfMu_() async -> Testing.Test {
  .__type(
    LeftoverTests.self,
    traits: [.__documentationLine("/// Runs that were killed while they wrote a file leave half of it behind; the run that finishes the output takes it away,"),.__documentationLine("/// and nothing of anybody else's.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/LeftoverTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift", line: 9, column: 2)
  )
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests08LeftoverC05SuitefMp_8accessorfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests08LeftoverC05SuitefMp_9generatorfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests08LeftoverC05SuitefMp_17testContentRecordfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests08LeftoverC05SuitefMp_8accessorfMu_($0, $1, $2, $3) },
  0b1,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:83:2-83:2
