import Jobs
import MPI
import Testing
import Threads

@Suite struct MachineTests {
  @Test func aLoneRankTakesAllProcessors() throws {
    #expect(try Processors.defaultThreads(.single()) == Processors.available)
    #expect(MachineMemory().bytes > 1 << 20)
  }
}

@Suite struct StopSignalsTests {
  @Test func theTimeLimitAndTheProgramCanStop() {
    #expect(!StopSignals().isStopRequested)
    #expect(!StopSignals(maxHours: 1000).isStopRequested)
    #expect(StopSignals(maxHours: 0).reason == "stopped by the time limit of 0.0 hours")
    let signals = StopSignals()
    signals.requestStop("no more data")
    signals.requestStop("later")
    #expect(signals.reason == "no more data")
  }
}
