@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_17Z69c37bb2fe89eeb0fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(NetworkResultTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_7__localfMu_.resultsAreJSONOfOneDialectAndQuietIsQuiet())))
  }
  try await $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_25generator69c37bb2fe89eeb0fMu_() async -> Testing.Test {
  return .__function(
  named: "resultsAreJSONOfOneDialectAndQuietIsQuiet()",
  in: NetworkResultTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/NetworkResultTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift", line: 9, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_17Z69c37bb2fe89eeb0fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_24accessor69c37bb2fe89eeb0fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_25generator69c37bb2fe89eeb0fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_33testContentRecord69c37bb2fe89eeb0fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests013NetworkResultC0V036resultsAreJSONOfOneDialectAndQuietIsL04TestfMp_24accessor69c37bb2fe89eeb0fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:29:4-29:4
