@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private  func $s05EndToA5Tests012InstallationC05SuitefMp_9generatorfMu_() async -> Testing.Test {
  .__type(
    InstallationTests.self,
    traits: [.serialized,.__documentationLine("/// What `make install` puts somewhere runs for another user, with a libtorch that is found when it starts.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/InstallationTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift", line: 9, column: 2)
  )
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests012InstallationC05SuitefMp_8accessorfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012InstallationC05SuitefMp_9generatorfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests012InstallationC05SuitefMp_17testContentRecordfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012InstallationC05SuitefMp_8accessorfMu_($0, $1, $2, $3) },
  0b1,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:105:2-105:2
