import Foundation
import Synchronization
import Threads

/// Keeps progress shown while the thread that makes it is busy.
final class ShownProgress: Sendable {
  private let progress: Progress
  private let done: Atomic<Int>
  private let isOver = Atomic<Bool>(false)
  private let thread = DispatchGroup()

  /// - Parameter done: units that are done already.
  init(_ progress: Progress, done: Int) {
    self.progress = progress
    self.done = Atomic(done)
    thread.enter()
    startThread { [self] in
      while !isOver.load(ordering: .relaxed) {
        show()
        usleep(5000)
      }
      thread.leave()
    }
  }

  func addOne() { done.add(1, ordering: .relaxed) }

  func finish() {
    isOver.store(true, ordering: .relaxed)
    thread.wait()
    show()
    progress.finish()
  }

  private func show() { progress.update(done.load(ordering: .relaxed)) }
}
