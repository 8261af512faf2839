import Files
import Foundation
import Jobs
import Launching
import Scratch
import Testing

@Suite struct ResolvedSettingsTests {
  private func settings(_ input: String, chunk: Int = 64) throws -> ResolvedSettings {
    var settings = ResolvedSettings(command: "tile", programVersion: "1.2.3")
    settings.add("chunk", chunk)
    settings.add("name", "two\nlines")
    try settings.add(input: "input", path: input)
    return settings
  }

  @Test func theIdentityIsOfSettingsAndContents() throws {
    try withTemporaryDirectory { directory in
      let one = directory + "/one.tif"
      let moved = directory + "/moved.tif"
      let other = directory + "/other.tif"
      try Data(repeating: 1, count: 1000).write(to: URL(fileURLWithPath: one))
      try Data(repeating: 1, count: 1000).write(to: URL(fileURLWithPath: moved))
      try (Data(repeating: 1, count: 999) + [2]).write(to: URL(fileURLWithPath: other))
      let identity = try settings(one).identity
      #expect(identity.text.split(separator: "\n").count == 4)
      #expect(try settings(moved).identity == identity)
      #expect(try settings(other).identity != identity)
      #expect(try settings(one, chunk: 32).identity != identity)
      try settings(one).write(to: directory)
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: directory + "/settings.json")))
          as? [String: Any])
      #expect(json["version"] as? String == "1.2.3" && json["command"] as? String == "tile")
      #expect((json["settings"] as? [String: String])?["chunk"] == "64")
      let input = try #require((json["inputs"] as? [[String: Any]])?.first)
      #expect(input["path"] as? String == one && input["bytes"] as? Int == 1000 && input["files"] as? Int == 1)
      #expect((input["identity"] as? String)?.hasPrefix("1000 bytes, contents ") == true)
    }
  }

  /// What is between the ends counts too, which versions before did not look at.
  @Test func everyByteCounts() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/weights"
      var data = Data(count: 9 << 20)
      try data.write(to: URL(fileURLWithPath: path))
      let (before, old) = (try settings(path).identity, try legacyFingerprint(of: path))
      data[5 << 20] = 1
      try data.write(to: URL(fileURLWithPath: path))
      #expect(try legacyFingerprint(of: path) == old)
      let difference = try #require(try settings(path).identity.difference(from: before.text))
      #expect(
        difference.contains("was begun with another input than \(path) is now (input: it was \"9437184 bytes, contents")
      )
    }
  }

  /// Outputs that versions before began are theirs still.
  @Test func recordsOfEarlierVersionsAreAccepted() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/one.tif"
      try Data(repeating: 1, count: 1000).write(to: URL(fileURLWithPath: path))
      let old = "command: tile\nchunk: 64\nname: two\\nlines\ninput: \(try legacyFingerprint(of: path))"
      #expect(try settings(path).identity.difference(from: old) == nil)
      #expect(try settings(path, chunk: 32).identity.difference(from: old)?.contains("expected \"chunk: 32\"") == true)
      try Data(repeating: 2, count: 1000).write(to: URL(fileURLWithPath: path))
      #expect(try settings(path).identity.difference(from: old)?.contains("another input than \(path)") == true)
      // Nothing old is accepted for something new.
      let new = try settings(path).identity.text
      try Data(repeating: 3, count: 1000).write(to: URL(fileURLWithPath: path))
      #expect(try settings(path).identity.difference(from: new) != nil)
    }
  }

  @Test func aChangeWhileReadingIsTold() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/one.tif"
      try Data(repeating: 1, count: 1000).write(to: URL(fileURLWithPath: path))
      let resolved = try settings(path)
      try resolved.requireUnchangedInputs()
      // Touched, and the same.
      try Data(repeating: 1, count: 1000).write(to: URL(fileURLWithPath: path))
      try resolved.requireUnchangedInputs()
      try Data(repeating: 2, count: 1000).write(to: URL(fileURLWithPath: path))
      #expect(throws: Fault.self) { try resolved.requireUnchangedInputs() }
    }
  }

  @Test func aDirectoryChangesWithItsFiles() throws {
    try withTemporaryDirectory { directory in
      for name in ["a", "b", "c"] {
        try Data(name.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
      }
      let before = try legacyFingerprint(of: directory)
      try Data("hidden".utf8).write(to: URL(fileURLWithPath: directory + "/.notes"))
      #expect(try legacyFingerprint(of: directory) == before)
      try Data("longer".utf8).write(to: URL(fileURLWithPath: directory + "/b"))
      let longer = try legacyFingerprint(of: directory)
      #expect(longer != before)
      try Data("d".utf8).write(to: URL(fileURLWithPath: directory + "/c"))
      #expect(try legacyFingerprint(of: directory) != longer)
      #expect(throws: Fault.self) { try legacyFingerprint(of: directory + "/missing") }
    }
  }

  /// The chunks of a Zarr array lie several directories deep.
  @Test func aDirectoryChangesWithWhatIsDeepInside() throws {
    try withTemporaryDirectory { directory in
      let deep = directory + "/c/0/0"
      try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
      for name in ["0", "1", "2"] { try Data(name.utf8).write(to: URL(fileURLWithPath: deep + "/" + name)) }
      try Data("{}".utf8).write(to: URL(fileURLWithPath: directory + "/zarr.json"))
      try FileManager.default.createSymbolicLink(atPath: deep + "/up", withDestinationPath: directory)
      let before = try legacyFingerprint(of: directory)
      #expect(try legacyFingerprint(of: directory) == before)
      try Data("longer".utf8).write(to: URL(fileURLWithPath: deep + "/1"))
      let longer = try legacyFingerprint(of: directory)
      #expect(longer != before)
      try FileManager.default.moveItem(atPath: deep + "/2", toPath: directory + "/c/2")
      #expect(try legacyFingerprint(of: directory) != longer)
    }
  }
}
