import Files
import Foundation
import Scratch
import Testing
import VolumeFormats
import Voxels

/// Every way a plane series can be wrong ends in one sentence that names the file, and the right exit code.
@Suite struct BadInputTests {
  private func series() throws -> ScratchDirectory {
    let directory = try ScratchDirectory()
    try write(patternVolume(.uint16, Extent(4, 6, 5)), to: directory.file("p/"))
    return directory
  }

  private func replace(_ path: String, _ change: (inout Data) -> Void) throws {
    var data = try readWholeFile(path)
    change(&data)
    try publish(data, to: path)
  }

  private func expect(_ kind: Fault.Kind, _ words: [String], _ body: () throws -> Void) {
    guard let fault = fault(of: body) else {
      Issue.record("no fault; expected one with \(words)")
      return
    }
    #expect(fault.kind == kind, "\(fault.message)")
    for word in words { #expect(fault.message.contains(word), "\"\(word)\" in \"\(fault.message)\"") }
    #expect(!fault.message.contains("\n"))
  }

  /// What `tile` does with an input: open, check, read.
  private func useAll(_ path: String) throws {
    let source = try openVolume(path)
    try source.check(part: 0, of: 1)
    _ = try source.readAll()
  }

  @Test func missingAndEmpty() throws {
    let directory = try ScratchDirectory()
    expect(.noInput, ["no such file or directory", "nowhere"]) { try useAll(directory.file("nowhere")) }
    expect(.noInput, ["has no planes", directory.path]) { try useAll(directory.path) }
    try publish("not a plane", to: directory.file("README"))
    expect(.noInput, ["has no planes"]) { try useAll(directory.path) }
    try publish(Data(), to: directory.file("empty.nii"))
    expect(.badData, ["empty file"]) { try useAll(directory.file("empty.nii")) }
    expect(.badData, ["something else"]) { try useAll(directory.file("README")) }
  }

  @Test func planeOfAnotherSizeOrType() throws {
    for (type, extent, found) in [
      (VoxelType.uint16, Extent(1, 6, 4), "6 × 4 pixels of uint16"), (.uint8, Extent(1, 6, 5), "6 × 5 pixels of uint8"),
    ] {
      let directory = try series()
      try write(patternVolume(type, extent), to: directory.file("other/"))
      try replace(directory.file("p/z00002.tif")) { $0 = try! readWholeFile(directory.file("other/z00000.tif")) }
      expect(.badData, ["z00002.tif", "expected 6 × 5 pixels of uint16", "found \(found)"]) {
        try useAll(directory.file("p"))
      }
    }
  }

  @Test func truncatedAndForeignPlanes() throws {
    let directory = try series()
    try replace(directory.file("p/z00003.tif")) { $0 = $0.prefix(40) }
    expect(.badData, ["z00003.tif"]) { try useAll(directory.file("p")) }
    let other = try series()
    try publish("Hello, this is a text", to: other.file("p/z00001.tif"))
    expect(.badData, ["z00001.tif is not a readable TIFF file"]) { try useAll(other.file("p")) }
    let empty = try series()
    try publish(Data(), to: empty.file("p/z00000.tif"))
    expect(.badData, ["z00000.tif", "an empty file"]) { try useAll(empty.file("p")) }
  }

  @Test func everyTruncationIsFound() throws {
    for (name, isCompressed) in [
      ("a.tif", false), ("a.tif", true), ("a.nii", false), ("a.nii.gz", false), ("a.mha", false), ("a.mha", true),
      ("a.npy", false),
    ] {
      let directory = try ScratchDirectory()
      try write(patternVolume(.uint16, Extent(2, 6, 5)), to: directory.file(name), isCompressed: isCompressed)
      let data = try readWholeFile(directory.file(name))
      for count in 0..<data.count {
        try data.prefix(count).write(to: URL(fileURLWithPath: directory.file(name)))
        let fault = fault { try useAll(directory.file(name)) }
        #expect(fault?.kind == .badData, "\(name) cut to \(count) of \(data.count) bytes")
      }
    }
  }

  @Test func severalPagesAreNoPlane() throws {
    let directory = try series()
    try write(patternVolume(.uint16, Extent(2, 6, 5)), to: directory.file("stack.tif"))
    try replace(directory.file("p/z00001.tif")) { $0 = try! readWholeFile(directory.file("stack.tif")) }
    expect(.badData, ["z00001.tif has several pages"]) { try useAll(directory.file("p")) }
  }

  @Test func channelsThatAreNotThere() throws {
    let directory = try series()
    expect(.usage, ["1 channels", "channel 1"]) {
      _ = try openVolume(directory.file("p"), options: VolumeOptions(channel: 1))
    }
    expect(.usage, ["count from 0"]) { _ = try openVolume(directory.file("p"), options: VolumeOptions(timePoint: -1)) }
  }

  @Test func negativeLabelsAreRefused() throws {
    let directory = try ScratchDirectory()
    let volume = VoxelBuffer(Extent(1, 1, 3), [1, UInt32(bitPattern: -2), 3])
    try write(volume, to: directory.file("a.nii"))
    try replace(directory.file("a.nii")) {
      $0[70] = 8; $0[71] = 0
    }
    let path = directory.file("a.nii")
    if (try readWholeFile(path))[0] == 0x5C {
      expect(.badData, ["-2 was found", "int32"]) { try useAll(path) }
    }
  }

  @Test func gapsInTheNumberingAreReported() throws {
    let directory = try series()
    try FileManager.default.removeItem(atPath: directory.file("p/z00001.tif"))
    #expect(try openVolume(directory.file("p")).description.warnings.contains { $0.contains("gaps (after 0)") })
  }
}
