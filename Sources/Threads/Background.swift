import Foundation

/// A value that is computed on a thread of its own, which starts at once.
package final class Background<Value: Sendable>: @unchecked Sendable {
  private var result: Result<Value, any Error>?
  private let done = DispatchSemaphore(value: 0)

  package init(_ body: @escaping @Sendable () throws -> Value) {
    startThread { [self] in
      result = Result(catching: body)
      done.signal()
    }
  }

  /// Waits for the value. To be called once.
  ///
  /// - Throws: what the computation threw.
  package func wait() throws -> Value {
    done.wait()
    return try result!.get()
  }
}
