import Foundation
import HTTPService

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

  /// Serves until `isStopRequested` says so.
  ///
  /// - Parameter whenRunning: called once the page can be opened.
  /// - Throws: `Fault.cannotCreate` when the address is in use or not one of this machine's.
  package func run(
    whenRunning: @escaping @Sendable (Address) -> Void, isStopRequested: @escaping @Sendable () -> Bool
  ) throws {
    let queue = RequestQueue(threads: settings.threads)
    defer { queue.stop() }
    let responder = ViewerResponder(
      contents, token: settings.token, cacheInBytes: settings.cacheInBytes, queue: queue)
    responder.prepareFirstView()
    try HTTPService(host: settings.host, port: settings.port).run(
      responder, whenRunning: { whenRunning(address(port: $0)) }, isStopRequested: isStopRequested)
  }

  private func address(port: Int) -> Address {
    // A link needs a name that leads to this machine.
    let host = ["0.0.0.0", "::"].contains(settings.host) ? ProcessInfo.processInfo.hostName : settings.host
    let page = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(settings.token)/"
    return Address(page: page, neuroglancer: NeuroglancerLink.link(contents, address: page))
  }
}
