import Files
import Foundation
import Scratch
import Testing

private func kind(_ body: () throws -> Void) -> Fault.Kind? {
  do {
    try body()
    return nil
  } catch let fault as Fault {
    return fault.kind
  } catch {
    return nil
  }
}

@Suite struct PendingFileTests {
  @Test func isInvisibleUntilPublished() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("plane.tif")
    let file = try PendingFile(path)
    try file.append(Data("half".utf8))
    #expect(!fileExists(path))
    let names = try directoryEntries(scratch.path)
    #expect(names.count == 1 && names[0].hasSuffix(".partial") && names[0].hasPrefix("."))
    try file.append(Data(" whole".utf8))
    #expect(file.offset == 10)
    try file.publish()
    #expect(try directoryEntries(scratch.path) == ["plane.tif"])
    #expect(try readWholeFile(path) == Data("half whole".utf8))
  }

  @Test func replacesAnOldFileOnlyWhenPublished() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("manifest.json")
    try publish("old", to: path)
    let file = try PendingFile(path)
    try file.append(Data("new".utf8))
    #expect(try readWholeFile(path) == Data("old".utf8))
    try file.publish()
    #expect(try readWholeFile(path) == Data("new".utf8))
  }

  @Test func leavesNothingBehindWhenDropped() throws {
    let scratch = try ScratchDirectory()
    do {
      let file = try PendingFile(scratch.file("dropped"))
      try file.append(Data(repeating: 7, count: 100_000))
    }
    #expect(try directoryEntries(scratch.path).isEmpty)
  }

  @Test func partialFilesOfKilledWritersAreRemoved() throws {
    let scratch = try ScratchDirectory()
    let others = [
      ".table.csv.gz.1.2.partial", ".table.csv.x.2.partial", ".table.csv.2.partial", "table.csv.1.2.partial",
    ]
    func write(_ names: String...) throws { for name in names { try publish("", to: scratch.file(name)) } }
    try createDirectory(scratch.file("below"))
    for name in others { try write(name) }
    try write(".table.csv.1.2.partial", ".table.csv.4194304.77.partial", "below/.x.1.2.partial", "table.csv")
    try removePartialFiles(of: scratch.file("table.csv"))
    #expect(try Set(directoryEntries(scratch.path)) == Set(others + ["table.csv", "below"]))
    try removePartialFiles(in: scratch.path)
    #expect(try directoryEntries(scratch.path) == ["below", "table.csv", "table.csv.1.2.partial"])
    #expect(try directoryEntries(scratch.file("below")).count == 1)
    try removePartialFiles(below: scratch.path)
    #expect(try directoryEntries(scratch.file("below")).isEmpty)
    try removePartialFiles(of: scratch.file("nowhere/file"))
  }

  @Test func aLockKeepsOthersOutUntilItGoesAway() throws {
    let scratch = try ScratchDirectory()
    var held = try FileLock(scratch.file("lock"))
    #expect(held != nil)
    #expect(try FileLock(scratch.file("lock"), patienceInSeconds: 0.1) == nil)
    held = nil
    // Programs that other tests start meanwhile inherit it for a moment.
    #expect(try FileLock(scratch.file("lock"), patienceInSeconds: 300) != nil)
    #expect(throws: Fault.self) { try FileLock(scratch.file("nowhere/lock")) }
  }

  @Test func writesAtPositionsInAnyOrder() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("shard")
    let file = try PendingFile(path)
    try Data("world".utf8).withUnsafeBytes { try file.write($0, at: 6) }
    try Data("hello ".utf8).withUnsafeBytes { try file.write($0, at: 0) }
    try file.publish()
    #expect(try readWholeFile(path) == Data("hello world".utf8))
  }

  @Test func twoWritersOfOneFileDoNotMix() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("same")
    let first = try PendingFile(path)
    let second = try PendingFile(path)
    try first.append(Data("first".utf8))
    try second.append(Data("second".utf8))
    try first.publish()
    try second.publish()
    #expect(try readWholeFile(path) == Data("second".utf8))
  }

  @Test func anImpossiblePlaceCannotBeCreated() throws {
    let scratch = try ScratchDirectory()
    #expect(kind { _ = try PendingFile(scratch.file("no/such/directory")) } == .cannotCreate)
    // The final name is a directory: found out at the rename, and nothing stays behind.
    try createDirectory(scratch.file("taken"))
    #expect(kind { try publish("text", to: scratch.file("taken")) } == .cannotCreate)
    #expect(try directoryEntries(scratch.path) == ["taken"])
  }
}

@Suite struct ReadableFileTests {
  @Test func readsAnywhereInside() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("bytes")
    try publish(Data((0..<200).map { UInt8($0) }), to: path)
    let file = try ReadableFile(path)
    #expect(file.size == 200)
    #expect(try file.read(at: 0, count: 200) == Data((0..<200).map { UInt8($0) }))
    #expect(try file.read(at: 190, count: 10) == Data((190..<200).map { UInt8($0) }))
    #expect(try file.read(at: 200, count: 0).isEmpty)
  }

  @Test func readsBeyondTheEndAreBadData() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("short")
    try publish(Data(repeating: 1, count: 10), to: path)
    let file = try ReadableFile(path)
    #expect(kind { _ = try file.read(at: 5, count: 6) } == .badData)
    #expect(kind { _ = try file.read(at: 11, count: 0) } == .badData)
    #expect(kind { _ = try file.read(at: -1, count: 1) } == .badData)
    #expect(kind { _ = try file.read(at: 0, count: -1) } == .badData)
    // Absurd numbers from a hostile header are refused before anything is allocated.
    #expect(kind { _ = try file.read(at: 1, count: Int.max) } == .badData)
    #expect(kind { _ = try file.read(at: Int.max, count: Int.max) } == .badData)
  }

  @Test func aFileThatShrinksWhileItIsReadIsBadData() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("shrinking")
    try publish(Data(repeating: 1, count: 100), to: path)
    let file = try ReadableFile(path)
    #expect(truncate(path, 50) == 0)
    #expect(kind { _ = try file.read(at: 0, count: 100) } == .badData)
  }

  @Test func missingInputAndDirectoriesAreNoInput() throws {
    let scratch = try ScratchDirectory()
    #expect(kind { _ = try ReadableFile(scratch.file("nothing")) } == .noInput)
    #expect(kind { _ = try ReadableFile(scratch.path) } == .noInput)
    #expect(mkfifo(scratch.file("pipe"), 0o600) == 0)
    #expect(kind { _ = try ReadableFile(scratch.file("pipe")) } == .noInput)
    #expect(kind { _ = try directoryEntries(scratch.file("nothing")) } == .noInput)
  }

  @Test func wholeFilesAreReadUpToALimit() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.file("large")
    try publish(Data(repeating: 1, count: 101), to: path)
    #expect(kind { _ = try readWholeFile(path, limit: 100) } == .badData)
    #expect(try readWholeFile(path, limit: 101).count == 101)
  }
}

@Suite struct PathTests {
  @Test func joinsWithOneSeparator() {
    #expect(joinPath("a", "b", "c") == "a/b/c")
    #expect(joinPath("a/", "b") == "a/b")
    #expect(joinPath("/", "b") == "/b")
  }

  @Test func parents() {
    #expect(parentDirectory(of: "a/b") == "a")
    #expect(parentDirectory(of: "a/b/") == "a")
    #expect(parentDirectory(of: "a") == ".")
    #expect(parentDirectory(of: "/a") == "/")
    #expect(parentDirectory(of: "/") == "/")
  }

  @Test func directoriesAreCreatedWithTheirParentsOnceOrTwice() throws {
    let scratch = try ScratchDirectory()
    try createDirectory(scratch.file("a/b/c"))
    try createDirectory(scratch.file("a/b/c"))
    #expect(isDirectory(scratch.file("a/b/c")))
    try publish("x", to: scratch.file("file"))
    #expect(kind { try createDirectory(scratch.file("file")) } == .cannotCreate)
    #expect(kind { try createDirectory(scratch.file("file/below")) } == .cannotCreate)
  }

  @Test func entriesAreSortedByBytes() throws {
    let scratch = try ScratchDirectory()
    for name in ["b10", "b2", "a", ".hidden"] { try publish("", to: scratch.file(name)) }
    #expect(try directoryEntries(scratch.path) == [".hidden", "a", "b10", "b2"])
  }
}

@Suite struct FaultTests {
  @Test func kindsAreSysexits() {
    let codes: [(Fault.Kind, Int32)] = [
      (.usage, 64), (.badData, 65), (.noInput, 66), (.bug, 70), (.cannotCreate, 73), (.io, 74), (.stopped, 75),
    ]
    for (kind, code) in codes { #expect(kind.rawValue == code) }
  }

  @Test func messagesAreOneLineWhateverTheyQuote() {
    #expect(Fault.badData("a\nb\u{1B}[31m\r\u{85}c\u{202E}").message == "a b [31m  c ")
    let long = Fault.badData("start" + String(repeating: "ä", count: 100_000) + "end").message
    #expect(long.hasPrefix("start") && long.hasSuffix("end") && long.count < 3000)
  }

  @Test func systemCallsMapToKinds() {
    #expect(systemFault("open", "x", code: ENOENT).kind == .noInput)
    #expect(systemFault("open", "x", code: EACCES).kind == .noInput)
    #expect(systemFault("write", "x", code: ENOSPC).kind == .io)
    #expect(systemFault("write", "x", code: ENOSPC).message.contains("disk or quota is full"))
    #expect(systemFault("write", "x", code: EIO).kind == .io)
  }
}
