@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_17Z69cf41557d410b33fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(LabelCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_7__localfMu_.labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions())))
  }
  try await $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_25generator69cf41557d410b33fMu_() async -> Testing.Test {
  return .__function(
  named: "labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions()",
  in: LabelCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/LabelCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift", line: 63, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_17Z69cf41557d410b33fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_24accessor69cf41557d410b33fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_25generator69cf41557d410b33fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_33testContentRecord69cf41557d410b33fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012LabelCommandC0V54labelsEqualThoseOfInferOnAnyRanksAndAfterInterruptions4TestfMp_24accessor69cf41557d410b33fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LabelCommandTests.swift:112:4-112:4
