import Foundation
import Scratch
import Testing

/// A test whose cases are drawn at random. When it fails, its seed and the command that replays it are printed with the
/// failure.
///
/// The seed is that of `SHEAF_TEST_SEED`; without it, the test's own usual seed where it has one, else one that is drawn
/// anew for every run of the tests.
package struct RandomisedTest: TestTrait, TestScoping {
  fileprivate let usualSeed: UInt64?

  /// The seed of the test that is running.
  @TaskLocal fileprivate static var seed: UInt64?
  private static let seedOfRun = UInt64.random(in: 0..<1_000_000_000)
  private static let givenSeed: UInt64? = {
    guard let text = ProcessInfo.processInfo.environment["SHEAF_TEST_SEED"], !text.isEmpty else { return nil }
    guard let seed = UInt64(text) else { fatalError("SHEAF_TEST_SEED: expected an unsigned integer, found \(text)") }
    return seed
  }()

  package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let seed = Self.givenSeed ?? usualSeed ?? Self.seedOfRun
    let name = Self.name(of: test)
    let addsSeed: IssueHandlingTrait = .compactMapIssues { issue in
      var issue = issue
      issue.comments.append("random seed \(seed); replay with: SHEAF_TEST_SEED=\(seed) make test TEST=\(name)")
      return issue
    }
    try await Self.$seed.withValue(seed) {
      try await addsSeed.provideScope(for: test, testCase: testCase, performing: function)
    }
  }

  /// `TilingTests.RankTests/killedRunsResume` for the test of identifier
  /// `TilingTests.RankTests/killedRunsResume(_:)/RankTests.swift:52:3`.
  private static func name(of test: Test) -> String {
    String("\(test.id)".prefix { $0 != "(" })
  }
}

extension Trait where Self == RandomisedTest {
  /// Another seed in every run.
  package static var randomised: Self { RandomisedTest(usualSeed: nil) }

  /// The same seed in every run unless `SHEAF_TEST_SEED` says otherwise.
  package static func randomised(usualSeed: UInt64) -> Self { RandomisedTest(usualSeed: usualSeed) }
}

/// The seed of a test with the trait `.randomised`, for its random numbers.
package var testSeed: UInt64 {
  guard let seed = RandomisedTest.seed else { preconditionFailure("this test lacks the trait .randomised") }
  return seed
}

extension SeededNumbers {
  /// The random numbers of a test with the trait `.randomised`; others for every `stream`.
  package static func ofTest(stream: Int = 0) -> SeededNumbers {
    SeededNumbers(seed: testSeed &+ UInt64(truncatingIfNeeded: stream) &* 0xd1b5_4a32_d192_ed03)
  }
}
