import Files
import Foundation

/// Runs cases one after another until their end, the end of the time, or the first finding, which may well be the end
/// of the process: that is why it is a process of its own.
///
/// Before every case its number is written to `DIRECTORY/progress`; the files are in `DIRECTORY/case`.
struct Worker {
  let entry: FuzzEntry
  let seed: UInt64
  let numbers: Range<Int>
  let seconds: Double
  let directory: String

  /// Processor time and wall-clock time that one case may take, in seconds.
  private static let timeLimit = 10
  private static let wallLimit: UInt32 = 60
  /// Address space beyond what the process has when it starts. No sample holds more than a few kilobytes, and a
  /// reader may take some tens of megabytes as scratch.
  private static let memoryLimit = 512 << 20

  /// - Returns: the exit code.
  func run() throws -> Int32 {
    let samples = try entry.samples()
    // The valid inputs must be read, or mutating them would test nothing.
    for sample in samples {
      let path = try sample.write(below: joinPath(directory, "case"))
      do { try entry.read(path) } catch {
        report("the unchanged sample \(sample.input) is refused: \(error)")
        return 2
      }
    }
    try limitMemory()
    let progress = joinPath(directory, "progress")
    let descriptor = open(progress, O_WRONLY | O_CREAT, 0o600)
    if descriptor < 0 { throw systemFault("create", progress) }
    defer { close(descriptor) }
    let end = Date(timeIntervalSinceNow: seconds)
    var read = 0
    var refused = 0
    defer { say("\(read) \(refused)") }
    for number in numbers {
      if Date() >= end { break }
      let path = try FuzzCase(entry: entry, seed: seed, number: number)
        .write(samples, below: joinPath(directory, "case"))
      let text = String(number).padding(toLength: 20, withPad: " ", startingAt: 0)
      _ = text.withCString { pwrite(descriptor, $0, 20, 0) }
      startClock(Self.timeLimit, Self.wallLimit)
      do {
        try entry.read(path)
        read += 1
      } catch let fault as Fault where [.badData, .noInput, .usage].contains(fault.kind) && isSentence(fault) {
        refused += 1
      } catch let fault as Fault {
        report("it ends in a fault of kind \(fault.kind): \(fault.message.debugDescription)")
        return 1
      } catch {
        report("\(error)")
        return 1
      }
      startClock(0, 0)
    }
    return 0
  }

  /// Messages are one line of bounded length, whatever bytes they quote.
  private func isSentence(_ fault: Fault) -> Bool {
    !fault.message.contains { $0.isNewline } && fault.message.unicodeScalars.count < 4000
  }

  private func report(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

  /// An allocation beyond the limit fails, which ends the process.
  private func limitMemory() throws {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    let bytes = UInt(pages.first ?? "0").map { $0 * UInt(sysconf(Int32(_SC_PAGESIZE))) } ?? 0
    var limit = rlimit(rlim_cur: bytes + UInt(Self.memoryLimit), rlim_max: bytes + UInt(Self.memoryLimit))
    if setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) != 0 { throw systemFault("limit memory of", "fuzz") }
  }

  /// Signals that end the process: one of its own time, which a busy machine does not change, one for deadlocks.
  private func startClock(_ processor: Int, _ wall: UInt32) {
    var timer = itimerval(
      it_interval: timeval(tv_sec: 0, tv_usec: 0), it_value: timeval(tv_sec: processor, tv_usec: 0))
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
    alarm(wall)
  }
}
