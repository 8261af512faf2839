import Files
import Foundation
import HTTPTypes
import Hummingbird
import NIOPosix

/// Answers requests for files of a store, whole or in byte ranges, as Zarr readers make them.
///
/// Hummingbird's own file middleware is not used: it answers `bytes=-N`, by which the index of a shard is read, with the
/// first N + 1 bytes (seen in 2.28.1).
struct FileResponder: Sendable {
  /// How much of a file is in memory at once.
  private static let pieceInBytes = 1 << 20

  /// - Parameter path: of a regular file.
  func respond(_ request: Request, path: String) -> Response {
    guard let file = try? ReadableFile(path) else { return Response(status: .notFound) }
    var headers: HTTPFields = [
      .contentType: Self.contentType(path), .acceptRanges: "bytes", .lastModified: Self.modified(path),
      // Files change while a command writes the store.
      .cacheControl: "no-cache",
    ]
    var bytes = 0..<file.size
    var status = HTTPResponse.Status.ok
    if let text = request.headers[.range], let range = ByteRange(text) {
      guard let found = range.bytes(ofFile: file.size) else {
        headers[.contentRange] = "bytes */\(file.size)"
        return Response(status: .rangeNotSatisfiable, headers: headers)
      }
      bytes = found
      status = .partialContent
      headers[.contentRange] = "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(file.size)"
    }
    if request.method == .head {
      headers[.contentLength] = "\(bytes.count)"
      return Response(status: status, headers: headers)
    }
    let wanted = bytes
    let body = ResponseBody(contentLength: wanted.count) { writer in
      for start in stride(from: wanted.lowerBound, to: wanted.upperBound, by: Self.pieceInBytes) {
        let count = min(Self.pieceInBytes, wanted.upperBound - start)
        let piece = try await NIOThreadPool.singleton.runIfActive { try [UInt8](file.read(at: start, count: count)) }
        try await writer.write(ByteBuffer(bytes: piece))
      }
      try await writer.finish(nil)
    }
    return Response(status: status, headers: headers, body: body)
  }

  private static func contentType(_ path: String) -> String {
    let name = (path as NSString).lastPathComponent
    let isJSON = name.hasSuffix(".json") || [".zarray", ".zattrs", ".zgroup", ".zmetadata"].contains(name)
    return isJSON ? "application/json" : "application/octet-stream"
  }

  private static func modified(_ path: String) -> String {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let date = attributes?[.modificationDate] as? Date ?? Date(timeIntervalSince1970: 0)
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.string(from: date)
  }
}
