@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_16Z324a0576de3be0efMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(TrainingBadInputTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_7__localfMu_.inputThatDoesNotFit())))
  }
  try await $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_24generator324a0576de3be0efMu_() async -> Testing.Test {
  return .__function(
  named: "inputThatDoesNotFit()",
  in: TrainingBadInputTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/TrainingBadInputTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift", line: 21, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_16Z324a0576de3be0efMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_23accessor324a0576de3be0efMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_24generator324a0576de3be0efMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_32testContentRecord324a0576de3be0efMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests016TrainingBadInputC0V19inputThatDoesNotFit4TestfMp_23accessor324a0576de3be0efMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:51:4-51:4
