import ChallengeServer
import Files
import Foundation
import Scratch
import Testing

/// Finding the image of a case by `inputs.json`, as the platform writes it.
@Suite struct ChallengePlaceTests {
  private let scratch: ScratchDirectory
  private var place = ChallengePlace()

  init() throws {
    scratch = try ScratchDirectory()
    place.input = scratch.path
    place.output = scratch.file("output")
  }

  private func write(_ inputs: String, files: [String]) throws {
    try publish(inputs, to: scratch.file("inputs.json"))
    for file in files {
      let path = scratch.file(file)
      try createDirectory(URL(fileURLWithPath: path).deletingLastPathComponent().path)
      try publish("voxels", to: path)
    }
  }

  private func entry(_ slug: String, name: String? = nil, isImage: Bool = true, path: String? = nil) -> String {
    let image = name.map { #"{"name": "\#($0)"}"# } ?? "null"
    return
      #"{"socket": {"slug": "\#(slug)", "relative_path": "\#(path ?? "images/\(slug)")", "is_image_kind": \#(isImage)}, "#
      + #""file": null, "image": \#(image), "value": null}"#
  }

  @Test func theNamedImageOrTheOnlyOneIsTaken() throws {
    let directory = "images/light-sheet-3d-microscopy"
    try write("[\(entry("light-sheet-3d-microscopy", name: "cell.mha"))]", files: ["\(directory)/0a1b.mha"])
    // The platform's own name, beside the one that was uploaded.
    #expect(try place.findImage() == scratch.file("\(directory)/0a1b.mha"))
    try publish("voxels", to: scratch.file("\(directory)/cell.mha"))
    #expect(try place.findImage() == scratch.file("\(directory)/cell.mha"))
  }

  @Test func anotherSocketCountsWhereItIsTheOnlyImage() throws {
    try write("[\(entry("threshold", isImage: false)), \(entry("organ", path: "images/x"))]", files: ["images/x/a.TIF"])
    #expect(try place.findImage() == scratch.file("images/x/a.TIF"))
    #expect(try place.makeOutput() == scratch.file("output/images/isolated-biological-structure/output.mha"))
    #expect(isDirectory(scratch.file("output/images/isolated-biological-structure")))
  }

  @Test(arguments: [
    ("", "inputs.json"), ("{}", "list of inputs"), ("[{}]", "socket"), ("[]", "lists no image"),
    (#"[{"socket": {"slug": "a", "relative_path": "../a"}}]"#, "outside"),
    (#"[{"socket": {"slug": "a"}}, {"socket": {"slug": "b"}}]"#, "a, b"),
    (#"[{"socket": {"slug": "a"}}]"#, "there is no directory"),
    (#"[{"socket": {"slug": "empty"}}]"#, "holds no image"), (#"[{"socket": {"slug": "two"}}]"#, "2 images"),
  ])
  func whatIsNotClearIsASentence(inputs: String, expected: String) throws {
    try write(inputs, files: ["images/empty/readme.txt", "images/two/a.mha", "images/two/b.mha"])
    let fault = #expect(throws: Fault.self) { try place.findImage() }
    #expect(fault?.message.contains(expected) == true, "\(fault?.message ?? "")")
  }

  @Test func aCaseWithoutAListIsASentence() {
    let fault = #expect(throws: Fault.self) { try place.findImage() }
    #expect(fault?.kind == .noInput && fault?.message.contains("inputs.json") == true)
  }
}
