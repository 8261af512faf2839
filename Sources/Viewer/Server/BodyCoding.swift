import Codecs
import HTTPTypes
import Hummingbird

/// How the body of an answer is compressed: for links to the machine that are slower than compression, such as a tunnel.
enum BodyCoding: String, Sendable {
  case zstd, gzip, identity

  /// The quickest that the browser accepts: Zstandard is several times as fast as gzip on both sides.
  init(_ request: Request) {
    let accepted = request.headers[.acceptEncoding] ?? ""
    self = accepted.contains("zstd") ? .zstd : accepted.contains("gzip") ? .gzip : .identity
  }

  struct Body: Sendable {
    let bytes: ByteBuffer
    let coding: BodyCoding
  }

  /// As it is where compression spares less than a tenth.
  func encode(_ bytes: [UInt8]) -> Body {
    let encoded = try? bytes.withUnsafeBytes { bytes in
      try withCodecContext { context -> ByteBuffer? in
        guard self != .identity else { return nil }
        let encoded =
          try self == .zstd
          ? ZstdCodec(level: 1).encode(bytes, context) : GzipCodec(level: 1).encode(bytes, context)
        return encoded.count * 10 < bytes.count * 9 ? ByteBuffer(bytes: encoded) : nil
      }
    }
    return encoded.map { Body(bytes: $0, coding: self) } ?? Body(bytes: ByteBuffer(bytes: bytes), coding: .identity)
  }

  func response(_ headers: HTTPFields, _ body: Body) -> Response {
    var headers = headers
    if body.coding != .identity { headers[.contentEncoding] = body.coding.rawValue }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body.bytes))
  }
}
