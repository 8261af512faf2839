@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_17Z7e7e2c86ce5c0f4dfMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(CommandLineTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_7__localfMu_.everyCommandHasHelpWithAnExample())))
  }
  try await $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_25generator7e7e2c86ce5c0f4dfMu_() async -> Testing.Test {
  return .__function(
  named: "everyCommandHasHelpWithAnExample()",
  in: CommandLineTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/CommandLineTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift", line: 35, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_17Z7e7e2c86ce5c0f4dfMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_24accessor7e7e2c86ce5c0f4dfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_25generator7e7e2c86ce5c0f4dfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_33testContentRecord7e7e2c86ce5c0f4dfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests011CommandLineC0V05everyD20HasHelpWithAnExample4TestfMp_24accessor7e7e2c86ce5c0f4dfMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:44:4-44:4
