import Files
import Synchronization
import Testing
import Threads

@Suite struct ParallelForEachTests {
  @Test(arguments: [1, 2, 3, 8]) func everyIndexIsVisitedOnce(threads: Int) throws {
    for count in [0, 1, 2, 7, 1000] {
      let visits = Mutex([Int](repeating: 0, count: count))
      try parallelForEach(count: count, threads: threads) { index in visits.withLock { $0[index] += 1 } }
      #expect(visits.withLock { $0 } == [Int](repeating: 1, count: count))
    }
  }

  @Test(arguments: [1, 2, 4]) func theLowestFailureIsThrownAndNothingNewBegun(threads: Int) {
    let begun = Atomic<Int>(0)
    let fault = #expect(throws: Fault.self) {
      try parallelForEach(count: 100_000, threads: threads) { index in
        begun.wrappingAdd(1, ordering: .relaxed)
        if index == 10 { throw Fault.badData("index 10") }
      }
    }
    #expect(fault?.message == "index 10")
    if threads == 1 { #expect(begun.load(ordering: .relaxed) == 11) }
  }

  @Test func itMayBeNested() throws {
    let sum = Atomic<Int>(0)
    try parallelForEach(count: 4, threads: 2) { _ in
      try parallelForEach(count: 5, threads: 3) { index in sum.wrappingAdd(index, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 40)
  }
}
