import Files
import Foundation
import Jobs
import MPI
import Scratch
import Synchronization
import Testing

/// Doubts are said once when they arise, again at the end, kept with the output, and errors when that is asked for.
@Suite struct WarningsTests {
  /// What a console prints.
  private final class Printed: Sendable {
    private let text = Mutex("")
    var all: String { text.withLock { $0 } }
    func add(_ more: String) { text.withLock { $0 += more } }
  }

  @Test(arguments: [false, true]) func eachIsPrintedOnceAndRepeatedAtTheEndUnlessQuiet(isQuiet: Bool) {
    let printed = Printed()
    let console = Console(isTerminal: false, isQuiet: isQuiet, write: printed.add)
    console.repeatWarnings()
    #expect(printed.all.isEmpty)
    console.warn("the order of planes is doubtful")
    console.warn("a rank is slow", about: .run)
    console.warn("the order of planes is doubtful")
    #expect(printed.all == "warning: the order of planes is doubtful\nwarning: a rank is slow\n")
    let once = printed.all
    console.line("a plan")
    console.repeatWarnings()
    #expect(
      printed.all == once
        + (isQuiet ? "" : "a plan\n2 warnings:\n  the order of planes is doubtful\n  a rank is slow\n"))
  }

  @Test func anyThreadMayWarn() {
    let printed = Printed()
    let console = Console(isTerminal: false, write: printed.add)
    DispatchQueue.concurrentPerform(iterations: 64) { console.warn("warning number \($0 % 8)") }
    #expect(console.warnings.all.count == 8)
    #expect(printed.all.split(separator: "\n").count == 8)
  }

  @Test func thoseAboutTheResultAreKeptAlsoWhenALaterRunDoesNotRaiseThem() throws {
    try withTemporaryDirectory { directory in
      func write(_ texts: [String]) throws {
        let warnings = Warnings()
        texts.forEach { warnings.add(Warning($0)) }
        warnings.add(Warning("a rank is slow", about: .run))
        try ResolvedSettings(command: "tile", programVersion: "1", warnings: warnings).write(to: directory)
      }
      try write(["unknown voxel size"])
      #expect(try RecordedSettings(in: directory).warnings == ["unknown voxel size"])
      try write([])
      #expect(try RecordedSettings(in: directory).warnings == ["unknown voxel size"])
    }
  }

  @Test func strictMakesThemErrorsBeforeAnythingIsWritten() throws {
    try withTemporaryDirectory { directory in
      func job(_ warning: Warning) throws {
        let console = Console(isTerminal: false, warnings: Warnings(isStrict: true)) { _ in }
        console.warn(warning)
        _ = try Job(
          plan: JobPlan(command: "tile", unitCount: 1), directory: directory + "/out/.sheaf", identity: "",
          output: directory + "/out", communicator: .single(), settings: JobSettings(console: console))
      }
      let fault = #expect(throws: Fault.self) { try job(Warning("unknown voxel size")) }
      #expect(fault?.kind == .badData && fault?.message == "--strict makes a warning an error: unknown voxel size")
      #expect(!fileExists(directory + "/out"))
      try job(Warning("a rank is slow", about: .run))
    }
  }

  /// The unit is done, but the pass does not end, so nobody closes the output.
  @Test func strictLeavesTheOutputUnfinishedWhenAUnitWarns() throws {
    try withTemporaryDirectory { directory in
      let console = Console(isTerminal: false, warnings: Warnings(isStrict: true)) { _ in }
      let job = try Job(
        plan: JobPlan(command: "tile", unitCount: 1), directory: directory + "/out/.sheaf", identity: "",
        output: directory + "/out", communicator: .single(), settings: JobSettings(console: console))
      let fault = #expect(throws: Fault.self) {
        _ = try job.run { _ in
          console.warn("a plane is dark")
          return Data()
        }
      }
      #expect(fault?.kind == .badData && fault?.message.contains("a plane is dark") == true)
    }
  }
}
