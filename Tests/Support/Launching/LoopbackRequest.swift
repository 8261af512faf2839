import Foundation

/// The answer of a server on this machine.
package struct LoopbackReply: Sendable {
  package let status: Int
  package let body: Data

  /// Of a JSON object; empty otherwise.
  package var object: [String: Any] { ((try? JSONSerialization.jsonObject(with: body)) as? [String: Any]) ?? [:] }
}

/// Asks a server on this machine, without a body, and blocks until it has answered: a thread that waits needs none of the
/// threads that tasks share.
///
/// - Throws: `POSIXError` when nothing listens at `port`, or no answer comes within `Running.patienceInSeconds`.
package func askLoopback(port: Int, _ method: String, _ path: String) throws -> LoopbackReply {
  func fail() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard connection >= 0 else { throw fail() }
  defer { close(connection) }
  var patience = timeval(tv_sec: Int(Running.patienceInSeconds), tv_usec: 0)
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let code = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  guard code == 0 else { throw fail() }
  let request = Array("\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8)
  guard send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { throw fail() }
  var answer = Data()
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = recv(connection, &buffer, buffer.count, 0)
    if count < 0 { throw fail() }
    if count == 0 { break }
    answer.append(contentsOf: buffer[0..<count])
  }
  let end = answer.range(of: Data("\r\n\r\n".utf8))
  let words = String(decoding: answer.prefix(64), as: UTF8.self).split(separator: " ")
  guard let end, words.count > 1, let status = Int(words[1]) else { throw POSIXError(.EPROTO) }
  return LoopbackReply(status: status, body: Data(answer[end.upperBound...]))
}
