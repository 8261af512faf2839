import Foundation
import Launching
import Scratch
import Testing

/// `sheaf phantom --varied-pairs` gives the same files for any number of ranks, and after a stop.
@Suite struct VariedPairsTests {
  private func phantom(_ output: String) -> [String] {
    [
      "phantom", output, "--extent", "12,24,24", "--seed", "5", "--structures", "nuclei,vessels", "--varied-pairs", "5",
      "--pair-extent", "20", "--threads", "1",
    ]
  }

  private func run(_ arguments: [String], ranks: Int) throws -> Running {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments))
  }

  @Test func anyNumberOfRanksAndAnyStopMakeTheSamePairs() throws {
    try withTemporaryDirectory { directory in
      func made(_ name: String, ranks: Int) throws -> [String: Data] {
        let ending = try run(phantom(directory + "/" + name), ranks: ranks).wait()
        try #require(ending.code == 0, "\(ending.errors)")
        return try everything(below: directory + "/" + name)
      }
      let alone = try made("alone", ranks: 0)
      #expect(alone.keys.count { $0.hasPrefix("pairs/images/") } == 10)
      for ranks in [2, 3] {
        #expect(differences(alone, try made("ranks-\(ranks)", ranks: ranks)) == [], "\(ranks) ranks")
      }
      // Ended at several times, the last of which may be too late; mpirun takes its ranks along.
      for milliseconds in [40, 120, 250, 400] {
        let running = try run(phantom(directory + "/stopped"), ranks: 2)
        usleep(useconds_t(milliseconds * 1000))
        running.send(SIGTERM)
        _ = running.wait()
      }
      #expect(differences(alone, try made("stopped", ranks: 3)) == [])
    }
  }
}
