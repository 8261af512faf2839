@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_17Z8be71dbc6a9e30d7fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(RealPipelineTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_7__localfMu_.planesAndAxonsBecomeScoredObjects())))
  }
  try await $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_25generator8be71dbc6a9e30d7fMu_() async -> Testing.Test {
  return .__function(
  named: "planesAndAxonsBecomeScoredObjects()",
  in: RealPipelineTests.self,
  xcTestCompatibleSelector: nil,
  traits: [.needsRealData("brain-planes", "axons/volume.tif", "axons/labels.tif")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/RealPipelineTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift", line: 21, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_17Z8be71dbc6a9e30d7fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_24accessor8be71dbc6a9e30d7fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_25generator8be71dbc6a9e30d7fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_33testContentRecord8be71dbc6a9e30d7fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012RealPipelineC0V33planesAndAxonsBecomeScoredObjects4TestfMp_24accessor8be71dbc6a9e30d7fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/RealPipelineTests.swift:22:94-22:94
