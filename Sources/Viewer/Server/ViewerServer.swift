import Files
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// The HTTP server of `sheaf view`.
package struct ViewerServer: Sendable {
  package struct Settings: Sendable {
    package var host = "127.0.0.1"
    /// 0 for any that is free.
    package var port = 0
    /// Memory for decoded voxels, in bytes.
    package var cacheInBytes = 256 << 20
    package var threads = 2
    /// Part of every address; random unless given.
    package var token = ViewerServer.randomToken()

    package init() {}
  }

  /// Where the page is.
  package struct Address: Sendable {
    package let page: String
    /// Nil when no layer is a store.
    package let neuroglancer: String?
  }

  private let contents: ViewerContents
  private let settings: Settings

  package init(_ contents: ViewerContents, settings: Settings) {
    self.contents = contents
    self.settings = settings
  }

  /// 128 random bits.
  package static func randomToken() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = Array("abcdefghijkmnpqrstuvwxyz23456789")
    return String((0..<26).map { _ in digits[Int.random(in: 0..<digits.count, using: &generator)] })
  }

  /// Serves until `isStopRequested` says so; looks every tenth of a second.
  ///
  /// - Parameter whenRunning: called once the page can be opened.
  /// - Throws: `Fault.cannotCreate` when the address is in use or not one of this machine's.
  package func run(
    whenRunning: @escaping @Sendable (Address) -> Void, isStopRequested: @escaping @Sendable () -> Bool
  ) throws {
    let done = DispatchSemaphore(value: 0)
    let outcome = Mutex<Result<Void, any Error>>(.success(()))
    Task {
      do {
        try await serve(whenRunning: whenRunning, isStopRequested: isStopRequested)
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    try outcome.withLock { $0 }.get()
  }

  private func serve(
    whenRunning: @escaping @Sendable (Address) -> Void, isStopRequested: @escaping @Sendable () -> Bool
  ) async throws {
    let queue = RequestQueue(threads: settings.threads)
    defer { queue.stop() }
    let responder = ViewerResponder(
      contents, token: settings.token, cacheInBytes: settings.cacheInBytes, queue: queue)
    responder.prepareFirstView()
    var logger = Logger(label: "sheaf")
    // A browser that goes away is no event.
    logger.logLevel = .critical
    let application = Application(
      responder: responder,
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), serverName: "Sheaf"),
      onServerRunning: { channel in
        whenRunning(address(port: channel.localAddress?.port ?? settings.port))
      }, logger: logger)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        group.addTask {
          while !isStopRequested() { try await Task.sleep(for: .milliseconds(100)) }
        }
        try await group.next()
        group.cancelAll()
      }
    } catch let error as IOError {
      throw Fault.cannotCreate(
        "cannot serve at \(settings.host):\(settings.port): \(String(cString: strerror(error.errnoCode))); "
          + (error.errnoCode == EADDRINUSE
            ? "another program uses this port: give another --port, or 0 for a free one"
            : "give a --host of this machine and a --port you may use"))
    } catch is CancellationError {}
  }

  private func address(port: Int) -> Address {
    // A link needs a name that leads to this machine.
    let host = ["0.0.0.0", "::"].contains(settings.host) ? ProcessInfo.processInfo.hostName : settings.host
    let page = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(settings.token)/"
    return Address(page: page, neuroglancer: NeuroglancerLink.link(contents, address: page))
  }
}
