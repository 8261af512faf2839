@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_17Z3d30730958973278fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(TrainingBadInputTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_7__localfMu_.trainingThatGoesAstray())))
  }
  try await $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_25generator3d30730958973278fMu_() async -> Testing.Test {
  return .__function(
  named: "trainingThatGoesAstray()",
  in: TrainingBadInputTests.self,
  xcTestCompatibleSelector: nil,
  traits: [.__documentationLine("/// A learning rate beyond all measure: the run ends saying so, and its last checkpoint is one from before.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/TrainingBadInputTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift", line: 54, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_17Z3d30730958973278fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_24accessor3d30730958973278fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_25generator3d30730958973278fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_33testContentRecord3d30730958973278fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests016TrainingBadInputC0V22trainingThatGoesAstray4TestfMp_24accessor3d30730958973278fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingBadInputTests.swift:64:4-64:4
