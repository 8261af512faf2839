import Files
import Foundation
import Launching
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels
import Zarr

/// Rebuilt shards have the bytes they had.
@Suite(.serialized) struct RepairTests {
  let extent = Extent(40, 60, 50)

  /// Planes, and the store that the probe makes of them.
  func prepare() throws -> (directory: ScratchDirectory, store: String) {
    let directory = try ScratchDirectory()
    let writer = try createVolume(
      directory.file("planes/"),
      VolumeLayout(extent: extent, voxelType: .uint16, voxelSizeInMicrometres: nil), isCompressed: true)
    try writer.append(organ(.uint16, extent))
    try writer.finish()
    let arguments = [
      directory.file("planes"), directory.file("a.zarr"), "2", "\(8 << 30)", "4,8,8", "8,16,16", "2",
    ]
    let ending = try Running(launch(ranks: 0, builtProgram("tile-probe"), arguments)).wait()
    #expect(ending.code == 0, "\(ending.errors)")
    return (directory, directory.file("a.zarr"))
  }

  func repair(
    _ directory: ScratchDirectory, from input: String = "planes", ranks: Int = 0, memoryInBytes: Int = 8 << 30
  ) throws -> Ending {
    try Running(
      launch(
        ranks: ranks, builtProgram("tile-probe"),
        ["repair", directory.file(input), directory.file("a.zarr"), "2", "\(memoryInBytes)"])
    ).wait()
  }

  private func shards(_ files: [String: Data]) -> [String] { files.keys.filter { $0.contains("/c/") }.sorted() }

  /// Flips a byte in, cuts short, empties or deletes every shard that `chosen` takes.
  private func damage(_ store: String, _ files: [String: Data], _ random: inout SeededNumbers) throws -> Int {
    var count = 0
    for name in shards(files) where Int.random(in: 0..<4, using: &random) == 0 {
      let path = joinPath(store, name)
      var data = files[name]!
      switch count % 4 {
      case 0: data[Int.random(in: 0..<data.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      case 1: data = data.prefix(Int.random(in: 0..<data.count, using: &random))
      case 2: data = Data()
      default:
        try FileManager.default.removeItem(atPath: path)
        count += 1
        continue
      }
      try data.write(to: URL(fileURLWithPath: path))
      count += 1
    }
    return count
  }

  @Test(.randomised) func damagedShardsComeBackAsTheyWere() throws {
    let (directory, store) = try prepare()
    let sound = try tree(store)
    var random = SeededNumbers.ofTest()
    for ranks in [0, 1, 2] {
      let count = try damage(store, sound, &random)
      #expect(count > 4)
      // A file where the store knows of none.
      let empty = try #require(
        Region(Extent(5, 4, 1)).firstPosition { !sound.keys.contains("0/c/\($0.z)/\($0.y)/\($0.x)") })
      let stray = "0/c/\(empty.z)/\(empty.y)/\(empty.x)"
      try createDirectory(parentDirectory(of: joinPath(store, stray)))
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: joinPath(store, stray)))
      let ending = try repair(directory, ranks: ranks)
      #expect(ending.code == 0, "\(ending.errors)")
      #expect(ending.output == "\(count + 1)\n")
      let found = try tree(store)
      #expect(found.keys.sorted() == sound.keys.sorted(), "\(ranks) ranks")
      #expect(found == sound, "\(ranks) ranks")
    }
    // Nothing is damaged: nothing is done.
    #expect(try repair(directory).output == "0\n")
  }

  @Test func everyShardAtOnceComesBack() throws {
    let (directory, store) = try prepare()
    let sound = try tree(store)
    for name in shards(sound) { try FileManager.default.removeItem(atPath: joinPath(store, name)) }
    #expect(try repair(directory, ranks: 2).code == 0)
    #expect(try tree(store) == sound)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let (directory, store) = try prepare()
    let sound = try tree(store)
    try FileManager.default.removeItem(atPath: joinPath(store, shards(sound)[0]))
    let damaged = try tree(store)
    func refuses(_ code: Int32, _ word: String, _ ending: Ending) {
      #expect(ending.code == code && ending.errors.contains(word), "\(ending.code) \(ending.errors)")
    }
    // Another input.
    try FileManager.default.copyItem(atPath: directory.file("planes"), toPath: directory.file("other"))
    try FileManager.default.removeItem(atPath: directory.file("other/z00007.tif"))
    refuses(64, "was tiled from", try repair(directory, from: "other"))
    refuses(64, "give at least --memory", try repair(directory, memoryInBytes: 1 << 20))
    #expect(try tree(store) == damaged)
    // Settings that are not those of the store.
    let path = joinPath(store, ".sheaf/settings.json")
    let text = String(decoding: try readWholeFile(path), as: UTF8.self)
    for (old, new, code, word) in [
      ("\"8,16,16\"", "\"8,16,8\"", 65, "not laid out as the settings"),
      ("\"bloscZstd(level: 1)\"", "\"bloscZstd(level: 2)\"", 65, "not laid out as the settings"),
      ("\"bloscZstd(level: 1)\"", "\"gzip\"", 65, "do not give its compression, found gzip"),
      ("\"command\" : \"tile\"", "\"command\" : \"infer\"", 64, "sheaf infer"), ("{", "[", 65, "cannot be understood"),
    ] as [(String, String, Int32, String)] {
      #expect(text.contains(old), "\(old) in \(text)")
      try publish(text.replacingOccurrences(of: old, with: new), to: path)
      refuses(code, word, try repair(directory))
    }
    try publish(text, to: path)
    #expect(try tree(store) == damaged)
  }
}

/// What is repaired is proved to be what was there, not taken on trust.
@Suite(.serialized) struct RepairProofTests {
  @Test func anInputThatChangedIsToldAndTheDamagedFileStays() throws {
    let (directory, store) = try RepairTests().prepare()
    let sound = try tree(store)
    let shards = sound.keys.filter { $0.contains("/c/") }.sorted()
    // Other voxels in one plane, which the shards of the first eight planes hold.
    let other = VoxelBuffer(.uint16, Extent(1, 60, 50))
    for index in 0..<3000 { other.voxels(as: UInt16.self)[index] = UInt16(index % 1000 + 1) }
    let writer = try createVolume(
      directory.file("other/"),
      VolumeLayout(extent: Extent(1, 60, 50), voxelType: .uint16, voxelSizeInMicrometres: nil), isCompressed: true)
    try writer.append(other)
    try writer.finish()
    let changed = directory.file("planes/z00003.tif")
    try FileManager.default.removeItem(atPath: changed)
    try FileManager.default.copyItem(atPath: directory.file("other/z00000.tif"), toPath: changed)
    let first = try #require(shards.first { $0.hasPrefix("0/c/0/") })
    let last = try #require(shards.last { $0.hasPrefix("0/c/3/") })
    var data = sound[first]!
    data[0] ^= 1
    try data.write(to: URL(fileURLWithPath: joinPath(store, first)))
    try FileManager.default.removeItem(atPath: joinPath(store, last))
    let ending = try RepairTests().repair(directory)
    #expect(ending.code == 65 && ending.errors.contains("the input is not the one that was tiled"), "\(ending)")
    var expected = sound
    expected[first] = data
    #expect(try tree(store) == expected)
  }
}

extension Region {
  fileprivate func firstPosition(where condition: (Coordinate) -> Bool) -> Coordinate? {
    var found: Coordinate?
    forEachPosition { if found == nil, condition($0) { found = $0 } }
    return found
  }
}
