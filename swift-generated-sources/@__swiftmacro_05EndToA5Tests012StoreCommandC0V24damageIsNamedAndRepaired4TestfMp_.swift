@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_16c4c9cfa09a365ee2fMu_(ranks arg0:Int) async throws -> Void {
  @Sendable func $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_7__localfMu0_(ranks arg0:Int,_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(StoreCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_7__localfMu_.damageIsNamedAndRepaired(ranks: arg0))))
  }
  try await $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_7__localfMu0_(ranks: arg0)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_25generatorc4c9cfa09a365ee2fMu_() async -> Testing.Test {
  return .__function(
  named: "damageIsNamedAndRepaired(ranks:)",
  in: StoreCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],arguments: {[0, 2]},sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/StoreCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift", line: 64, column: 4),
  parameters: [(firstName: "ranks",secondName: nil,type: (Int).self)],
  testFunction: $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_16c4c9cfa09a365ee2fMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_24accessorc4c9cfa09a365ee2fMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_25generatorc4c9cfa09a365ee2fMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_33testContentRecordc4c9cfa09a365ee2fMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012StoreCommandC0V24damageIsNamedAndRepaired4TestfMp_24accessorc4c9cfa09a365ee2fMu_($0, $1, $2, $3) },
  0b10,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:83:4-83:4
