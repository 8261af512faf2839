import Files
import Foundation
import Jobs
import Synchronization
import Testing

@Suite struct ByteSizeTests {
  @Test func sizesAsPeopleWriteThem() {
    let expected: [String: Int] = [
      "1": 1, "2000000": 2_000_000, "17 B": 17, "512MiB": 512 << 20, "1.5 GiB": 3 << 29, "4G": 4 << 30, "4g": 4 << 30,
      "2k": 2048, "3kB": 3000, "1.25MB": 1_250_000, "2TB": 2_000_000_000_000, "1T": 1 << 40, ".5G": 1 << 29,
    ]
    for (text, bytes) in expected { #expect(ByteSize(text)?.bytes == bytes, "\(text)") }
  }

  @Test func textThatIsNotASizeIsRefused() {
    for text in ["", "G", "0", "-1G", "1 QB", "1.2.3M", "nan", "inf", "1e3", "9999999999T", "１G", "1GG", "0.1"] {
      #expect(ByteSize(text) == nil, "\(text)")
    }
  }

  @Test func sizesAreShownWithThreeDigits() {
    let expected: [Int: String] = [
      0: "0 bytes", 1023: "1023 bytes", 1024: "1.00 KiB", 1536: "1.50 KiB", 10 << 20: "10.0 MiB",
      1000 << 30: "1000 GiB",
      (1 << 30) - 1: "1.00 GiB", 1 << 40: "1.00 TiB", 1 << 50: "1.00 PiB",
    ]
    for (bytes, text) in expected { #expect(ByteSize(bytes: bytes).description == text) }
  }
}

/// A console that keeps what it is told, and a clock that tests turn.
private final class Recorder: Sendable {
  let text = Mutex("")
  let time = Mutex(100.0)
  func console(isTerminal: Bool) -> Console {
    Console(isTerminal: isTerminal) { text in self.text.withLock { $0 += text } }
  }
  var clock: @Sendable () -> Double { { self.time.withLock { $0 } } }
  func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
  var lines: [String] { text.withLock { $0.split(separator: "\n").map(String.init) } }
}

@Suite struct ProgressTests {
  @Test func withoutATerminalThereIsALineAnInterval() {
    let recorder = Recorder()
    let progress = Progress(
      label: "tile", total: 100, unitName: "bands", done: 20, bytesPerUnit: 0x1p20,
      console: recorder.console(isTerminal: false), intervalInSeconds: 10, now: recorder.clock)
    for second in 0..<40 {
      progress.update(20 + second)
      recorder.advance(1)
    }
    progress.update(60)
    progress.finish()
    #expect(
      recorder.lines == [
        "tile: 22 of 100 bands (22 %), 1.00 MiB/s, 1 min 18 s left",
        "tile: 32 of 100 bands (32 %), 1.00 MiB/s, 1 min 8 s left",
        "tile: 42 of 100 bands (42 %), 1.00 MiB/s, 58 s left",
        "tile: 52 of 100 bands (52 %), 1.00 MiB/s, 48 s left",
        "tile: 60 of 100 bands (60 %), 1.00 MiB/s, 40 s left",
      ])
  }

  @Test func aShortJobPrintsNoProgress() {
    let recorder = Recorder()
    let progress = Progress(
      label: "tile", total: 3, unitName: "bands", console: recorder.console(isTerminal: false), now: recorder.clock)
    progress.update(3)
    recorder.advance(1.9)
    progress.update(3)
    progress.finish()
    #expect(recorder.lines.isEmpty)
  }

  @Test func aBarFitsTheTerminal() {
    let (bar, text) = ("#####---------------", "tile: 5 of 20 units (25 %), 1.20 GiB/s, 3 min 20 s left")
    #expect(Progress.line(bar: bar, text, columns: nil) == "[\(bar)] \(text)")
    for columns in 1..<100 {
      let line = Progress.line(bar: bar, text, columns: columns)
      #expect(line.count < columns && (line.hasSuffix(text) || text.hasPrefix(line)), "\(columns): \(line)")
    }
  }

  @Test func onATerminalABarIsDrawnOverItself() {
    let recorder = Recorder()
    let progress = Progress(
      label: "pretrain", total: 10, unitName: "steps", console: recorder.console(isTerminal: true), now: recorder.clock)
    progress.update(0)
    recorder.advance(20)
    progress.update(5, note: "loss 0.25")
    recorder.advance(0.1)
    progress.update(6)
    recorder.advance(19.9)
    progress.update(10)
    progress.finish()
    let drawn = recorder.text.withLock { $0 }
    #expect(drawn.hasPrefix("\r[--------------------] pretrain: 0 of 10 steps (0 %)\u{1B}[K"))
    #expect(
      drawn.contains(
        "\r[##########----------] pretrain: 5 of 10 steps (50 %), 4.00 s each, 20 s left, loss 0.25\u{1B}[K"))
    #expect(!drawn.contains("6 of 10"))
    #expect(
      drawn.hasSuffix(
        "\r[####################] pretrain: 10 of 10 steps (100 %), 4.00 s each, took 40 s, loss 0.25\u{1B}[K\n"))
  }

  @Test func durations() {
    let expected: [(Double, String)] = [
      (0, "0.00 s"), (1.234, "1.23 s"), (9.96, "10 s"), (59.4, "59 s"), (200, "3 min 20 s"), (3600, "1 h 0 min"),
      (90000, "1 d 1 h"), (-1, "0.00 s"),
    ]
    for (seconds, text) in expected { #expect(durationText(seconds) == text) }
  }
}

@Suite struct ConsoleTests {
  @Test func aFullDiskIsReportedAndStopsNothing() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    let isWritten = writeText("plan\n", to: full)
    let reason = errno
    #expect(!isWritten && reason == ENOSPC)
    #expect(writeText("", to: full))
  }
}

@Suite struct PlanReportTests {
  private let plan = JobPlan(
    command: "tile", unitCount: 8, unitName: "bands", bytesRead: 3 << 30, bytesWritten: 2 << 30,
    memoryPerRankInBytes: 700 << 20, description: ["volume 30 × 2000 × 2000 uint16"])

  private static func rank(_ threads: Int, on processors: Int, of node: Int) -> RankResources {
    RankResources(threads: threads, processors: processors, processorsOfNode: node, ranksOfNode: 2)
  }

  private func report(
    memory: Int? = nil, free: Int = 100 << 30, done: Int = 0,
    ranks: [RankResources] = [rank(2, on: 2, of: 2)]
  ) -> PlanReport {
    PlanReport(
      plan: plan, settings: JobSettings(memoryInBytes: memory, threads: 2), ranks: ranks, unitsDone: done,
      disk: ("/data", free))
  }

  @Test func thePlanSaysWhatWillBeDone() {
    #expect(
      report(memory: 1 << 30, done: 2).lines == [
        "sheaf tile: 8 bands, 2 of them done already (25 %)",
        "  volume 30 × 2000 × 2000 uint16",
        "  reads 3.00 GiB, writes at most 2.00 GiB, 100 GiB free at /data",
        "  memory 700 MiB per rank (1.00 GiB allowed), 1 rank × 2 threads, each rank may run on 2 CPUs",
      ])
  }

  @Test func threadsWithoutProcessorsAreWarnedOf() {
    let starved = report(ranks: [Self.rank(4, on: 4, of: 4), Self.rank(2, on: 1, of: 4)])
    #expect(starved.lines.contains { $0.contains("2 ranks × 2 to 4 threads, each rank may run on 1 to 4 CPUs") })
    #expect(starved.warnings.contains { $0.contains("a rank with 2 threads is bound to 1 of its node's 4 CPUs") })
    func warns(_ rank: RankResources) -> Bool { !report(ranks: [rank]).warnings.isEmpty }
    #expect(warns(Self.rank(1, on: 1, of: 64)))
    #expect(warns(Self.rank(2, on: 1, of: 2)))
    #expect(!warns(Self.rank(1, on: 1, of: 2)))
    #expect(!warns(Self.rank(1, on: 1, of: 1)))
    // Threads that share all there is cannot be helped by binding.
    #expect(!warns(Self.rank(2, on: 1, of: 1)))
    #expect(!warns(Self.rank(4, on: 2, of: 64)))
  }

  @Test func tooLittleMemoryIsRefusedNamingTheMinimum() throws {
    try report(memory: 700 << 20).refuseIfImpossible()
    let fault = #expect(throws: Fault.self) { try report(memory: (700 << 20) - 1).refuseIfImpossible() }
    #expect(fault?.kind == .usage)
    #expect(fault?.message.contains("--memory 700MiB") == true)
  }

  @Test func tooLittleDiskIsRefusedExceptForWhatIsDone() throws {
    try report(free: 2 << 30).refuseIfImpossible()
    try report(free: 1 << 30, done: 4).refuseIfImpossible()
    let fault = #expect(throws: Fault.self) { try report(free: 1 << 30, done: 3).refuseIfImpossible() }
    #expect(fault?.kind == .io && fault?.isDiskFull == true)
  }

  @Test func freeDiskIsThatOfTheNearestDirectory() throws {
    let here = try #require(freeDiskInBytes(at: "/tmp"))
    #expect(here > 0)
    #expect(freeDiskInBytes(at: "/tmp/sheaf-not-there/at/all") != nil)
  }
}
