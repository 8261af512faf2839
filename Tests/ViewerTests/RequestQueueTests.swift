import Foundation
import Synchronization
import Testing
import Viewer

@Suite struct RequestQueueTests {
  @Test func theNewestRequestComesFirst() async throws {
    let queue = RequestQueue(threads: 1)
    defer { queue.stop() }
    let order = Mutex<[Int]>([])
    let gate = DispatchSemaphore(value: 0)
    let isBusy = DispatchSemaphore(value: 0)
    async let first: Void = queue.run { _ in
      isBusy.signal()
      gate.wait()
    }
    await wait(isBusy)
    // One after the other, so that the order of arrival is known.
    let waiting = Mutex(0)
    var tasks: [Task<Void, any Error>] = []
    for number in 0..<5 {
      tasks.append(
        Task {
          waiting.withLock { $0 += 1 }
          try await queue.run { _ in order.withLock { $0.append(number) } }
        })
      while waiting.withLock({ $0 }) <= number || queue.waitingCount <= number { await Task.yield() }
    }
    gate.signal()
    try await first
    for task in tasks { try await task.value }
    #expect(order.withLock { $0 } == [4, 3, 2, 1, 0])
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
    let ran = Mutex(0)
    let tasks = (0..<RequestQueue.longest + 40).map { _ in
      Task { try await queue.run { _ in ran.withLock { $0 += 1 } } }
    }
    while queue.waitingCount < RequestQueue.longest { await Task.yield() }
    for task in tasks.prefix(100) { task.cancel() }
    gate.signal()
    try await first
    var dropped = 0
    for task in tasks { if case .failure = await task.result { dropped += 1 } }
    // Those that were cancelled, and the oldest beyond the longest queue, some of which may be the same.
    #expect(dropped >= 100 && dropped + ran.withLock { $0 } == tasks.count)
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
