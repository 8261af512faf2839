import Dispatch
import Files
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Answers the platform's requests: `GET /health` and `POST /invoke`, with JSON. Cases are segmented one after another,
/// since all of them have one place for input and output.
struct ChallengeResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let place: ChallengePlace
  let report: @Sendable (String) -> Void
  let segment: ChallengeServer.Segment
  private let queue = DispatchQueue(label: "cases")
  /// Entered by every case that somebody waits for the answer of.
  private let unanswered = DispatchGroup()

  init(
    place: ChallengePlace, report: @escaping @Sendable (String) -> Void, segment: @escaping ChallengeServer.Segment
  ) {
    self.place = place
    self.report = report
    self.segment = segment
  }

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    switch request.uri.path {
    case "/health":
      guard request.method == .get || request.method == .head else { return Self.wrongMethod("GET, HEAD") }
      let response = answer(.ok, Health())
      return request.method == .head ? response.createHeadResponse() : response
    case "/invoke":
      guard request.method == .post else { return Self.wrongMethod("POST") }
      return await invoke()
    default:
      return answer(.notFound, Failure(error: "nothing is served at \(request.uri.path): ask for /health or /invoke"))
    }
  }

  private struct Health: Encodable { let status = "ready" }
  private struct Failure: Encodable { let error: String }

  private static func wrongMethod(_ allowed: String) -> Response {
    Response(status: .methodNotAllowed, headers: [.allow: allowed])
  }

  /// Enters a group until it is released: when an answer was written, or dropped because its client has gone.
  private final class Unanswered: Sendable {
    private let group: DispatchGroup

    init(_ group: DispatchGroup) {
      self.group = group
      group.enter()
    }

    deinit { group.leave() }
  }

  /// - Parameter unanswered: released when the answer was written.
  private func answer(
    _ status: HTTPResponse.Status, _ body: some Encodable, _ unanswered: Unanswered? = nil
  ) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and numbers can always be encoded.
    let data = (try? encoder.encode(body)) ?? Data()
    let text = ByteBuffer(bytes: data + Data("\n".utf8))
    return Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(contentLength: text.readableBytes) { writer in
        try await writer.write(text)
        try await writer.finish(nil)
        withExtendedLifetime(unanswered) {}
      })
  }

  /// Segments what lies in the input directory, after the cases that are waiting.
  private func invoke() async -> Response {
    let unanswered = Unanswered(unanswered)
    let result = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: Result { try runCase() }) }
    }
    switch result {
    case .success(let segmented): return answer(.created, segmented, unanswered)
    case .failure(let error):
      let fault = (error as? Fault) ?? (error as? any FaultConvertible)?.fault
      let text = fault?.message ?? plainText(of: error)
      report("invoke failed: \(text)")
      return answer(Self.status(of: fault?.kind), Failure(error: text), unanswered)
    }
  }

  /// Whose fault it is: the input's, this program's, or nobody's.
  private static func status(of kind: Fault.Kind?) -> HTTPResponse.Status {
    switch kind {
    case .usage, .badData, .noInput: .unprocessableContent
    case .stopped: .serviceUnavailable
    case .bug, .cannotCreate, .io, nil: .internalServerError
    }
  }

  private func runCase() throws -> ChallengeServer.Segmented {
    let start = ContinuousClock.now
    let image = try place.findImage()
    let output = try place.makeOutput()
    let segmented = try segment(image, output)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    report(
      "\(image) to \(output): \(segmented.objects) objects, "
        + "\(segmented.foregroundVoxels) of \(segmented.voxels) voxels, \(String(format: "%.1f", seconds)) s")
    for warning in segmented.warnings { report("warning: \(warning)") }
    return segmented
  }

  /// Returns when no case is being segmented, and whoever waited for one has the answer.
  func waitUntilIdle() async {
    await withCheckedContinuation { continuation in unanswered.notify(queue: queue) { continuation.resume() } }
  }
}
