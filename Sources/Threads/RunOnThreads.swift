import Foundation

/// Runs `body` on `count` threads at once, passing each its number, and returns when all have finished. The calling
/// thread is number 0.
package func runOnThreads(_ count: Int, _ body: @Sendable (Int) -> Void) {
  if count <= 0 { return }
  withoutActuallyEscaping(body) { body in
    let shared = SharedBody(body)
    let group = DispatchGroup()
    for number in 1..<max(1, count) {
      group.enter()
      startThread {
        shared.run(number)
        group.leave()
      }
    }
    shared.run(0)
    group.wait()
    shared.release()
  }
}

/// The body shared by the threads. Foundation frees a thread's block some time after the thread has reported
/// completion; the body, which must not outlive the call it was passed to, is released before that.
private final class SharedBody: @unchecked Sendable {
  private var body: (@Sendable (Int) -> Void)?

  init(_ body: @escaping @Sendable (Int) -> Void) { self.body = body }

  @inline(never)
  func run(_ number: Int) { body!(number) }

  /// Must be called once no thread runs the body any more.
  func release() { body = nil }
}
