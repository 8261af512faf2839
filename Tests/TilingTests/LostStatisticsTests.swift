import Files
import Foundation
import Jobs
import MPI
import Scratch
import Synchronization
import Testing
import Tiling
import Voxels
import Zarr

/// Statistics of single units that are lost or damaged between interruption and resume cost their units, nothing else;
/// and `verify` says what is wrong and how much is done.
@Suite struct LostStatisticsTests {
  private let settings = JobSettings(memoryInBytes: nil, threads: 1)

  /// Tiles until `isStopRequested` says so.
  private func tile(_ source: MemoryVolume, _ path: String, stoppingAfter checks: Int = .max) throws {
    let count = Atomic<Int>(0)
    _ = try Tiling.tile(
      source, to: path, settings: TilingSettings(chunk: Extent(4), shard: Extent(4, 8, 8)),
      resolved: ResolvedSettings(command: "tile", programVersion: "test"),
      job: self.settings, memoryInBytes: 1 << 30, communicator: .single(),
      isStopRequested: { count.wrappingAdd(1, ordering: .relaxed).newValue > checks })
  }

  private func verify(_ path: String) throws -> VerificationReport {
    try verifyOutput(
      path, repairingFrom: nil, settings: settings, memoryInBytes: 1 << 30, communicator: .single(),
      isStopRequested: { false })
  }

  @Test func theyCostTheirUnits() throws {
    let directory = try ScratchDirectory()
    let source = try MemoryVolume(organ(.uint16, Extent(24, 16, 16)))
    let (reference, path) = (directory.file("reference.zarr"), directory.file("a.zarr"))
    try tile(source, reference)
    let wanted = try tree(reference) { $0.hasSuffix(".journal") }.filter { !$0.key.contains("zarr.json") }
    #expect(throws: Fault.self) { try tile(source, path, stoppingAfter: 4) }
    let statistics = joinPath(path, ".sheaf/partial-statistics")
    let units = try directoryEntries(statistics)
    try #require(units.count >= 2, "\(units)")
    #expect(try verify(path).damage.allSatisfy { $0.message.contains("never finished") })
    let unfinished = try verify(path).damage[0].message
    #expect(unfinished.contains("\(units.count) of") && unfinished.contains("units of tile are done"), "\(unfinished)")

    let interrupted = directory.file("interrupted.zarr")
    try FileManager.default.moveItem(atPath: path, toPath: interrupted)
    for damage in 0..<4 {
      try FileManager.default.copyItem(atPath: interrupted, toPath: path)
      let file = joinPath(statistics, units[damage % units.count])
      switch damage {
      case 0: try FileManager.default.removeItem(atPath: file)
      case 1:
        var bytes = try readWholeFile(file)
        bytes[bytes.count / 2] ^= 1
        try publish(bytes, to: file)
        #expect(try verify(path).damage.contains { $0.path == file })
      case 2: try publish("", to: file)
      default:
        // Cells of 15 voxels, which earlier versions had: the thirteenth number, after the name of the format.
        var bytes = try ChecksummedFile.contents(of: file, limit: 1 << 20).dropLast(8)
        try #require(bytes[13] == 12)
        bytes[13] = 15
        var writer = ByteWriter()
        writer.append(raw: bytes)
        writer.append(fixed: writer.bytes.withUnsafeBytes { fnv1aOfWords($0) })
        try publishChecksummed(Data(writer.bytes), to: file)
        let kept = PartialStatistics(directory: statistics)
        let found = try kept.damage(ofUnit: #require(Int(units[damage % units.count])))
        #expect(found?.contains("earlier version") == true, "\(found ?? "none")")
      }
      try tile(source, path)
      let found = try tree(path) { $0.hasSuffix(".journal") }.filter { !$0.key.contains("zarr.json") }
      #expect(found.keys.sorted() == wanted.keys.sorted())
      for (name, data) in wanted where !name.hasSuffix("contents.json") {
        #expect(found[name] == data, "\(name) after damage \(damage)")
      }
      #expect(try verify(path).damage.isEmpty)
      try FileManager.default.removeItem(atPath: path)
    }
  }

  /// A journal checks itself: damage in the middle, which a resume takes for its end, is named.
  @Test func damagedJournalsAreNamed() throws {
    let directory = try ScratchDirectory()
    let source = try MemoryVolume(organ(.uint16, Extent(24, 16, 16)))
    let path = directory.file("a.zarr")
    try tile(source, path)
    let journal = joinPath(path, ".sheaf/tile.journal")
    let whole = try readWholeFile(journal)
    for position in stride(from: 0, to: whole.count, by: 3) {
      var damaged = whole
      damaged[position] ^= 1 << (position % 8)
      try publish(damaged, to: journal)
      #expect(try verify(path).damage.map(\.path) == [journal], "byte \(position)")
    }
  }
}
