import Files
import Foundation
import Scratch
import Testing

/// Errors of Swift and Foundation reach people in plain words.
@Suite struct PlainTextTests {
  private struct Document: Decodable {
    var extent: [Int]
    var name: String
    var sources: [Source]
    struct Source: Decodable { var mean: Double }
  }

  @Test(arguments: [
    (#"{"name": "a", "sources": []}"#, "there is no \"extent\""),
    (#"{"extent": ["x"], "name": "a", "sources": []}"#, "a value is not a whole number at extent[0]"),
    (#"{"extent": [1], "name": 5, "sources": []}"#, "a value is not text at name"),
    (#"{"extent": [1], "name": "a", "sources": [{"mean": null}]}"#, "at sources[0].mean"),
    (#"{"extent": 3, "name": "a", "sources": []}"#, "a value is not a list at extent"),
    (#"{"extent": [1], "#, "cannot be read"),
  ]) func decodingErrors(text: String, expected: String) throws {
    let fault = try #require(fault { _ = try decodeJSON(Document.self, from: Data(text.utf8), path: "x.json") })
    #expect(fault.kind == .badData && fault.message.contains(expected), "\(fault.message)")
    for leak in ["DecodingError", "codingPath", "Swift.", "debugDescription", "Error Domain", "NSCocoa"] {
      #expect(!fault.message.contains(leak), "\(fault.message)")
    }
  }

  @Test func errorsOfTheSystem() throws {
    let scratch = try ScratchDirectory()
    do {
      _ = try String(contentsOfFile: scratch.file("nothing"), encoding: .utf8)
      Issue.record("there is no such file")
    } catch {
      let text = plainText(of: error)
      #expect(!text.contains("NSCocoaErrorDomain") && !text.contains("Code=") && !text.hasSuffix("."), "\(text)")
      #expect(Fault(describing: error).kind == .io)
    }
    #expect(plainText(of: Fault.usage("give a path")) == "give a path")
    let decoding = DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "nonsense."))
    #expect(Fault(describing: decoding).kind == .badData && plainText(of: decoding) == "nonsense")
  }
}
