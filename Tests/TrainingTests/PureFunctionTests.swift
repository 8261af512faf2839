import Files
import Foundation
import Networks
import Scratch
import Testing
import Training

@Suite struct ScheduleTests {
  @Test func warmUpIsLinearAndDecayPolynomial() {
    let schedule = LearningRateSchedule(peak: 1, warmUpSteps: 4, steps: 14, power: 0.9)
    #expect((0..<4).map(schedule.rate) == [0.25, 0.5, 0.75, 1])
    #expect(schedule.rate(at: 4) == 1)
    #expect(abs(schedule.rate(at: 9) - pow(0.5, 0.9)) < 1e-12)
    #expect(schedule.rate(at: 13) > 0)
    #expect(schedule.rate(at: 14) == 0)
  }

  @Test func aRunThatOnlyWarmsUpStaysDefined() {
    let schedule = LearningRateSchedule(peak: 2, warmUpSteps: 3, steps: 3, power: 0.9)
    #expect(schedule.rate(at: 2) == 2)
    #expect(schedule.rate(at: 3) == 2)
  }
}

@Suite struct BatchSliceTests {
  @Test func slicesOfAllRanksCoverTheBatchOnce() {
    for batch in 1...9 {
      for ranks in 1...7 {
        let slices = (0..<ranks).map { BatchSlice(globalBatch: batch, rank: $0, ranks: ranks).indices }
        #expect(slices.flatMap { Array($0) } == Array(0..<batch))
        let sizes = slices.map(\.count)
        #expect(sizes.max()! - sizes.min()! <= 1)
      }
    }
  }
}

@Suite struct SampleStreamTests {
  @Test func theRandomStreamNeverChanges() {
    var random = RandomStream(seed: 1, step: 2, index: 3, purpose: .position)
    var again = RandomStream(seed: 1, step: 2, index: 3, purpose: .position)
    let numbers = (0..<4).map { _ in random.next() }
    #expect(numbers == (0..<4).map { _ in again.next() })
    // Written down once: another value would mean other samples in every resumed run.
    #expect(numbers[0] == 16_069_068_385_918_290_460)
  }

  @Test func keysThatDifferInOnePartGiveDifferentStreams() {
    var firsts: Set<UInt64> = []
    var count = 0
    for seed in [UInt64(0), 1, .max] {
      for step in 0..<20 {
        for index in 0..<20 {
          for purpose in [SamplePurpose.position, .mask, .noise] {
            var random = RandomStream(seed: seed, step: step, index: index, purpose: purpose)
            firsts.insert(random.next())
            count += 1
          }
        }
      }
    }
    #expect(firsts.count == count)
  }
}

@Suite struct MetricsFileTests {
  @Test func resumingDropsLaterRowsAndATornOne() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("metrics.csv")
    let first = try MetricsFile(path, columns: ["step", "loss", "dice"], keepingSteps: 0)
    for step in 0..<5 { try first.append(step: step, [Double(step) / 2, step == 4 ? 0.5 : nil]) }
    let torn = try String(contentsOfFile: path, encoding: .utf8) + "5,0.2"
    try publish(torn, to: path)
    let second = try MetricsFile(path, columns: ["step", "loss", "dice"], keepingSteps: 3)
    try second.append(step: 3, [9, nil])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "step,loss,dice\n0,0.0,\n1,0.5,\n2,1.0,\n3,9.0,\n")
  }

  private static let columns = ["step", "loss", "dice"]

  /// Ten rows, then whatever `damage` makes of the file, then a resumption after eight steps.
  private func resumed(_ damage: (inout [UInt8]) -> Void) throws -> (text: String?, notes: [String], files: [String]) {
    let directory = try ScratchDirectory()
    let path = directory.file("metrics.csv")
    let first = try MetricsFile(path, columns: Self.columns, keepingSteps: 0)
    for step in 0..<10 { try first.append(step: step, [Double(step) / 8, step % 4 == 0 ? 0.5 : nil]) }
    var bytes = Array(try readWholeFile(path))
    damage(&bytes)
    if bytes.isEmpty { unlink(path) } else { try publish(Data(bytes), to: path) }
    var notes: [String] = []
    let second = try MetricsFile(path, columns: Self.columns, keepingSteps: 8) { notes.append($0) }
    try second.append(step: 8, [9, nil])
    return (try String(contentsOfFile: path, encoding: .utf8), notes, try directoryEntries(directory.path))
  }

  private let whole =
    "step,loss,dice\n" + (0..<8).map { "\($0),\(Double($0) / 8),\($0 % 4 == 0 ? "0.5" : "")\n" }.joined() + "8,9.0,\n"

  @Test func aFileAsItWasWrittenIsCutBackInSilence() throws {
    let found = try resumed { _ in }
    #expect(found.text == whole && found.notes == [] && found.files == ["metrics.csv"])
    // A row that was being written.
    let torn = try resumed { $0 += Array("10,0.".utf8) }
    #expect(torn.text == whole && torn.notes == [] && torn.files == ["metrics.csv"])
  }

  @Test func aDamagedHeaderIsRepairedAndTheDamagedFileKept() throws {
    for position in 0..<14 {
      for bit in 0..<8 {
        let found = try resumed { $0[position] ^= 1 << bit }
        #expect(found.text == whole, "bit \(bit) of byte \(position)")
        #expect(
          found.notes.count == 1 && found.notes[0].contains("first line") && found.notes[0].contains("no row is lost"))
        #expect(found.files == ["metrics.csv", "metrics.damaged-1.csv"])
      }
    }
    let lost = try resumed { $0.removeFirst(15) }
    #expect(lost.text == whole && lost.notes.count == 1)
    // The file of another version.
    let other = try resumed { $0 = Array("step,cost\n0,1.0\n".utf8) }
    #expect(other.text == "step,loss,dice\n8,9.0,\n" && other.notes[0].contains("8 of 8 rows are lost"))
    #expect(other.files.contains("metrics.damaged-1.csv"))
  }

  @Test func damagedRowsAreToldAndTheOthersKept() throws {
    let size = 15 + (0..<10).map { "\($0),\(Double($0) / 8),\($0 % 4 == 0 ? "0.5" : "")\n".utf8.count }.reduce(0, +)
    var kept = 0
    for position in 15..<size {
      for bit in [0, 3, 6, 7] {
        let found = try resumed { $0[position] ^= 1 << bit }
        let rows = try #require(found.text).split(separator: "\n").dropFirst().dropLast()
        // One line, or two that ran into one, is lost at most; rows stay in order.
        #expect(rows.count >= 6, "\(found)")
        let steps = rows.compactMap { Int($0.split(separator: ",")[0]) }
        #expect(steps == steps.sorted() && Set(steps).count == rows.count && steps.allSatisfy { $0 < 8 })
        if rows.count < 8 { #expect(found.notes.count == 1, "\(found)") }
        kept += rows.count
      }
    }
    #expect(kept > 0)
    let missing = try resumed { $0 = [] }
    #expect(missing.text == "step,loss,dice\n8,9.0,\n" && missing.notes[0].contains("is missing: 8 of 8 rows are lost"))
    let short = try resumed { $0.removeLast($0.count - 40) }
    #expect(short.notes.count == 1 && short.notes[0].contains("ends early") && short.files == ["metrics.csv"])
  }
}
