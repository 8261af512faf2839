@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_17Z5b71636a0c260e29fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(InferCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_7__localfMu_.impossibleRequestsEndWithOneSentence())))
  }
  try await $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_25generator5b71636a0c260e29fMu_() async -> Testing.Test {
  return .__function(
  named: "impossibleRequestsEndWithOneSentence()",
  in: InferCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/InferCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift", line: 127, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_17Z5b71636a0c260e29fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_24accessor5b71636a0c260e29fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_25generator5b71636a0c260e29fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_33testContentRecord5b71636a0c260e29fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012InferCommandC0V018impossibleRequestsA15WithOneSentence4TestfMp_24accessor5b71636a0c260e29fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InferCommandTests.swift:141:4-141:4
