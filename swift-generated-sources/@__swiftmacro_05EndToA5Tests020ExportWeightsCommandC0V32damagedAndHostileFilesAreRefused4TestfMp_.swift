@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_17Z9f45207ada391fa8fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(ExportWeightsCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_7__localfMu_.damagedAndHostileFilesAreRefused())))
  }
  try await $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_25generator9f45207ada391fa8fMu_() async -> Testing.Test {
  return .__function(
  named: "damagedAndHostileFilesAreRefused()",
  in: ExportWeightsCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/ExportWeightsCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift", line: 63, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_17Z9f45207ada391fa8fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_24accessor9f45207ada391fa8fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_25generator9f45207ada391fa8fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_33testContentRecord9f45207ada391fa8fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests020ExportWeightsCommandC0V32damagedAndHostileFilesAreRefused4TestfMp_24accessor9f45207ada391fa8fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:81:4-81:4
