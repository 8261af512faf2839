@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_17Z82b96b5ad17e9c18fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(CommandLineTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_7__localfMu_.noCommandWritesOverItsInput())))
  }
  try await $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_25generator82b96b5ad17e9c18fMu_() async -> Testing.Test {
  return .__function(
  named: "noCommandWritesOverItsInput()",
  in: CommandLineTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/CommandLineTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift", line: 142, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_17Z82b96b5ad17e9c18fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_24accessor82b96b5ad17e9c18fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_25generator82b96b5ad17e9c18fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_33testContentRecord82b96b5ad17e9c18fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests011CommandLineC0V02noD18WritesOverItsInput4TestfMp_24accessor82b96b5ad17e9c18fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:162:4-162:4
