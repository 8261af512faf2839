@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_16e9e4598962f0abaafMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(LeftoverTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_7__localfMu_.exportsAreOverwrittenFromTheStart())))
  }
  try await $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_25generatore9e4598962f0abaafMu_() async -> Testing.Test {
  return .__function(
  named: "exportsAreOverwrittenFromTheStart()",
  in: LeftoverTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/LeftoverTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift", line: 57, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_16e9e4598962f0abaafMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_24accessore9e4598962f0abaafMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_25generatore9e4598962f0abaafMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_33testContentRecorde9e4598962f0abaafMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests08LeftoverC0V33exportsAreOverwrittenFromTheStart4TestfMp_24accessore9e4598962f0abaafMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/LeftoverTests.swift:82:4-82:4
