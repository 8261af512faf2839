@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_16cb068ee1ee42c248fMu_(ranks arg0:Int) async throws -> Void {
  @Sendable func $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_7__localfMu0_(ranks arg0:Int,_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(CommandLineTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_7__localfMu_.aPlanIsPrintedRefusedOrLeftAtThat(ranks: arg0))))
  }
  try await $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_7__localfMu0_(ranks: arg0)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_25generatorcb068ee1ee42c248fMu_() async -> Testing.Test {
  return .__function(
  named: "aPlanIsPrintedRefusedOrLeftAtThat(ranks:)",
  in: CommandLineTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],arguments: {[0, 2]},sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/CommandLineTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift", line: 95, column: 4),
  parameters: [(firstName: "ranks",secondName: nil,type: (Int).self)],
  testFunction: $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_16cb068ee1ee42c248fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_24accessorcb068ee1ee42c248fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_25generatorcb068ee1ee42c248fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_33testContentRecordcb068ee1ee42c248fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests011CommandLineC0V33aPlanIsPrintedRefusedOrLeftAtThat4TestfMp_24accessorcb068ee1ee42c248fMu_($0, $1, $2, $3) },
  0b10,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/CommandLineTests.swift:107:4-107:4
