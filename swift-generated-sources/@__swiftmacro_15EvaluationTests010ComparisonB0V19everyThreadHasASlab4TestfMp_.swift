@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_17Z82cab60e3c6caf53fMu_() async throws -> Void {
  @Sendable func $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(ComparisonTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_7__localfMu_.everyThreadHasASlab())))
  }
  try await $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_25generator82cab60e3c6caf53fMu_() async -> Testing.Test {
  return .__function(
  named: "everyThreadHasASlab()",
  in: ComparisonTests.self,
  xcTestCompatibleSelector: nil,
  traits: [.__documentationLine("/// A volume that is smaller than a slab at most may be is still shared by the workers.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/ComparisonTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift", line: 94, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_17Z82cab60e3c6caf53fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_24accessor82cab60e3c6caf53fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_25generator82cab60e3c6caf53fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_33testContentRecord82cab60e3c6caf53fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests010ComparisonB0V19everyThreadHasASlab4TestfMp_24accessor82cab60e3c6caf53fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/ComparisonTests.swift:103:4-103:4
