@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_16c359fe18d6c4cfdcfMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(BadInputTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_7__localfMu_.inputsThatAreNoVolume())))
  }
  try await $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_25generatorc359fe18d6c4cfdcfMu_() async -> Testing.Test {
  return .__function(
  named: "inputsThatAreNoVolume()",
  in: BadInputTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/BadInputTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift", line: 38, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_16c359fe18d6c4cfdcfMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_24accessorc359fe18d6c4cfdcfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_25generatorc359fe18d6c4cfdcfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_33testContentRecordc359fe18d6c4cfdcfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests08BadInputC0V21inputsThatAreNoVolume4TestfMp_24accessorc359fe18d6c4cfdcfMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:47:4-47:4
