@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_17Z345b6873ae009fe8fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(InstallationTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_7__localfMu_.anInstalledCopyRunsWithTheLibtorchThatIsNamed())))
  }
  try await $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_25generator345b6873ae009fe8fMu_() async -> Testing.Test {
  return .__function(
  named: "anInstalledCopyRunsWithTheLibtorchThatIsNamed()",
  in: InstallationTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/InstallationTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift", line: 41, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_17Z345b6873ae009fe8fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_24accessor345b6873ae009fe8fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_25generator345b6873ae009fe8fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_33testContentRecord345b6873ae009fe8fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012InstallationC0V45anInstalledCopyRunsWithTheLibtorchThatIsNamed4TestfMp_24accessor345b6873ae009fe8fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/InstallationTests.swift:63:4-63:4
