import CViewerPage
import Files
import Foundation
import HTTPTypes
import Hummingbird

/// The page as one document: style, script and what there is to show lie in it, so that a browser has all of it after one
/// answer. Every further one costs the time to the machine and back, which counts through a tunnel.
struct ViewerPage: Sendable {
  /// Before, between and after the places where the state and the number used once go.
  private let parts: [String]

  init() {
    let document = Self.file("index.html")
      .replacing(#"<link rel="stylesheet" href="page/viewer.css">"#, with: "<style>\(Self.file("viewer.css"))</style>")
    let script = #"<script type="module" src="page/viewer.js">"#
    let atScript = document.split(separator: script, maxSplits: 1).map(String.init)
    precondition(atScript.count == 2, "the page names its script")
    let state = #"id="state">"#
    let atState = atScript[0].split(separator: state, maxSplits: 1).map(String.init)
    precondition(atState.count == 2, "the page has a place for its state, before its script")
    parts = [atState[0] + state] + [atState[1], atScript[1]]
  }

  /// The policy admits the script that carries the number of this very answer, so that no text of a file can run.
  ///
  /// - Parameter state: `ViewerContents.json`.
  func response(_ coding: BodyCoding, state: JSONValue) -> Response {
    // In a script element nothing but `<` could end it.
    let state = String(decoding: state.serialised(), as: UTF8.self).replacing("<", with: "\\u003c")
    let number = ViewerServer.randomToken()
    let script = "<script type=\"module\" nonce=\"\(number)\">\(Self.file("viewer.js"))"
    let text = "\(parts[0])\(state)\(parts[1])\(script)\(parts[2])"
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
