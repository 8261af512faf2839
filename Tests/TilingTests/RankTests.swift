import Files
import Foundation
import Launching
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// The store's bytes are the same for any ranks and threads, and after any kill.
@Suite(.serialized) struct RankTests {
  private let extent = Extent(40, 60, 50)

  /// Planes as a microscope writes them.
  private func planes() throws -> ScratchDirectory {
    let directory = try ScratchDirectory()
    let volume = organ(.uint16, extent)
    let writer = try createVolume(
      directory.file("planes/"),
      VolumeLayout(extent: extent, voxelType: .uint16, voxelSizeInMicrometres: nil), isCompressed: true)
    try writer.append(volume)
    try writer.finish()
    return directory
  }

  private func arguments(
    _ directory: ScratchDirectory, _ output: String, threads: Int, memoryInBytes: Int = 8 << 30
  ) -> [String] {
    [directory.file("planes"), directory.file(output), "\(threads)", "\(memoryInBytes)", "4,8,8", "8,16,16", "2"]
  }

  private func store(_ directory: ScratchDirectory, _ name: String) throws -> [String: Data] {
    try tree(directory.file(name)) { $0.hasSuffix(".journal") }
  }

  @Test func ranksAndThreadsChangeNoByte() throws {
    let directory = try planes()
    let program = builtProgram("tile-probe")
    var first: [String: Data]?
    for (ranks, threads) in [(0, 1), (1, 3), (2, 1), (3, 2)] {
      let name = "\(ranks).zarr"
      let ending = try Running(launch(ranks: ranks, program, arguments(directory, name, threads: threads))).wait()
      #expect(ending.code == 0, "\(ending.errors)")
      let found = try store(directory, name)
      #expect(found.count > 20)
      if let first { #expect(found == renamed(first, to: found), "\(ranks) ranks") } else { first = found }
    }
  }

  /// The image in a store is named after its directory, and `contents.json` has the checksum of that.
  private func renamed(_ store: [String: Data], to other: [String: Data]) -> [String: Data] {
    var copy = store
    for name in ["zarr.json", ".sheaf/contents.json"] { copy[name] = other[name] }
    return copy
  }

  @Test(.randomised, arguments: [0, 2])
  func killedRunsResume(_ ranks: Int) throws {
    let directory = try planes()
    let program = builtProgram("tile-probe")
    let whole = try Running(launch(ranks: 0, program, arguments(directory, "a.zarr", threads: 2))).wait()
    #expect(whole.code == 0, "\(whole.errors)")
    let wanted = try store(directory, "a.zarr")
    try FileManager.default.moveItem(atPath: directory.file("a.zarr"), toPath: directory.file("whole"))
    var random = SeededNumbers.ofTest(stream: ranks)
    let store = directory.file("a.zarr")
    var kills = 0
    for attempt in 0..<4 {
      let start = Date()
      let running = try Running(launch(ranks: ranks, program, arguments(directory, "a.zarr", threads: 1 + attempt % 3)))
      let files = Int.random(in: 1...wanted.count / 6, using: &random)
      // mpirun that is killed leaves ranks that end when they notice; SIGTERM makes it end them at once.
      let (ending, wasStopped) = running.stop(with: ranks == 0 ? SIGKILL : SIGTERM) {
        fileCount(below: store, writtenAfter: start) >= files
      }
      if wasStopped { kills += 1 }
      if ending.code == 0 { break }
    }
    #expect(kills > 0)
    let last = try Running(launch(ranks: ranks, program, arguments(directory, "a.zarr", threads: 2))).wait()
    #expect(last.code == 0, "\(last.errors)")
    let found = try tree(directory.file("a.zarr")) { $0.hasSuffix(".journal") }
    #expect(found == wanted)
  }

  @Test func tooLittleMemoryIsRefusedNamingTheMinimum() throws {
    let directory = try planes()
    let ending = try Running(
      launch(ranks: 0, builtProgram("tile-probe"), arguments(directory, "a.zarr", threads: 1, memoryInBytes: 1 << 20))
    ).wait()
    #expect(ending.code == 64 && ending.errors.contains("give at least --memory"), "\(ending.errors)")
    #expect(!fileExists(directory.file("a.zarr/zarr.json")))
  }

  @Test func damagedPlanesEndTheJobBeforeItBegins() throws {
    let directory = try planes()
    let plane = directory.file("planes/z00017.tif")
    try publish(try readWholeFile(plane).prefix(100), to: plane)
    let ending = try Running(
      launch(ranks: 2, builtProgram("tile-probe"), arguments(directory, "a.zarr", threads: 1))
    ).wait()
    #expect(ending.code == 65 && ending.errors.contains("z00017.tif"), "\(ending.errors)")
    #expect(!fileExists(directory.file("a.zarr")))
  }
}
