@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_16e51582528dd795f2fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(ExportWeightsCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_7__localfMu_.writesOnceAndReportsWhatItWrote())))
  }
  try await $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_25generatore51582528dd795f2fMu_() async -> Testing.Test {
  return .__function(
  named: "writesOnceAndReportsWhatItWrote()",
  in: ExportWeightsCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/ExportWeightsCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift", line: 35, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_16e51582528dd795f2fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_24accessore51582528dd795f2fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_25generatore51582528dd795f2fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_33testContentRecorde51582528dd795f2fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests020ExportWeightsCommandC0V31writesOnceAndReportsWhatItWrote4TestfMp_24accessore51582528dd795f2fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/ExportWeightsCommandTests.swift:61:4-61:4
