import HTTPService

/// The HTTP server of a container that was submitted to a challenge on grand-challenge.org, by its *invoke* method.
///
/// The platform starts the container, asks `GET /health` until the answer is 200, puts a case into the input directory,
/// sends `POST /invoke` without a body, waits for 201, and collects what lies in the output directory. It may do so any
/// number of times. What becomes of the image is the caller's affair.
package struct ChallengeServer: Sendable {
  package struct Settings: Sendable {
    package var host = "0.0.0.0"
    /// 0 for any that is free.
    package var port = 4743
    package var place = ChallengePlace()

    package init() {}
  }

  /// What is told of a case that was segmented.
  package struct Segmented: Encodable, Sendable {
    package var voxels: Int
    package var foregroundVoxels: Int
    package var objects: Int
    package var warnings: [String]

    package init(voxels: Int, foregroundVoxels: Int, objects: Int, warnings: [String] = []) {
      self.voxels = voxels
      self.foregroundVoxels = foregroundVoxels
      self.objects = objects
      self.warnings = warnings
    }
  }

  /// Segments the image at a path into a file; called by one thread at a time.
  package typealias Segment = @Sendable (_ image: String, _ output: String) throws -> Segmented

  private let settings: Settings
  private let report: @Sendable (String) -> Void
  private let segment: Segment

  /// - Parameter report: receives a line for each case, and why one failed.
  package init(settings: Settings, report: @escaping @Sendable (String) -> Void, segment: @escaping Segment) {
    self.settings = settings
    self.report = report
    self.segment = segment
  }

  /// Serves until `isStopRequested` says so. Whoever asked it has `segment` end soon, and whoever waits for a case is told
  /// that it was not finished.
  ///
  /// - Parameter whenRunning: called with the port once requests are answered.
  /// - Throws: `Fault.cannotCreate` when the address is in use or not one of this machine's.
  package func run(
    whenRunning: @escaping @Sendable (Int) -> Void, isStopRequested: @escaping @Sendable () -> Bool
  ) throws {
    let responder = ChallengeResponder(place: settings.place, report: report, segment: segment)
    try HTTPService(host: settings.host, port: settings.port).run(
      responder, whenRunning: whenRunning, isStopRequested: isStopRequested,
      beforeEnd: { await responder.waitUntilIdle() })
  }
}
