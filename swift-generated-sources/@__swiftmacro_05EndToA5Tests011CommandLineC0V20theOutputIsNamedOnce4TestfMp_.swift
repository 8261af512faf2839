@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_16c937a3de618eed69fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(CommandLineTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_7__localfMu_.theOutputIsNamedOnce())))
  }
  try await $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_25generatorc937a3de618eed69fMu_() async -> Testing.Test {
  return .__function(
  named: "theOutputIsNamedOnce()",
  in: CommandLineTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/CommandLineTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift", line: 164, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_16c937a3de618eed69fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_24accessorc937a3de618eed69fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_25generatorc937a3de618eed69fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_33testContentRecordc937a3de618eed69fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests011CommandLineC0V20theOutputIsNamedOnce4TestfMp_24accessorc937a3de618eed69fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:177:4-177:4
