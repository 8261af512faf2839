@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_17Z17760d69b7cf155afMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(TrainingNetworkTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_7__localfMu_.aNetworkWhoseAxesDifferGoesAllTheWay())))
  }
  try await $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_25generator17760d69b7cf155afMu_() async -> Testing.Test {
  return .__function(
  named: "aNetworkWhoseAxesDifferGoesAllTheWay()",
  in: TrainingNetworkTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/TrainingNetworkTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift", line: 9, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_17Z17760d69b7cf155afMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_24accessor17760d69b7cf155afMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_25generator17760d69b7cf155afMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_33testContentRecord17760d69b7cf155afMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests015TrainingNetworkC0V01aE28WhoseAxesDifferGoesAllTheWay4TestfMp_24accessor17760d69b7cf155afMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/TrainingNetworkTests.swift:44:4-44:4
