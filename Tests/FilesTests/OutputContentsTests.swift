import Files
import Foundation
import Scratch
import Testing

@Suite struct OutputContentsTests {
  private func makeOutput(_ scratch: ScratchDirectory) throws -> String {
    let output = scratch.file("output")
    try createDirectory(joinPath(output, "inside"))
    try publish("a table\n", to: joinPath(output, "table.csv"))
    try publish(Data(repeating: 7, count: 3 << 20), to: joinPath(output, "inside", "large"))
    try publish("", to: joinPath(output, "empty"))
    try OutputContents.seal(output, kind: .corpus, files: ["table.csv", "inside/large", "empty"])
    return output
  }

  @Test func aSealedOutputIsSound() throws {
    let scratch = try ScratchDirectory()
    let output = try makeOutput(scratch)
    let contents = try #require(try OutputContents.read(in: output))
    #expect(contents.kind == .corpus)
    #expect(contents.files["inside/large"]?.size == 3 << 20)
    #expect(try contents.findings(in: output).isEmpty)
    try publish("a note of the user\n", to: joinPath(output, "notes.txt"))
    #expect(try contents.findings(in: output).isEmpty)
  }

  @Test(arguments: [0, 1 << 20, (3 << 20) - 1]) func aFlippedBitIsFound(position: Int) throws {
    let scratch = try ScratchDirectory()
    let output = try makeOutput(scratch)
    let path = joinPath(output, "inside", "large")
    var data = try readWholeFile(path)
    data[position] ^= 0x10
    try publish(data, to: path)
    let findings = try #require(try OutputContents.read(in: output)).findings(in: output)
    #expect(findings.map(\.path) == [path])
    #expect(findings[0].message.contains("its checksum differs"))
  }

  @Test func missingAndLongerFilesAreFound() throws {
    let scratch = try ScratchDirectory()
    let output = try makeOutput(scratch)
    try publish("a table\n\n", to: joinPath(output, "table.csv"))
    try FileManager.default.removeItem(atPath: joinPath(output, "empty"))
    let messages = try #require(try OutputContents.read(in: output)).findings(in: output).map(\.message)
    #expect(messages.count == 2)
    #expect(messages[0].hasSuffix("empty is missing"))
    #expect(messages[1].contains("expected 8 bytes, found 9"))
  }

  @Test func anyChangeToTheContentsIsFound() throws {
    let scratch = try ScratchDirectory()
    let output = try makeOutput(scratch)
    let path = OutputContents.path(in: output)
    let whole = try readWholeFile(path)
    for position in whole.indices {
      var data = whole
      data[position] ^= 1 << (position % 8)
      try publish(data, to: path)
      #expect(throws: Fault.self, "byte \(position)") { try OutputContents.read(in: output) }
    }
    try OutputContents.unseal(output)
    #expect(try OutputContents.read(in: output) == nil)
    try OutputContents.unseal(output)
  }

  /// A store of version 0.1: checksums without sizes.
  @Test func contentsOfTheFirstVersionAreRead() throws {
    let scratch = try ScratchDirectory()
    let output = scratch.file("old")
    try createDirectory(PrivateDirectory.path(in: output))
    try publish("123456789", to: joinPath(output, "file"))
    var members: [String: JSONValue] = ["arrays": [:], "files": ["file": "0xe3069283"]]
    members["checksum"] = .string("0x\(hexadecimal(crc32c(JSONValue.object(members).serialised())))")
    try publish(JSONValue.object(members).serialised(), to: OutputContents.path(in: output))
    let contents = try #require(try OutputContents.read(in: output))
    #expect(contents.kind == nil)
    #expect(contents.files == ["file": FileDigest(checksum: 0xe306_9283, size: nil)])
    #expect(try contents.findings(in: output).isEmpty)
  }

  @Test func tokensThatPythonWritesAreRead() throws {
    func value(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8), path: "test") }
    #expect(
      try value(#"{"fill_value": NaN, "a": [Infinity, -Infinity, 1.5, 2]}"#) == [
        "fill_value": "NaN", "a": ["Infinity", "-Infinity", .number(1.5), 2],
      ])
    #expect(throws: Fault.self) { try value(#"{"fill_value": Nan}"#) }
  }
}
