import Files
import Foundation
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// An HTTP server that answers until it is told to stop: what `sheaf view` and `sheaf serve-challenge` share.
package struct HTTPService: Sendable {
  private let host: String
  private let port: Int

  /// - Parameter port: 0 for any that is free.
  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Serves until `isStopRequested` says so; looks every tenth of a second. Blocks the calling thread.
  ///
  /// - Parameters:
  ///   - whenRunning: called with the port once requests are answered.
  ///   - beforeEnd: awaited after the request to stop, while requests are still answered.
  /// - Throws: `Fault.cannotCreate` when the address is in use or not one of this machine's.
  package func run<Responder: HTTPResponder>(
    _ responder: Responder, whenRunning: @escaping @Sendable (_ port: Int) -> Void,
    isStopRequested: @escaping @Sendable () -> Bool, beforeEnd: @escaping @Sendable () async -> Void = {}
  ) throws where Responder.Context == BasicRequestContext {
    let done = DispatchSemaphore(value: 0)
    let outcome = Mutex<Result<Void, any Error>>(.success(()))
    Task {
      do {
        try await serve(responder, whenRunning, isStopRequested, beforeEnd)
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    try outcome.withLock { $0 }.get()
  }

  private func serve<Responder: HTTPResponder>(
    _ responder: Responder, _ whenRunning: @escaping @Sendable (Int) -> Void,
    _ isStopRequested: @escaping @Sendable () -> Bool, _ beforeEnd: @escaping @Sendable () async -> Void
  ) async throws where Responder.Context == BasicRequestContext {
    var logger = Logger(label: "sheaf")
    // A client that goes away is no event.
    logger.logLevel = .critical
    let application = Application(
      responder: responder,
      configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "Sheaf"),
      onServerRunning: { channel in whenRunning(channel.localAddress?.port ?? port) }, logger: logger)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        group.addTask {
          while !isStopRequested() { try await Task.sleep(for: .milliseconds(100)) }
          await beforeEnd()
        }
        try await group.next()
        group.cancelAll()
      }
    } catch let error as IOError {
      throw Fault.cannotCreate(
        "cannot serve at \(host):\(port): \(String(cString: strerror(error.errnoCode))); "
          + (error.errnoCode == EADDRINUSE
            ? "another program uses this port: give another --port, or 0 for a free one"
            : "give a --host of this machine and a --port you may use"))
    } catch is CancellationError {}
  }
}
