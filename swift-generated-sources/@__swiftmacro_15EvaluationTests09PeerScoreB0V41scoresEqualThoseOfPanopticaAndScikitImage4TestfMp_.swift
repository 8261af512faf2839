@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_16c479932633dc531bfMu_() async throws -> Void {
  @Sendable func $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(PeerScoreTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_7__localfMu_.scoresEqualThoseOfPanopticaAndScikitImage())))
  }
  try await $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_25generatorc479932633dc531bfMu_() async -> Testing.Test {
  return .__function(
  named: "scoresEqualThoseOfPanopticaAndScikitImage()",
  in: PeerScoreTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/PeerScoreTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift", line: 37, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_16c479932633dc531bfMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_24accessorc479932633dc531bfMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_25generatorc479932633dc531bfMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_33testContentRecordc479932633dc531bfMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests09PeerScoreB0V41scoresEqualThoseOfPanopticaAndScikitImage4TestfMp_24accessorc479932633dc531bfMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/PeerScoreTests.swift:68:4-68:4
