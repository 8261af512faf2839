import Commands
import Files
import Foundation
import Scratch
import Testing

@Suite struct ShippedWeightsTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func add(_ path: String) throws {
    let path = scratch.file(path)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try publish("", to: path)
  }

  private func weights(of program: String) -> ShippedWeights {
    ShippedWeights(program: URL(fileURLWithPath: scratch.file(program)))
  }

  /// From both programs where they were installed, and from where they were built.
  @Test func theyAreFoundByName() throws {
    for directory in ["installed/share/sheaf/weights", "sources/weights"] {
      try add("\(directory)/tiny/model.safetensors")
      try add("\(directory)/unfinished/README.md")
    }
    try add("sources/Package.swift")
    for program in ["installed/bin/sheaf", "installed/libexec/sheaf/sheaf-networks"] {
      let weights = weights(of: program)
      #expect(weights.names == ["tiny"])
      #expect(try weights.path(of: "tiny") == scratch.file("installed/share/sheaf/weights/tiny"))
      #expect(weights.file(named: "tiny") == scratch.file("installed/share/sheaf/weights/tiny/model.safetensors"))
      #expect(weights.file(named: "unfinished") == nil && weights.file(named: "./tiny") == nil)
    }
    let built = weights(of: "sources/.build/x86_64-unknown-linux-gnu/release/sheaf-networks")
    #expect(try built.path(of: "tiny") == scratch.file("sources/weights/tiny"))
  }

  /// What is a path stays one, so that the message about it is that of whoever opens it.
  @Test func pathsStayWhatTheyAre() throws {
    let weights = weights(of: "installed/bin/sheaf")
    for path in ["runs/tiny", "./tiny", "model.safetensors", "Package.swift", "Sources"] {
      #expect(try weights.path(of: path) == path)
    }
  }

  @Test func anUnknownNameIsRefusedWithThoseThereAre() throws {
    try add("installed/share/sheaf/weights/tiny/model.safetensors")
    let fault = #expect(throws: Fault.self) { try weights(of: "installed/bin/sheaf").path(of: "huge") }
    #expect(fault?.kind == .noInput && fault?.message.contains("huge") == true, "\(fault?.message ?? "")")
    #expect(fault?.message.contains("(tiny)") == true, "\(fault?.message ?? "")")
  }
}
