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
      #expect(identity.split(separator: "\n").count == 4)
      #expect(try settings(moved).identity == identity)
      #expect(try settings(other).identity != identity)
      #expect(try settings(one, chunk: 32).identity != identity)
      try settings(one).write(to: directory)
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: directory + "/settings.json")))
          as? [String: Any])
      #expect(json["version"] as? String == "1.2.3" && json["command"] as? String == "tile")
      #expect((json["settings"] as? [String: String])?["chunk"] == "64")
      #expect((json["inputs"] as? [[String: String]])?.first?["path"] == one)
    }
  }

  @Test func aDirectoryChangesWithItsFiles() throws {
    try withTemporaryDirectory { directory in
      for name in ["a", "b", "c"] {
        try Data(name.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
      }
      let before = try fingerprint(of: directory)
      try Data("hidden".utf8).write(to: URL(fileURLWithPath: directory + "/.notes"))
      #expect(try fingerprint(of: directory) == before)
      try Data("longer".utf8).write(to: URL(fileURLWithPath: directory + "/b"))
      let longer = try fingerprint(of: directory)
      #expect(longer != before)
      try Data("d".utf8).write(to: URL(fileURLWithPath: directory + "/c"))
      #expect(try fingerprint(of: directory) != longer)
      #expect(throws: Fault.self) { try fingerprint(of: directory + "/missing") }
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
      let before = try fingerprint(of: directory)
      #expect(try fingerprint(of: directory) == before)
      try Data("longer".utf8).write(to: URL(fileURLWithPath: deep + "/1"))
      let longer = try fingerprint(of: directory)
      #expect(longer != before)
      try FileManager.default.moveItem(atPath: deep + "/2", toPath: directory + "/c/2")
      #expect(try fingerprint(of: directory) != longer)
    }
  }
}
