import Foundation
import Synchronization
import Testing
import Viewer

@Suite struct RequestQueueTests {
  /// What has run, in order.
  private final class Record: Sendable {
    let numbers = Mutex<[Int]>([])
  }

  @Test func theNewestRequestComesFirst() async throws {
    let queue = RequestQueue(threads: 1)
    defer { queue.stop() }
    let order = Record()
    let gate = DispatchSemaphore(value: 0)
    let isBusy = DispatchSemaphore(value: 0)
    async let first: Void = queue.run { _ in
      isBusy.signal()
      gate.wait()
    }
    await wait(isBusy)
    // One after the other, so that the order of arrival is known.
    var tasks: [Task<Void, any Error>] = []
    for number in 0..<5 {
      tasks.append(Task { try await queue.run { _ in order.numbers.withLock { $0.append(number) } } })
      while queue.waitingCount <= number { await Task.yield() }
    }
    gate.signal()
    try await first
    for task in tasks { try await task.value }
    #expect(order.numbers.withLock { $0 } == [4, 3, 2, 1, 0])
  }

  @Test func abandonedRequestsAreDropped() async throws {
    let queue = RequestQueue(threads: 1)
    defer { queue.stop() }
    let gate = DispatchSemaphore(value: 0)
    let isBusy = DispatchSemaphore(value: 0)
    async let first: Void = queue.run { _ in
      isBusy.signal()
      gate.wait()
    }
    await wait(isBusy)
    let ran = Record()
    let tasks = (0..<RequestQueue.longest + 40).map { number in
      Task { try await queue.run { _ in ran.numbers.withLock { $0.append(number) } } }
    }
    while queue.waitingCount < RequestQueue.longest { await Task.yield() }
    for task in tasks.prefix(100) { task.cancel() }
    gate.signal()
    try await first
    var dropped = 0
    for task in tasks { if case .failure = await task.result { dropped += 1 } }
    // Those that were cancelled, and the oldest beyond the longest queue, some of which may be the same.
    #expect(dropped >= 100 && dropped + ran.numbers.withLock { $0.count } == tasks.count)
  }

  private func wait(_ semaphore: DispatchSemaphore) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        semaphore.wait()
        continuation.resume()
      }
    }
  }
}
