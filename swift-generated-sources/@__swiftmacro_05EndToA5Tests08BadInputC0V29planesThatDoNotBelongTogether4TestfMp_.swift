@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_17Z12ac7cbf55141ecefMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(BadInputTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_7__localfMu_.planesThatDoNotBelongTogether())))
  }
  try await $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_25generator12ac7cbf55141ecefMu_() async -> Testing.Test {
  return .__function(
  named: "planesThatDoNotBelongTogether()",
  in: BadInputTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/BadInputTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift", line: 49, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_17Z12ac7cbf55141ecefMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_24accessor12ac7cbf55141ecefMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_25generator12ac7cbf55141ecefMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_33testContentRecord12ac7cbf55141ecefMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests08BadInputC0V29planesThatDoNotBelongTogether4TestfMp_24accessor12ac7cbf55141ecefMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:76:4-76:4
