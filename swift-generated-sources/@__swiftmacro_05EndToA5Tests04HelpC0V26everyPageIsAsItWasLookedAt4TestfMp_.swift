@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_16ff8f45c2d55754a7fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(HelpTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_7__localfMu_.everyPageIsAsItWasLookedAt())))
  }
  try await $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_25generatorff8f45c2d55754a7fMu_() async -> Testing.Test {
  return .__function(
  named: "everyPageIsAsItWasLookedAt()",
  in: HelpTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/HelpTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/HelpTests.swift", line: 19, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_16ff8f45c2d55754a7fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_24accessorff8f45c2d55754a7fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_25generatorff8f45c2d55754a7fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_33testContentRecordff8f45c2d55754a7fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests04HelpC0V26everyPageIsAsItWasLookedAt4TestfMp_24accessorff8f45c2d55754a7fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/HelpTests.swift:37:4-37:4
