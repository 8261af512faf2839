@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_16fd2262cf2fd6e4dcfMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(CommandLineTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_7__localfMu_.mistypedCommandsAndOptionsSuggestTheRightOnes())))
  }
  try await $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_25generatorfd2262cf2fd6e4dcfMu_() async -> Testing.Test {
  return .__function(
  named: "mistypedCommandsAndOptionsSuggestTheRightOnes()",
  in: CommandLineTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/CommandLineTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift", line: 179, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_16fd2262cf2fd6e4dcfMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_24accessorfd2262cf2fd6e4dcfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_25generatorfd2262cf2fd6e4dcfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_33testContentRecordfd2262cf2fd6e4dcfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests011CommandLineC0V45mistypedCommandsAndOptionsSuggestTheRightOnes4TestfMp_24accessorfd2262cf2fd6e4dcfMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:191:4-191:4
