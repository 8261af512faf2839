@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private  func $s05EndToA5Tests04HelpC05SuitefMp_9generatorfMu_() async -> Testing.Test {
  .__type(
    HelpTests.self,
    traits: [.__documentationLine("/// The help pages, compared with those in Fixtures/Help so that every change of them is looked at."),.__documentationLine("///"),.__documentationLine("/// `SHEAF_UPDATE_HELP=1 swift test --filter HelpTests` rewrites them.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/HelpTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/HelpTests.swift", line: 9, column: 2)
  )
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests04HelpC05SuitefMp_8accessorfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests04HelpC05SuitefMp_9generatorfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests04HelpC05SuitefMp_17testContentRecordfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests04HelpC05SuitefMp_8accessorfMu_($0, $1, $2, $3) },
  0b1,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/HelpTests.swift:38:2-38:2
