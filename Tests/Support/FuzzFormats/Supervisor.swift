import Files
import Foundation
import Launching

/// Starts workers, and after a finding another one behind it.
struct Supervisor {
  let seed: UInt64
  let seconds: Double
  let cases: Range<Int>
  /// Where the files of findings are kept.
  let keep: String

  private static let largestFindingCount = 10

  /// - Returns: the number of findings.
  func run(_ entry: FuzzEntry) throws -> Int {
    // In memory where that is possible: a busy disk would take most of the time.
    let memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
    let directory = joinPath(memory, "sheaf-fuzz-\(UUID().uuidString)")
    try createDirectory(directory)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let end = Date(timeIntervalSinceNow: seconds)
    var findings = 0
    var first = cases.lowerBound
    var read = 0
    var refused = 0
    while first < cases.upperBound, findings < Self.largestFindingCount, end > Date() {
      let left = end.timeIntervalSinceNow
      let worker = try Running(
        [
          CommandLine.arguments[0], "worker", entry.name, "\(seed)", "\(first)", "\(cases.upperBound)", "\(left)",
          directory,
        ], environment: ["TMPDIR": directory])
      let ending = worker.wait(timeLimit: left + 90)
      let progress = (try? String(contentsOfFile: directory + "/progress", encoding: .utf8)) ?? ""
      let number = Int(progress.trimmingCharacters(in: .whitespacesAndNewlines)) ?? first
      // A worker that was ended by a signal has counted for nothing.
      let counts = ending.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      if counts.count == 2 { (read, refused) = (read + counts[0], refused + counts[1]) }
      if ending.code == 0 { break }
      findings += 1
      let place = joinPath(keep, "\(entry.name)-\(seed)-\(number)")
      try createDirectory(keep)
      try? FileManager.default.removeItem(atPath: place)
      try? FileManager.default.copyItem(atPath: directory + "/case", toPath: place)
      say("\(entry.name): finding in case \(number): \(Self.text(of: ending).prefix(1500))")
      say("  again: fuzz-formats --only \(entry.name) --seed \(seed) --case \(number); files in \(place)")
      if ending.code == 2 { break }
      first = number + 1
    }
    say("\(entry.name): \(read) read, \(refused) refused, \(findings) findings")
    return findings
  }

  private static func text(of ending: Ending) -> String {
    let errors = ending.errors.split(separator: "\n").prefix(6).joined(separator: "\n    ")
    switch ending.code {
    case 1, 2: return errors
    case 128 + SIGPROF, 128 + SIGALRM: return "it takes too long"
    default: return "it ends with code \(ending.code): \(errors)"
    }
  }
}

/// Prints a line at once, also into a pipe.
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
