@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_17Z6edd2c343ec5cd29fMu_() async throws -> Void {
  @Sendable func $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(LabelMapTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_7__localfMu_.theMapOfSparseAnnotation())))
  }
  try await $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_25generator6edd2c343ec5cd29fMu_() async -> Testing.Test {
  return .__function(
  named: "theMapOfSparseAnnotation()",
  in: LabelMapTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EvaluationTests/LabelMapTests.swift", filePath: "/tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift", line: 6, column: 4),
  parameters: [],
  testFunction: $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_17Z6edd2c343ec5cd29fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_24accessor6edd2c343ec5cd29fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_25generator6edd2c343ec5cd29fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_33testContentRecord6edd2c343ec5cd29fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s15EvaluationTests08LabelMapB0V03theD18OfSparseAnnotation4TestfMp_24accessor6edd2c343ec5cd29fMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EvaluationTests/LabelMapTests.swift:10:4-10:4
