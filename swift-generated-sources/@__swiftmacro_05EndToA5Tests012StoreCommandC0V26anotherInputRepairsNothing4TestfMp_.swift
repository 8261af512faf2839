@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_17Z2ccb2270da090f4ffMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(StoreCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_7__localfMu_.anotherInputRepairsNothing())))
  }
  try await $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_25generator2ccb2270da090f4ffMu_() async -> Testing.Test {
  return .__function(
  named: "anotherInputRepairsNothing()",
  in: StoreCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/StoreCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift", line: 85, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_17Z2ccb2270da090f4ffMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_24accessor2ccb2270da090f4ffMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_25generator2ccb2270da090f4ffMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_33testContentRecord2ccb2270da090f4ffMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012StoreCommandC0V26anotherInputRepairsNothing4TestfMp_24accessor2ccb2270da090f4ffMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:92:4-92:4
