import Foundation

/// A value computed on its own thread, which starts immediately.
package final class Background<Value: Sendable>: @unchecked Sendable {
  private var result: Result<Value, any Error>?
  private let done = DispatchSemaphore(value: 0)

  package init(_ body: @escaping @Sendable () throws -> Value) {
    startThread { [self] in
      result = Result(catching: body)
      done.signal()
    }
  }

  /// Waits for the value. Must be called only once.
  ///
  /// - Throws: the error that the computation threw.
  package func wait() throws -> Value {
    done.wait()
    return try result!.get()
  }
}
