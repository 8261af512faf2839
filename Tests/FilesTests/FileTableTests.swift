import Files
import Foundation
import Scratch
import Testing

@Suite struct FileTableTests {
  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func everyFileIsWatched() throws {
    let directory = try ScratchDirectory()
    let paths =
      (0..<1500).map { directory.file("plane \($0).tif") } + [
        directory.file("line\nbreak \\ n"), directory.file("none"),
      ]
    for path in paths.dropLast() { try write("x", path) }
    let table = FileTable(paths)
    #expect(table.files.count == 1502 && table.byteCount == 1501)
    #expect(table.files[7].name == "plane 7.tif" && table.files[1501].stamp == nil)
    let record = directory.file("inputs")
    try table.publish(to: record)
    #expect(FileTable(readFrom: record) == table)
    #expect(table.changes(to: FileTable(paths)).isEmpty)
    try write("xy", paths[700])
    try write("z", paths[1501])
    unlink(paths[3])
    let changes = try #require(FileTable(readFrom: record)).changes(to: FileTable(paths))
    #expect(changes.map(\.index) == [3, 700, 1501])
    #expect(changes.map(\.what) == ["it is gone", "it had 1 bytes, now 2", "it is new"])
    // Fewer files: compared by name.
    let fewer = table.changes(to: FileTable(Array(paths[4...])))
    #expect(fewer.map(\.name) == ["plane 700.tif", "none", "plane 0.tif", "plane 1.tif", "plane 2.tif", "plane 3.tif"])
  }

  @Test func aDamagedRecordIsNone() throws {
    let directory = try ScratchDirectory()
    try write("x", directory.file("a"))
    try FileTable([directory.file("a")]).publish(to: directory.file("inputs"))
    let sound = try readWholeFile(directory.file("inputs"))
    for index in sound.indices {
      var damaged = sound
      damaged[index] ^= 1
      try damaged.write(to: URL(fileURLWithPath: directory.file("inputs")))
      #expect(FileTable(readFrom: directory.file("inputs")) == nil, "byte \(index)")
    }
    #expect(FileTable(readFrom: directory.file("missing")) == nil)
  }

  @Test func namesAreRelativeToWhatContainsAll() throws {
    let directory = try ScratchDirectory()
    try createDirectory(directory.file("a/b"))
    try createDirectory(directory.file("a/bc"))
    let paths = ["a/b/1", "a/bc/2", "a/3"].map(directory.file)
    for path in paths { try write("x", path) }
    let table = FileTable(paths)
    #expect(table.files.map(\.name) == ["b/1", "bc/2", "3"] && table.root.hasSuffix("/a"))
    // Moved as a whole: the same names and times.
    #expect(rename(directory.file("a"), directory.file("moved")) == 0)
    let moved = FileTable(["moved/b/1", "moved/bc/2", "moved/3"].map(directory.file))
    #expect(table.changes(to: moved).isEmpty && !table.isSamePlace(as: moved))
  }

  @Test func checksumOf64BitsIsThatOfXZ() {
    let digits = Array("123456789".utf8)
    #expect(digits.withUnsafeBytes { crc64($0) } == 0x995D_C9BB_DF19_39FA)
    let first = digits[..<4].withUnsafeBytes { crc64($0) }
    #expect(digits[4...].withUnsafeBytes { crc64($0, continuing: first) } == 0x995D_C9BB_DF19_39FA)
    #expect(crc64(UnsafeRawBufferPointer(start: nil, count: 0)) == 0)
  }

  @Test func theDigestIsOfEveryByte() throws {
    let directory = try ScratchDirectory()
    var data = Data(count: 5 << 20)
    let paths = [directory.file("a"), directory.file("b")]
    try data.write(to: URL(fileURLWithPath: paths[0]))
    try write("x", paths[1])
    let first = try ContentDigest(of: paths)
    #expect(first.byteCount == data.count + 1)
    #expect(try ContentDigest(of: paths + [directory.file("absent")]) == first)
    #expect(try ContentDigest(of: paths.reversed()) != first)
    data[3 << 20] = 1
    try data.write(to: URL(fileURLWithPath: paths[0]))
    #expect(try ContentDigest(of: paths) != first)
  }
}
