@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_16c69c9e7a7d76e3bafMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(PseudoLabelTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_7__localfMu_.aRoundOfPseudoLabelsIsTheSameOnAnyRanksAndAfterAKill())))
  }
  try await $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_25generatorc69c9e7a7d76e3bafMu_() async -> Testing.Test {
  return .__function(
  named: "aRoundOfPseudoLabelsIsTheSameOnAnyRanksAndAfterAKill()",
  in: PseudoLabelTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/PseudoLabelTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift", line: 11, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_16c69c9e7a7d76e3bafMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_24accessorc69c9e7a7d76e3bafMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_25generatorc69c9e7a7d76e3bafMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_33testContentRecordc69c9e7a7d76e3bafMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests011PseudoLabelC0V08aRoundOfD38LabelsIsTheSameOnAnyRanksAndAfterAKill4TestfMp_24accessorc69c9e7a7d76e3bafMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/PseudoLabelTests.swift:49:4-49:4
