@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_17Z46dd142cb44dc8c6fMu_(ranks arg0:Int) async throws -> Void {
  @Sendable func $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_7__localfMu0_(ranks arg0:Int,_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(EvaluateCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_7__localfMu_.impossibleEvaluationsAreRefusedAlsoInADryRun(ranks: arg0))))
  }
  try await $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_7__localfMu0_(ranks: arg0)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_25generator46dd142cb44dc8c6fMu_() async -> Testing.Test {
  return .__function(
  named: "impossibleEvaluationsAreRefusedAlsoInADryRun(ranks:)",
  in: EvaluateCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],arguments: {[0, 2]},sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/EvaluateCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift", line: 43, column: 4),
  parameters: [(firstName: "ranks",secondName: nil,type: (Int).self)],
  testFunction: $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_17Z46dd142cb44dc8c6fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_24accessor46dd142cb44dc8c6fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_25generator46dd142cb44dc8c6fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_33testContentRecord46dd142cb44dc8c6fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests015EvaluateCommandC0V44impossibleEvaluationsAreRefusedAlsoInADryRun4TestfMp_24accessor46dd142cb44dc8c6fMu_($0, $1, $2, $3) },
  0b10,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:61:4-61:4
