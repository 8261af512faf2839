import CViewerPage
import Files
import Foundation
import HTTPTypes
import Hummingbird

/// The page as one document: style, script and what there is to show lie in it, so that a browser has all of it after one
/// answer. Every further one costs the time to the machine and back, which counts through a tunnel.
struct ViewerPage: Sendable {
  /// Before and after the places where the number used once goes.
  private let parts: [String]

  /// - Parameter state: `ViewerContents.json`.
  init(state: JSONValue) {
    // In a script element nothing but `<` could end it.
    let state = String(decoding: state.serialised(), as: UTF8.self).replacing("<", with: "\\u003c")
    let document = Self.file("index.html")
      .replacing(#"<link rel="stylesheet" href="page/viewer.css">"#, with: "<style>\(Self.file("viewer.css"))</style>")
      .replacing(#"id="state"></script>"#, with: "id=\"state\">\(state)</script>")
    let script = #"<script type="module" src="page/viewer.js">"#
    parts = document.split(separator: script, maxSplits: 1).map(String.init)
    precondition(parts.count == 2, "the page names its script")
  }

  /// The policy admits the script that carries the number of this very answer, so that no text of a file can run.
  func response(_ coding: BodyCoding) -> Response {
    let number = ViewerServer.randomToken()
    let text = "\(parts[0])<script type=\"module\" nonce=\"\(number)\">\(Self.file("viewer.js"))\(parts[1])"
    let headers: HTTPFields = [
      .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
      .contentSecurityPolicy: "default-src 'self'; script-src 'nonce-\(number)'; img-src 'self' data: blob:; "
        + "style-src 'self' 'unsafe-inline'",
      .referrerPolicy: "no-referrer",
    ]
    return coding.response(headers, coding.encode(Array(text.utf8)))
  }

  /// A file that lies in the program.
  private static func file(_ name: String) -> String {
    var file = viewerPageFiles()
    while let found = file.pointee.name {
      if String(cString: found) == name {
        return String(
          decoding: UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.count), as: UTF8.self)
      }
      file += 1
    }
    preconditionFailure("\(name) is part of the program")
  }
}

extension HTTPField.Name {
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
