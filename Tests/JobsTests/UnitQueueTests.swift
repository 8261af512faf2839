import Files
import Jobs
import Testing

@Suite struct UnitQueueTests {
  @Test func unitsComeInOrderAndTheQueueEndsWhenAllAreDone() {
    var queue = UnitQueue(units: [1, 4, 5])
    #expect([queue.take(), queue.take(), queue.take(), queue.take()] == [1, 4, 5, nil])
    #expect(!queue.isOver)
    queue.finish(4)
    queue.finish(1)
    #expect(!queue.isOver)
    queue.finish(5)
    #expect(queue.isOver && queue.finishedCount == 3)
    #expect(UnitQueue(units: []).isOver)
  }

  @Test func aFailingUnitIsRetriedAfterTheOthersAndFinallySetAside() {
    var queue = UnitQueue(units: [0, 1])
    #expect(queue.take() == 0)
    queue.fail(0, .badData("first"))
    #expect(queue.take() == 1)
    queue.finish(1)
    for attempt in 2...3 {
      #expect(!queue.isOver)
      #expect(queue.take() == 0)
      queue.fail(0, .badData("attempt \(attempt)"))
    }
    #expect(queue.isOver && queue.take() == nil && queue.stopFault == nil)
    #expect(queue.setAside.mapValues(\.message) == [0: "attempt 3"])
  }

  @Test func aFullDiskStopsEverythingAtOnce() {
    var queue = UnitQueue(units: [0, 1, 2])
    #expect(queue.take() == 0)
    #expect(queue.take() == 1)
    queue.fail(0, .diskFull("full"))
    #expect(queue.isOver && queue.take() == nil)
    // What still runs may finish.
    queue.finish(1)
    #expect(queue.finishedCount == 1 && queue.setAside.isEmpty && queue.stopFault?.kind == .io)
  }

  @Test func anAbandonedUnitHasNotFailed() {
    var queue = UnitQueue(units: [0])
    #expect(queue.take() == 0)
    queue.fail(0, .stopped("asked to"))
    #expect(queue.isOver && queue.setAside.isEmpty && queue.stopFault?.kind == .stopped)
  }

  @Test func aUnitTakenAheadGoesBackAfterAStop() {
    var queue = UnitQueue(units: [0, 1, 2, 3])
    #expect(queue.take() == 0)
    let ahead = queue.takeAhead(workers: 1)
    #expect(ahead == 1)
    #expect([queue.confirm(1)] == [true])
    queue.stop(.stopped("asked to"))
    #expect([queue.confirm(1)] == [false])
  }

  /// Near the end no worker may hold two units while another has none.
  @Test func takingAheadLeavesAUnitForEveryWorker() {
    for workers in 1...5 {
      for count in 0...12 {
        var queue = UnitQueue(units: Array(0..<count))
        var first: [Int?] = []
        var ahead: [Int?] = []
        for _ in 0..<workers {
          first.append(queue.take())
          ahead.append(first.last! == nil ? nil : queue.takeAhead(workers: workers))
        }
        #expect(first.filter { $0 != nil }.count == min(workers, count), "\(workers) workers, \(count) units")
      }
    }
  }
}
