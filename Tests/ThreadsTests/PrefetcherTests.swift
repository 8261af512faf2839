import Files
import Synchronization
import Testing
import Threads

@Suite struct PrefetcherTests {
  @Test(arguments: [(1, 1), (3, 2), (8, 100)]) func valuesComeInOrder(threads: Int, ahead: Int) throws {
    let prefetcher = Prefetcher(count: 200, threads: threads, ahead: ahead) { $0 * 3 }
    #expect(try (0..<200).map { _ in try prefetcher.next() } == (0..<200).map { $0 * 3 })
    prefetcher.stop()
  }

  @Test func noMoreThanAllowedIsComputedAhead() throws {
    let largest = Mutex(0)
    let prefetcher = Prefetcher(count: 1000, threads: 4, ahead: 5) { number in
      largest.withLock { $0 = max($0, number) }
      return number
    }
    for number in 0..<50 {
      #expect(try prefetcher.next() == number)
      #expect(largest.withLock { $0 } <= number + 5)
    }
    prefetcher.stop()
    #expect(largest.withLock { $0 } < 55)
  }

  @Test func anErrorIsThrownInItsPlace() throws {
    let prefetcher = Prefetcher(count: 4, threads: 2, ahead: 4) { number in
      if number == 1 { throw Fault.badData("number 1") }
      return number
    }
    #expect(try prefetcher.next() == 0)
    #expect(throws: Fault.self) { try prefetcher.next() }
    #expect(try prefetcher.next() == 2)
    prefetcher.stop()
  }

  @Test func stoppingInTheMiddleEndsTheThreads() throws {
    let prefetcher = Prefetcher(count: 1_000_000, threads: 3, ahead: 2) { $0 }
    _ = try prefetcher.next()
    prefetcher.stop()
  }
}

@Suite struct BackgroundTests {
  @Test func theValueOrItsErrorComesBack() throws {
    #expect(try Background { 7 }.wait() == 7)
    #expect(throws: Fault.self) { try Background<Int> { throw Fault.badData("no") }.wait() }
  }
}
