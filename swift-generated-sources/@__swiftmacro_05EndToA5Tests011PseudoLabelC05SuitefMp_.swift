@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private  func $s05EndToA5Tests011PseudoLabelC05SuitefMp_9generatorfMu_() async -> Testing.Test {
  .__type(
    PseudoLabelTests.self,
    traits: [.serialized,.__documentationLine("/// A round of pseudo-labels as a user types it.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/PseudoLabelTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift", line: 10, column: 2)
  )
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests011PseudoLabelC05SuitefMp_8accessorfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests011PseudoLabelC05SuitefMp_9generatorfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests011PseudoLabelC05SuitefMp_17testContentRecordfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests011PseudoLabelC05SuitefMp_8accessorfMu_($0, $1, $2, $3) },
  0b1,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:50:2-50:2
