import Files
import Foundation
import Scratch
import Testing

/// Paths are compared as the file system sees them.
@Suite struct FileIdentityTests {
  @Test func everySpellingOfAPathIsTheSamePlace() throws {
    try withTemporaryDirectory { directory in
      try createDirectory(directory + "/a/b")
      try publish("voxels", to: directory + "/a/b/file")
      let files = FileManager.default
      try files.createSymbolicLink(atPath: directory + "/link", withDestinationPath: "a/b")
      try files.createSymbolicLink(atPath: directory + "/a/b/other", withDestinationPath: directory + "/a/b/file")
      let expected = ResolvedPath(directory + "/a/b/file")
      #expect(expected.identity != nil)
      for spelling in ["a//b/./file", "a/../a/b/file", "link/file", "link/../b/file", "a/b/other", "link/other"] {
        let found = ResolvedPath(joinPath(directory, spelling))
        #expect(found.path == expected.path, "\(spelling)")
        #expect(found.identity == expected.identity && found.ancestors == expected.ancestors, "\(spelling)")
      }
      #expect(ResolvedPath(directory + "/a/b/").identity == ResolvedPath(directory + "/link").identity)
      try files.linkItem(atPath: directory + "/a/b/file", toPath: directory + "/hard")
      #expect(ResolvedPath(directory + "/hard").identity == expected.identity)
      #expect(ResolvedPath(directory + "/hard").path != expected.path)
    }
  }

  @Test func whatDoesNotExistYetLiesInWhatDoes() throws {
    try withTemporaryDirectory { directory in
      try createDirectory(directory + "/a/b")
      let files = FileManager.default
      try files.createSymbolicLink(atPath: directory + "/link", withDestinationPath: "a/b")
      try files.createSymbolicLink(atPath: directory + "/dangling", withDestinationPath: "link/later")
      try files.createSymbolicLink(atPath: directory + "/loop", withDestinationPath: "loop")
      let parent = try #require(FileIdentity(of: directory + "/a/b"))
      let base = ResolvedPath(directory + "/a/b").path
      for (spelling, rest) in [
        ("a/b/new/deep", "/new/deep"), ("link/new/../new/deep/", "/new/deep"), ("a/b/x/../new", "/new"),
        ("dangling", "/later"),
      ] {
        let found = ResolvedPath(joinPath(directory, spelling))
        #expect(found.path == base + rest && found.identity == nil, "\(spelling): \(found.path)")
        #expect(found.ancestors.contains(parent) && found.directories.first == base, "\(spelling)")
      }
      #expect(ResolvedPath(directory + "/loop").identity == nil)
      #expect(ResolvedPath("/").ancestors.isEmpty && ResolvedPath("/").directories.isEmpty)
      #expect(ResolvedPath("/new").ancestors == [try #require(FileIdentity(of: "/"))])
    }
  }

  /// Lines of a machine with a disk whose directory `/data/store` is visible at another place too.
  @Test func whatIsMountedTwiceIsFoundAtBothPlaces() {
    let mounts = Mounts(
      text: """
        21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        30 21 0:25 / /dev/shm rw - tmpfs tmpfs rw
        31 21 8:1 /data/store /mnt/my\\040bind rw,relatime - ext4 /dev/sda1 rw
        """)
    #expect(mounts.otherPaths(of: "/mnt/my bind/0") == ["/data/store/0"])
    #expect(mounts.otherPaths(of: "/mnt/my bind") == ["/data/store"])
    #expect(mounts.otherPaths(of: "/data/store/0/c") == ["/mnt/my bind/0/c"])
    #expect(mounts.otherPaths(of: "/data/stores") == [])
    #expect(mounts.otherPaths(of: "/dev/shm/data/store") == [])
    #expect(Mounts(text: "").otherPaths(of: "/data") == [])
  }
}
