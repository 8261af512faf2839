@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private  func $s05EndToA5Tests011CommandLineC05SuitefMp_9generatorfMu_() async -> Testing.Test {
  .__type(
    CommandLineTests.self,
    traits: [.serialized,.__documentationLine("/// What every command has in common: help, exit codes, one voice for all ranks, the same bytes for any number of them.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/CommandLineTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift", line: 8, column: 2)
  )
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests011CommandLineC05SuitefMp_8accessorfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests011CommandLineC05SuitefMp_9generatorfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests011CommandLineC05SuitefMp_17testContentRecordfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests011CommandLineC05SuitefMp_8accessorfMu_($0, $1, $2, $3) },
  0b1,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:272:2-272:2
