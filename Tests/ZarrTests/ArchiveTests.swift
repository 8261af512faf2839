import Files
import Foundation
import Scratch
import TestTraits
import Testing
import Voxels
import Zarr

/// Stores in zip archives; what other writers make is in `CodecCombinationTests`.
@Suite struct ArchiveTests {
  private let scratch: ScratchDirectory
  private let directory: String
  private let archive: String
  private let voxels: VoxelBuffer

  init() throws {
    scratch = try ScratchDirectory()
    directory = scratch.file("brain.zarr")
    archive = scratch.file("brain.ozx")
    let extent = Extent(9, 20, 31)
    voxels = makeVoxels(.uint16, extent, seed: 3)
    let store = try Store.create(
      directory,
      StoreLayout(
        name: "volume", extent: extent, voxelType: .uint16, voxelSizeInMicrometres: VoxelSize(4, 2, 2),
        chunk: Extent(8), shard: Extent(16), levelCount: 1))
    try store.finish(emptyShards: [write(voxels, to: store.levels[0])])
    try writeStoredZip(of: directory, to: archive)
  }

  @Test func anArchiveIsTheDirectoryThatWasPacked() throws {
    let store = try Store.open(archive)
    #expect(try sameVoxels(store.levels[0].read(Region(store.extent)), voxels))
    #expect(store.voxelSizeInMicrometres == VoxelSize(4, 2, 2) && store.isOurs && store.isFinished)
    #expect(try directoryEntries(archive) == directoryEntries(directory))
    #expect(isDirectory(archive + "/0") && !isDirectory(archive) && fileExists(archive + "/0/../zarr.json"))
    #expect(!fileExists(archive + "/../brain.ozx/nothing") && !fileExists(archive + "/1"))
    #expect(store.levels[0].files(holding: Region(store.extent)) == [archive])
    let verification = try Verification(of: archive)
    #expect(verification.metadataFindings == [])
    for shard in 0..<verification.shardCount { #expect(try verification.verifyShard(shard) == []) }
    for file in 0..<verification.fileCount { #expect(try verification.verifyFile(file) == []) }
  }

  @Test func whatAFileIsInPlaceOfAStoreIsSaid() throws {
    func message(_ path: String) -> String { fault { _ = try Store.open(path) }?.message ?? "" }
    try publish("text", to: scratch.file("notes.txt"))
    #expect(message(scratch.file("notes.txt")).contains("is a file, but an OME-Zarr store is needed"))
    #expect(message(scratch.file("nowhere")).contains("there is no such file or directory"))
    try FileManager.default.createDirectory(atPath: scratch.file("empty"), withIntermediateDirectories: true)
    #expect(message(scratch.file("empty")).contains("there is no zarr.json, .zgroup or .zattrs in it"))
    try FileManager.default.removeItem(atPath: directory + "/zarr.json")
    #expect(message(directory).contains("holds arrays such as 0, but its own metadata"))
  }

  /// Flipped bits, exchanged and cut pieces: a fault or the right voxels, nothing else.
  @Test(.randomised) func damageIsAFaultOrHarmless() throws {
    var generator = SeededNumbers.ofTest()
    let whole = try readWholeFile(archive)
    let expected = voxels
    for number in 0..<200 {
      var bytes = whole
      // The directory at the end decides most.
      let place =
        Bool.random(using: &generator)
        ? bytes.count - Int.random(in: 1...600, using: &generator)
        : Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[place] = 0xFF
      default: bytes = bytes.prefix(place)
      }
      let path = scratch.file("\(number).ozx")
      try bytes.write(to: URL(fileURLWithPath: path))
      do {
        let store = try Store.open(path)
        if store.extent == expected.extent, store.voxelType == .uint16 {
          #expect(try sameVoxels(store.levels[0].read(Region(store.extent)), expected), "\(number) at \(place)")
        }
      } catch {
        #expect(error is Fault, "\(number): \(error)")
      }
      try FileManager.default.removeItem(atPath: path)
    }
  }
}
