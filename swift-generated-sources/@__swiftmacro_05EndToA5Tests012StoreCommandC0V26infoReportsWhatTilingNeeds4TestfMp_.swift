@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_16c435a025e4bf3160fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(StoreCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_7__localfMu_.infoReportsWhatTilingNeeds())))
  }
  try await $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_25generatorc435a025e4bf3160fMu_() async -> Testing.Test {
  return .__function(
  named: "infoReportsWhatTilingNeeds()",
  in: StoreCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/StoreCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift", line: 43, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_16c435a025e4bf3160fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_24accessorc435a025e4bf3160fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_25generatorc435a025e4bf3160fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_33testContentRecordc435a025e4bf3160fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012StoreCommandC0V26infoReportsWhatTilingNeeds4TestfMp_24accessorc435a025e4bf3160fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:62:4-62:4
