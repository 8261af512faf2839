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

  @Test func otherColumnsAreRefused() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("metrics.csv")
    _ = try MetricsFile(path, columns: ["step", "loss"], keepingSteps: 0)
    #expect(throws: Fault.self) { try MetricsFile(path, columns: ["step", "cost"], keepingSteps: 2) }
  }
}
