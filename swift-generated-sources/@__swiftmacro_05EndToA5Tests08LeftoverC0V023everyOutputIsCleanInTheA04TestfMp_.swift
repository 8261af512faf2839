@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_16c058c5e81f1e47a6fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(LeftoverTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_7__localfMu_.everyOutputIsCleanInTheEnd())))
  }
  try await $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_25generatorc058c5e81f1e47a6fMu_() async -> Testing.Test {
  return .__function(
  named: "everyOutputIsCleanInTheEnd()",
  in: LeftoverTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/LeftoverTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift", line: 28, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_16c058c5e81f1e47a6fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_24accessorc058c5e81f1e47a6fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_25generatorc058c5e81f1e47a6fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_33testContentRecordc058c5e81f1e47a6fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests08LeftoverC0V023everyOutputIsCleanInTheA04TestfMp_24accessorc058c5e81f1e47a6fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:55:4-55:4
