@available(*, deprecated, message: "This function is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_17Z122744c84e4c21affMu_() async throws -> Void {
  @Sendable func $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_7__localfMu0_(_:isolated (any _Concurrency.Actor)?=Testing.__defaultSynchronousIsolationContext) async throws {
    let $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_7__localfMu_ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait(StoreCommandTests())))
    _ = unsafe try await Testing.__requiringUnsafe(Testing.__requiringTry(Testing.__requiringAwait($s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_7__localfMu_.theCategoryFollowsFromTheStructure())))
  }
  try await $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_7__localfMu0_()
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
@Sendable private static func $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_25generator122744c84e4c21affMu_() async -> Testing.Test {
  return .__function(
  named: "theCategoryFollowsFromTheStructure()",
  in: StoreCommandTests.self,
  xcTestCompatibleSelector: nil,
  traits: [],sourceLocation: Testing.SourceLocation(__uncheckedFileID: "EndToEndTests/StoreCommandTests.swift", filePath: "/tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift", line: 38, column: 4),
  parameters: [],
  testFunction: $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_17Z122744c84e4c21affMu_
)
}

@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private static nonisolated let $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_24accessor122744c84e4c21affMu_: Testing.__TestContentRecordAccessor = { outValue, type, _, _ in
  Testing.Test.__store($s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_25generator122744c84e4c21affMu_, into: outValue, asTypeAt: type)
}

@section("swift5_tests")
@used
@available(*, deprecated, message: "This property is an implementation detail of the testing library. Do not use it directly.")
private nonisolated static let $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_33testContentRecord122744c84e4c21affMu_: Testing.__TestContentRecord = (
  0x74657374, /* 'test' */
  0,
  { unsafe $s05EndToA5Tests012StoreCommandC0V34theCategoryFollowsFromTheStructure4TestfMp_24accessor122744c84e4c21affMu_($0, $1, $2, $3) },
  0,
  0
)

// original-source-range: /tmp/w/baseline/Tests/EndToEndTests/StoreCommandTests.swift:41:4-41:4
