@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_17Z5a1d545027f3b066fMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(NetworkResultTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_7__localfMu_.inferencePrintsOnePlanAndOverwritesFromTheBeginning())))
  }
  try await $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_25generator5a1d545027f3b066fMu_() async -> Testing.Test {
  return .__function(
  named: "inferencePrintsOnePlanAndOverwritesFromTheBeginning()",
  in: NetworkResultTests.self,
  xcTestCompatibleSelector: nil,
  traits: [.__documentationLine("/// A command of several passes prints one plan, and starts from the beginning only when told to.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/NetworkResultTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift", line: 32, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_17Z5a1d545027f3b066fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_24accessor5a1d545027f3b066fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_25generator5a1d545027f3b066fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_33testContentRecord5a1d545027f3b066fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests013NetworkResultC0V51inferencePrintsOnePlanAndOverwritesFromTheBeginning4TestfMp_24accessor5a1d545027f3b066fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/NetworkResultTests.swift:50:4-50:4
