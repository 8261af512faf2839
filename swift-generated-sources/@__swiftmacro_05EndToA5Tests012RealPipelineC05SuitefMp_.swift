@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private  func $s05EndToA5Tests012RealPipelineC05SuitefMp_9generatorfMu_() async -> Testing.Test {
  .__type(
    RealPipelineTests.self,
    traits: [.__documentationLine("/// The full pipeline as the README types it, on real light-sheet data: planes of a cleared brain and sparsely annotated"),.__documentationLine("/// axons. Trained for a few steps only: what is tested is that every stage reads what the one before it wrote.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/RealPipelineTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift", line: 13, column: 2)
  )
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests012RealPipelineC05SuitefMp_8accessorfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012RealPipelineC05SuitefMp_9generatorfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated  let $s05EndToA5Tests012RealPipelineC05SuitefMp_17testContentRecordfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012RealPipelineC05SuitefMp_8accessorfMu_($0, $1, $2, $3) },
  0b1,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift:70:2-70:2
