import Files
import Foundation
import Scratch
import Testing
import Viewer

/// Nothing outside of a served directory can be reached.
@Suite struct ServedDirectoryTests {
  private func file(_ directory: ServedDirectory, _ path: String) -> String? {
    directory.file(path.split(separator: "/", omittingEmptySubsequences: false))
  }

  @Test func onlyFilesInsideAreFound() throws {
    try withTemporaryDirectory { root in
      for name in ["store/a/b", "store/a b", "store/50%", "store2/secret", "secret"] {
        try createDirectory(parentDirectory(of: joinPath(root, name)))
        try Data(name.utf8).write(to: URL(fileURLWithPath: joinPath(root, name)))
      }
      let files = FileManager.default
      let link = { (name: String, target: String) in
        try files.createSymbolicLink(atPath: joinPath(root, name), withDestinationPath: target)
      }
      try link("store/out", "../secret")
      try link("store/away", joinPath(root, "store2"))
      try link("store/inner", "a/b")
      try link("door", "store")
      let directory = try #require(ServedDirectory(joinPath(root, "store")))
      // As the system spells it, where the temporary directory is a link.
      func real(_ name: String) -> String { URL(fileURLWithPath: joinPath(root, name)).resolvingSymlinksInPath().path }
      #expect(file(directory, "a/b").map { URL(fileURLWithPath: $0).lastPathComponent } == "b")
      #expect(file(directory, "a%20b") != nil && file(directory, "50%25") != nil && file(directory, "inner") != nil)
      for path in [
        "..", "../secret", "a/../../secret", "%2e%2e/secret", "%2E%2e%2Fsecret", "..%2fsecret",
        "a/%2e%2e/%2e%2e/secret",
        "../store2/secret", "out", "away/secret", "a", "", "a//b", "a/b/", "./a/b", "a/b%00", "missing", "50%",
        "%c0%ae%c0%ae/secret", "/etc/passwd", "a\\..\\..\\secret",
      ] {
        #expect(file(directory, path) == nil, "\(path)")
      }
      // The door itself may be a link.
      let behindLink = try #require(ServedDirectory(joinPath(root, "door")))
      #expect(file(behindLink, "a/b") != nil && file(behindLink, "out") == nil)
      #expect(ServedDirectory(joinPath(root, "nowhere")) == nil)
    }
  }
}
