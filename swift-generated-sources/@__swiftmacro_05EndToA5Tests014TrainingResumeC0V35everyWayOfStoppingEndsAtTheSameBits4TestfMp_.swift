@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_17Z8c3e3e9753925c28fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(TrainingResumeTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_7__localfMu_.everyWayOfStoppingEndsAtTheSameBits())))
  }
  try await $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_25generator8c3e3e9753925c28fMu_() async -> Testing.Test {
  return .__function(
  named: "everyWayOfStoppingEndsAtTheSameBits()",
  in: TrainingResumeTests.self,
  xcTestCompatibleSelector: nil,
  traits: [.randomised],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/TrainingResumeTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift", line: 23, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_17Z8c3e3e9753925c28fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_24accessor8c3e3e9753925c28fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_25generator8c3e3e9753925c28fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_33testContentRecord8c3e3e9753925c28fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests014TrainingResumeC0V35everyWayOfStoppingEndsAtTheSameBits4TestfMp_24accessor8c3e3e9753925c28fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingResumeTests.swift:66:4-66:4
