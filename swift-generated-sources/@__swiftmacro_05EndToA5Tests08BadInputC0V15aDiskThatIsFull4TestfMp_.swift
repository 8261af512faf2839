@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_16b9e63a213f7611aafMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(BadInputTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_7__localfMu_.aDiskThatIsFull())))
  }
  try await $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_25generatorb9e63a213f7611aafMu_() async -> Testing.Test {
  return .__function(
  named: "aDiskThatIsFull()",
  in: BadInputTests.self,
  xcTestCompatibleSelector: nil,
  traits: [.__documentationLine("/// A limit on the size of files stands for a disk that fills up: the write fails in the middle of a shard.")],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/BadInputTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift", line: 96, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_16b9e63a213f7611aafMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_24accessorb9e63a213f7611aafMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_25generatorb9e63a213f7611aafMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_33testContentRecordb9e63a213f7611aafMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests08BadInputC0V15aDiskThatIsFull4TestfMp_24accessorb9e63a213f7611aafMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/BadInputTests.swift:114:4-114:4
