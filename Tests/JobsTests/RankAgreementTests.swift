import Files
import Foundation
import Launching
import Testing

/// What is told when one rank of several differs from the others.
@Suite struct RankAgreementTests {
  private func probe(_ arguments: String...) throws -> Ending {
    try Running(launch(ranks: 3, builtProgram("mpi-probe"), arguments)).wait()
  }

  @Test func whatOneRankLacksNamesTheRankAndItsHost() throws {
    let ending = try probe("fault", "missing", "2")
    #expect(ending.code == 66)
    #expect(ending.errors.contains("fault: rank 2 on \(hostName()): cannot read planes"), "\(ending.errors)")
  }

  @Test func aRankOfAnotherVersionIsRefused() throws {
    let ending = try probe("fault", "version", "1")
    let sentence =
      "fault: rank 1 on \(hostName()) has another version of Sheaf than rank 0 on \(hostName()): expected \"sheaf "
      + "9.9.9\", found \"sheaf 0.1.0\"; install the same version on all nodes"
    #expect(ending.code == 64 && ending.errors.contains(sentence), "\(ending.errors)")
    #expect(try probe("fault", "version", "7").code == 0)
  }
}
