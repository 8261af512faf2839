import Files
import Foundation
import Jobs
import Launching
import MPI
import PeerEnvironment
import Scratch
import Synchronization
import TestTraits
import Testing
import Tiling
import VolumeFormats
import Voxels
import Zarr

/// A store that was interrupted never becomes a mixture of old and new voxels: what changed in the input meanwhile costs
/// the units that read it, and nothing else.
@Suite struct ChangedInputTests {
  private static let extent = Extent(96, 60, 50)

  /// An input in a directory of its own, and the stores made of it.
  private struct Bench {
    let directory: ScratchDirectory
    var input: String

    init(_ input: String) throws {
      directory = try ScratchDirectory()
      self.input = directory.file(input)
    }

    var output: String { directory.file("out/a.zarr") }

    /// - Parameter leastUnits: stops the run when so many units are done.
    /// - Returns: what the command said, and the fault that ended it.
    @discardableResult
    func tile(_ output: String? = nil, stoppingAfter leastUnits: Int? = nil) throws -> (lines: String, fault: Fault?) {
      let lines = Mutex("")
      let console = Console(isTerminal: false) { text in lines.withLock { $0 += text } }
      let output = output ?? self.output
      let partial = joinPath(output, ".sheaf/partial-statistics")
      let ending = fault {
        _ = try Tiling.tile(
          try openVolume(input), to: output, settings: TilingSettings(chunk: Extent(4, 8, 8), shard: Extent(8, 16, 16)),
          resolved: ResolvedSettings(command: "tile", programVersion: "test"),
          job: JobSettings(threads: 2, console: console), memoryInBytes: 8 << 30, communicator: .single(),
          isStopRequested: {
            leastUnits.map { ((try? directoryEntries(partial).count) ?? 0) >= $0 } ?? false
          })
      }
      return (lines.withLock { $0 }, ending)
    }

    /// Leaves a store of which some units are done and others are not.
    func interrupt() throws -> Int {
      let ending = try tile(stoppingAfter: 2)
      #expect(ending.fault?.kind == .stopped, "\(ending)")
      let done = try #require(try Journal.read(joinPath(output, ".sheaf/tile.journal"))).payloads.count
      #expect(done >= 2 && done < 6)
      return done
    }

    /// The store must be the one that a fresh run gives, in every byte.
    func expectFreshStore(_ comment: Comment) throws {
      let fresh = directory.file("fresh/a.zarr")
      #expect(try tile(fresh).fault == nil, comment)
      let (found, wanted) = (try tree(output), try tree(fresh))
      #expect(found.keys.sorted() == wanted.keys.sorted(), comment)
      for (name, data) in wanted where found[name] != data { Issue.record("\(name) differs: \(comment)") }
      try FileManager.default.removeItem(atPath: directory.file("fresh"))
    }
  }

  private func writePlanes(_ directory: String, _ volume: VoxelBuffer) throws {
    let writer = try createVolume(
      directory + "/", VolumeLayout(extent: volume.extent, voxelType: .uint16, voxelSizeInMicrometres: nil),
      isCompressed: true)
    try writer.append(volume)
    try writer.finish()
  }

  private func planes() throws -> Bench {
    let bench = try Bench("planes")
    try writePlanes(bench.input, organ(.uint16, Self.extent))
    return bench
  }

  /// Other voxels in a plane, in a file of the same size and name.
  private func change(plane: String, in bench: Bench) throws {
    let path = joinPath(bench.input, plane)
    let old = try readWholeFile(path)
    let other = bench.directory.file("other-\(plane)")
    try writePlanes(other, VoxelBuffer(.uint16, Extent(1, Self.extent.y, Self.extent.x)))
    var data = try readWholeFile(joinPath(other, "z00000.tif"))
    #expect(data.count <= old.count)
    // Nobody reads what lies behind the strips.
    data.append(Data(count: old.count - data.count))
    try data.write(to: URL(fileURLWithPath: path))
  }

  private func touch(_ path: String) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -4000)], ofItemAtPath: path)
  }

  @Test func aPlaneRewrittenMeanwhileCostsTheUnitsThatReadIt() throws {
    let bench = try planes()
    let done = try bench.interrupt()
    // The first planes belong to the first units, which are done.
    try change(plane: "z00003.tif", in: bench)
    let ending = try bench.tile()
    #expect(ending.fault == nil, "\(ending)")
    #expect(ending.lines.contains("the input has changed since: z00003.tif: it was modified at"), "\(ending)")
    #expect(ending.lines.contains("of the units done have other voxels now"), "\(ending)")
    #expect(!ending.lines.contains("\(done + 1) of the units"), "\(ending)")
    try bench.expectFreshStore("one plane")
  }

  @Test func allPlanesRewrittenMeanwhileGiveTheNewVoxels() throws {
    let bench = try planes()
    let done = try bench.interrupt()
    try FileManager.default.removeItem(atPath: bench.input)
    try writePlanes(bench.input, organ(.uint16, Self.extent, seed: 7))
    let ending = try bench.tile()
    #expect(ending.fault == nil && ending.lines.contains("\(done) of the units done have other voxels"), "\(ending)")
    try bench.expectFreshStore("all planes")
  }

  /// A program that sets the time back does not hide what it wrote.
  @Test func anOldTimeOnNewContentsIsNoticed() throws {
    let bench = try planes()
    _ = try bench.interrupt()
    let path = joinPath(bench.input, "z00001.tif")
    let date = try #require(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    try change(plane: "z00001.tif", in: bench)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    let ending = try bench.tile()
    #expect(ending.fault == nil && ending.lines.contains("have other voxels now"), "\(ending)")
    try bench.expectFreshStore("time set back")
  }

  @Test func whatIsTouchedCopiedOrMovedGoesOn() throws {
    var bench = try planes()
    _ = try bench.interrupt()
    try touch(joinPath(bench.input, "z00002.tif"))
    // A run that is stopped while it compares compares again.
    #expect(try bench.tile(stoppingAfter: 0).lines.contains("z00002.tif: it was modified at"))
    let compared = try bench.tile()
    #expect(compared.fault == nil && compared.lines.contains("the voxels are the same"), "\(compared)")
    #expect(!(try bench.tile().lines.contains("has changed")))
    try bench.expectFreshStore("touched")
    // The same voxels in another file, in another place.
    try FileManager.default.removeItem(atPath: bench.output)
    _ = try bench.interrupt()
    try FileManager.default.copyItem(atPath: bench.input, toPath: bench.directory.file("copy"))
    bench.input = bench.directory.file("copy")
    let copied = try bench.tile()
    #expect(copied.fault == nil && copied.lines.contains("the voxels are the same"), "\(copied)")
    // Not the path, which settings and inputs record.
    let store = try Store.open(bench.output)
    let voxels = try store.levels[0].read(Region(Self.extent))
    #expect(voxels.array(of: UInt16.self) == organ(.uint16, Self.extent).array(of: UInt16.self))
  }

  @Test func whatLiesBesideThePlanesIsNoChange() throws {
    let bench = try planes()
    _ = try bench.interrupt()
    for name in ["readme.txt", "Thumbs.db", ".DS_Store"] {
      try publish("not a plane", to: joinPath(bench.input, name))
    }
    try FileManager.default.copyItem(atPath: bench.output, toPath: joinPath(bench.input, "b.zarr"))
    let ending = try bench.tile()
    #expect(ending.fault == nil && !ending.lines.contains("has changed"), "\(ending)")
    try bench.expectFreshStore("files beside")
  }

  @Test func anotherVolumeIsRefused() throws {
    var bench = try planes()
    _ = try bench.interrupt()
    // Shards of the unit that was stopped may still be on their way to the disk.
    let before = try tree(bench.output) { $0.hasSuffix("/c") }
    bench.input = bench.directory.file("other")
    try writePlanes(bench.input, organ(.uint16, Self.extent, seed: 3))
    let ending = try bench.tile()
    #expect(ending.fault?.kind == .cannotCreate, "\(ending)")
    #expect(ending.fault?.message.contains("was begun from other voxels") == true, "\(ending)")
    #expect(ending.fault?.message.contains("z00000.tif") == true, "\(ending)")
    #expect(try tree(bench.output) { $0.hasSuffix("/c") } == before)
    // Of another extent.
    try FileManager.default.removeItem(atPath: bench.input)
    try writePlanes(bench.input, organ(.uint16, Extent(97, 60, 50)))
    let larger = try bench.tile()
    #expect(larger.fault?.message.contains("(input: it was \"96 × 60 × 50 voxels of uint16") == true, "\(larger)")
  }

  @Test func aFinishedStoreStaysWhatItIs() throws {
    let bench = try planes()
    #expect(try bench.tile().fault == nil)
    let finished = try tree(bench.output)
    try touch(joinPath(bench.input, "z00020.tif"))
    let touched = try bench.tile()
    #expect(touched.fault == nil && touched.lines.contains("the voxels are the same"), "\(touched)")
    try change(plane: "z00020.tif", in: bench)
    let changed = try bench.tile()
    #expect(changed.fault?.kind == .cannotCreate, "\(changed)")
    #expect(changed.fault?.message.contains("was made from other voxels") == true, "\(changed)")
    #expect(changed.fault?.message.contains("z00020.tif: it was modified at") == true, "\(changed)")
    #expect(try tree(bench.output) == finished)
  }

  /// A unit fails at a damaged plane; once that is repaired, only units that read it are done.
  @Test(arguments: [0, 2]) func aRepairedPlaneCostsOnlyItsUnits(ranks: Int) throws {
    let bench = try planes()
    let path = joinPath(bench.input, "z00092.tif")
    let sound = try readWholeFile(path)
    var damaged = sound
    for index in sound.count / 4..<sound.count / 2 { damaged[index] = 0x55 }
    try damaged.write(to: URL(fileURLWithPath: path))
    func run(_ output: String) throws -> Ending {
      try Running(
        launch(
          ranks: ranks, builtProgram("tile-probe"),
          [bench.input, output, "2", "\(8 << 30)", "4,8,8", "8,16,16", "2"])
      ).wait()
    }
    let failed = try run(bench.output)
    #expect(failed.code == 65 && failed.errors.contains("z00092.tif"), "\(failed)")
    let done = try #require(try Journal.read(joinPath(bench.output, ".sheaf/tile.journal"))).payloads.count
    #expect(done == 5)
    try sound.write(to: URL(fileURLWithPath: path))
    let resumed = try run(bench.output)
    #expect(resumed.code == 0 && !resumed.errors.contains("done again"), "\(resumed)")
    #expect(!resumed.errors.contains("comparing"), "\(resumed)")
    let fresh = try run(bench.directory.file("fresh/a.zarr"))
    #expect(fresh.code == 0)
    #expect(try tree(bench.output) == tree(bench.directory.file("fresh/a.zarr")))
  }

  /// Both ranks compare, and do again what differs.
  @Test func severalRanksCompare() throws {
    let bench = try planes()
    _ = try bench.interrupt()
    try change(plane: "z00003.tif", in: bench)
    try touch(joinPath(bench.input, "z00021.tif"))
    func run(_ output: String, ranks: Int) throws -> Ending {
      try Running(
        launch(
          ranks: ranks, builtProgram("tile-probe"),
          [bench.input, output, "2", "\(8 << 30)", "4,8,8", "8,16,16", "2"])
      ).wait()
    }
    let resumed = try run(bench.output, ranks: 2)
    #expect(resumed.code == 0 && resumed.errors.contains("and 1 more file"), "\(resumed)")
    #expect(resumed.errors.contains("have other voxels now"), "\(resumed)")
    let fresh = try run(bench.directory.file("fresh/a.zarr"), ranks: 0)
    #expect(fresh.code == 0)
    let settings = ".sheaf/settings.json"
    var (found, wanted) = (try tree(bench.output), try tree(bench.directory.file("fresh/a.zarr")))
    // The interrupted run was another program's.
    for name in [settings, ".sheaf/contents.json"] { (found[name], wanted[name]) = (nil, nil) }
    #expect(found == wanted)
  }

  /// What was written while it was read is told at the end, and put right by the next run.
  @Test func aFileWrittenWhileItIsReadIsNoticed() throws {
    let bench = try planes()
    let volume = try Slow(openVolume(bench.input)) { try change(plane: "z00000.tif", in: bench) }
    let ending = fault {
      _ = try Tiling.tile(
        volume, to: bench.output, settings: TilingSettings(chunk: Extent(4, 8, 8), shard: Extent(8, 16, 16)),
        resolved: ResolvedSettings(command: "tile", programVersion: "test"), job: JobSettings(threads: 2),
        memoryInBytes: 8 << 30, communicator: .single())
    }
    #expect(ending?.kind == .badData, "\(String(describing: ending))")
    #expect(ending?.message.contains("has changed while it was read (z00000.tif: it was modified") == true)
    let resumed = try bench.tile()
    #expect(resumed.fault == nil && resumed.lines.contains("have other voxels now"), "\(resumed)")
    try bench.expectFreshStore("written while read")
  }

  /// A backup that sets times, or a change of permissions, is no reason to fail.
  @Test func aFileTouchedWhileItIsReadIsCompared() throws {
    let bench = try planes()
    let volume = try Slow(openVolume(bench.input)) { try touch(joinPath(bench.input, "z00000.tif")) }
    _ = try Tiling.tile(
      volume, to: bench.output, settings: TilingSettings(chunk: Extent(4, 8, 8), shard: Extent(8, 16, 16)),
      resolved: ResolvedSettings(command: "tile", programVersion: "test"), job: JobSettings(threads: 2),
      memoryInBytes: 8 << 30, communicator: .single())
    #expect(!(try bench.tile().lines.contains("has changed")))
    try bench.expectFreshStore("touched while read")
  }

  /// Calls `body` once, when the last planes are read.
  private final class Slow: VolumeSource {
    let source: any VolumeSource
    let body: @Sendable () throws -> Void
    private let isDone = Mutex(false)

    init(_ source: any VolumeSource, _ body: @escaping @Sendable () throws -> Void) throws {
      self.source = source
      self.body = body
    }

    var description: VolumeDescription { source.description }
    var readingGeometry: ReadingGeometry { source.readingGeometry }
    func files(holding region: Region) -> [String] { source.files(holding: region) }

    func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
      try source.read(region, into: buffer, at: origin)
      guard region.end.z == description.extent.z else { return }
      try isDone.withLock {
        if !$0 { try body() }
        $0 = true
      }
    }
  }

  // MARK: Files of other writers

  private struct Peer: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: String
    /// Makes a volume of 96 × 60 × 50.
    let make: String
    /// Changes the first voxels.
    let change: String
    /// Whether only some of the units done are compared.
    let isOfManyFiles: Bool
  }

  private static let peers = [
    Peer(
      testDescription: "h5py", input: "a.h5",
      make: "h5py.File(path, 'w').create_dataset('volume', data=voxels, chunks=(8, 16, 16), compression='gzip')",
      change: "h5py.File(path, 'r+')['volume'][:4, :8, :8] = 7", isOfManyFiles: false),
    Peer(
      testDescription: "nibabel", input: "a.nii",
      make: "nibabel.Nifti1Image(voxels.transpose(2, 1, 0), np.eye(4)).to_filename(path)",
      change: "voxels[:4, :8, :8] = 7; nibabel.Nifti1Image(voxels.transpose(2, 1, 0), np.eye(4)).to_filename(path)",
      isOfManyFiles: false),
    Peer(
      testDescription: "SimpleITK, header and data apart", input: "a.mhd",
      make: "sitk.WriteImage(sitk.GetImageFromArray(voxels), path)",
      change: "voxels[:4, :8, :8] = 7; sitk.WriteImage(sitk.GetImageFromArray(voxels), path)", isOfManyFiles: false),
    Peer(
      testDescription: "zarr-python", input: "a.zarr",
      make: "zarr.create_array(path, data=voxels, chunks=(8, 16, 16))",
      change: "zarr.open_array(path)[:4, :8, :8] = 7", isOfManyFiles: true),
    Peer(
      testDescription: "zarr-python, version 2", input: "a.zarr",
      make: "zarr.create_array(path, data=voxels, chunks=(8, 16, 16), zarr_format=2)",
      change: "zarr.open_array(path)[:4, :8, :8] = 7", isOfManyFiles: true),
    Peer(
      testDescription: "tifffile", input: "a.tif", make: "tifffile.imwrite(path, voxels, compression='zlib')",
      change: "voxels[:4, :8, :8] = 7; tifffile.imwrite(path, voxels, compression='zlib')", isOfManyFiles: false),
  ]

  @Test(.needsPeers, arguments: peers) private func filesOfOtherWriters(_ peer: Peer) throws {
    let python = try PeerEnvironment.required()
    let bench = try Bench(peer.input)
    func run(_ statement: String) throws {
      _ = try python.run(
        """
        import sys, numpy as np, h5py, nibabel, zarr, tifffile, SimpleITK as sitk
        path = sys.argv[1]
        voxels = (np.random.default_rng(1).integers(0, 60000, (96, 60, 50))).astype(np.uint16)
        \(statement)
        """, arguments: [bench.input])
    }
    try run(peer.make)
    let done = try bench.interrupt()
    for file in try openVolume(bench.input).files where fileExists(file) { try touch(file) }
    // Stopped as soon as it has compared.
    let touched = try bench.tile(stoppingAfter: nil)
    #expect(touched.fault == nil && touched.lines.contains("comparing \(done) of the units done"), "\(touched)")
    #expect(touched.lines.contains("the voxels are the same"), "\(touched)")
    try FileManager.default.removeItem(atPath: bench.output)
    let again = try bench.interrupt()
    try run(peer.change)
    let changed = try bench.tile()
    #expect(changed.fault == nil && changed.lines.contains("1 of the units done have other voxels now"), "\(changed)")
    #expect(changed.lines.contains("comparing \(peer.isOfManyFiles ? 1 : again) of the units done"), "\(changed)")
    try bench.expectFreshStore("\(peer.testDescription)")
  }
}
