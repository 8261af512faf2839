@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_17Z7da7f0b121da04d8fMu_(ranks arg0:Int) async throws -> Void {
  @Sendable func $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_7__localfMu0_(ranks arg0:Int,_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(EvaluateCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_7__localfMu_.limitsAndSignalsEndItWithCode75(ranks: arg0))))
  }
  try await $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_7__localfMu0_(ranks: arg0)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_25generator7da7f0b121da04d8fMu_() async -> Testing.Test {
  return .__function(
  named: "limitsAndSignalsEndItWithCode75(ranks:)",
  in: EvaluateCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],arguments: {[0, 2]},sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/EvaluateCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift", line: 63, column: 4),
  parameters: [(firstName: "ranks",secondName: nil,type: (Int).self)],
  testFunction: $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_17Z7da7f0b121da04d8fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_24accessor7da7f0b121da04d8fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_25generator7da7f0b121da04d8fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_33testContentRecord7da7f0b121da04d8fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests015EvaluateCommandC0V016limitsAndSignalsA12ItWithCode754TestfMp_24accessor7da7f0b121da04d8fMu_($0, $1, $2, $3) },
  0b10,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/EvaluateCommandTests.swift:80:4-80:4
