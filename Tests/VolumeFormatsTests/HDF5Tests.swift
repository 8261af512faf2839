import Files
import Foundation
import PeerEnvironment
import Scratch
import Synchronization
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// HDF5 files of h5py and hdf5plugin, read here.
@Suite struct HDF5Tests {
  private func write(_ program: String) throws -> (ScratchDirectory, [String]) {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    let lines = try peers.run(program, arguments: [directory.path]).split(separator: "\n").map(String.init)
    return (directory, lines)
  }

  /// Compares every image of the lines with its voxels: whole, and in boxes that cut chunks.
  private func compare(_ program: String, atLeast count: Int) throws {
    let (directory, lines) = try write(program)
    #expect(lines.count >= count)
    for line in lines {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      let numbers = fields.map { Int($0) ?? 0 }
      let options = VolumeOptions(
        channel: numbers[2], timePoint: numbers[3], dataset: fields[1].isEmpty ? nil : fields[1])
      do {
        let source = try openVolume(directory.file(fields[0]), options: options)
        let extent = Extent(numbers[5], numbers[6], numbers[7])
        #expect(source.description.voxelType.rawValue == fields[4], "\(line)")
        #expect(source.description.extent == extent, "\(line)")
        let wanted = try Data(contentsOf: URL(fileURLWithPath: directory.file(fields[8])))
        #expect(bytes(of: try everyVoxel(of: source)) == wanted, "\(line)")
        let whole = VoxelBuffer(source.description.voxelType, extent)
        _ = wanted.withUnsafeBytes { memcpy(whole.bytes.baseAddress!, $0.baseAddress!, $0.count) }
        for box in boxes(extent) {
          let target = usedBuffer(whole.type, box.extent + Extent(1, 2, 3))
          try source.read(box, into: target, at: Coordinate(1, 1, 2))
          let found = target.cropped(to: Region(origin: Coordinate(1, 1, 2), extent: box.extent))
          #expect(bytes(of: found) == bytes(of: whole.cropped(to: box)), "\(line) \(box)")
        }
        check(source.description.voxelSizeInMicrometres, fields[9], line)
        for path in source.inputPaths { #expect(fileExists(path), "\(line)") }
      } catch {
        Issue.record("\(line): \(error)")
      }
    }
  }

  private func boxes(_ extent: Extent) -> [Region] {
    let far = Coordinate(extent.z - 1, extent.y - 1, extent.x - 1)
    return [
      Region(from: Coordinate(1, 1, 1), to: far), Region(from: far, to: far + Extent(1)),
      Region(from: Coordinate(extent.z / 2, 0, extent.x / 3), to: Coordinate(extent.z, extent.y / 2 + 1, extent.x)),
    ].filter { !$0.isEmpty }
  }

  private func check(_ found: VoxelSize?, _ expected: String, _ line: String) {
    if expected == "none" { #expect(found == nil, "\(line)") }
    let size = expected.split(separator: ",").compactMap { Double($0) }
    guard size.count == 3 else { return }
    for axis in 0..<3 { #expect(abs((found?[axis] ?? 0) - size[axis]) < 1e-9, "\(line): \(found as Any)") }
  }

  @Test(.needsPeers) func datasets() throws { try compare(HDF5Fixtures.datasets, atLeast: 290) }
  @Test(.needsPeers) func filters() throws { try compare(HDF5Fixtures.filters, atLeast: 200) }
  @Test(.needsPeers) func imaris() throws { try compare(HDF5Fixtures.imaris, atLeast: 160) }
  @Test(.needsPeers) func bigDataViewer() throws { try compare(HDF5Fixtures.bigDataViewer, atLeast: 67) }

  @Test(.needsPeers) func descriptions() throws {
    let (directory, _) = try write(HDF5Fixtures.imaris)
    let source = try openVolume(directory.file("u2.ims"), options: VolumeOptions(channel: 2, timePoint: 1))
    #expect(source.description.format == "Imaris HDF5")
    #expect(source.description.channels == 3 && source.description.timePoints == 2)
    #expect(source.description.storage == "chunks of 8 × 16 × 16, gzip, little-endian")
    #expect(source.description.notes == ["channel 2 of 3 is read", "time point 1 of 2 is read"])
    #expect(source.readingGeometry.piece == Extent(8, 16, 16))
    let packed = try openVolume(directory.file("lz4.ims"))
    #expect(packed.description.storage == "chunks of 8 × 16 × 16, shuffle and lz4, little-endian")
    #expect(try openVolume(directory.file("nounit.ims")).description.voxelSizeDoubt?.contains("no unit") == true)
    let given = VolumeOptions(voxelSizeInMicrometres: VoxelSize(5, 4, 3))
    #expect(
      try openVolume(directory.file("u2.ims"), options: given).description.voxelSizeInMicrometres == VoxelSize(5, 4, 3))
    for options in [VolumeOptions(channel: 3), VolumeOptions(timePoint: 2)] {
      #expect(fault { _ = try openVolume(directory.file("u2.ims"), options: options) }?.kind == .usage)
    }
    // The pyramid's coarser levels are datasets like any other.
    let coarse = VolumeOptions(dataset: "DataSet/ResolutionLevel 1/TimePoint 0/Channel 0/Data")
    #expect(try openVolume(directory.file("u2.ims"), options: coarse).description.extent == Extent(8, 16, 16))
  }

  @Test(.needsPeers) func textAttributes() throws {
    let (directory, _) = try write(HDF5Fixtures.datasets)
    for name in ["index_old.h5", "index_new.h5", "index_block.h5", "index_bigblock.h5"] {
      let file = try HDF5File(directory.file(name))
      #expect(try file.text("text", of: "flat") == "of variable length", "\(name)")
      #expect(try file.text("fixed", of: "flat") == "fixed")
      #expect(try file.text("absent", of: "flat") == nil)
      #expect(try file.text("text", of: "nowhere") == nil)
    }
  }

  @Test(.needsPeers) func refusedFiles() throws {
    let (directory, _) = try write(HDF5Fixtures.refused)
    let cases: [(String, String?, Fault.Kind, String)] = [
      ("linked.h5", "image", .badData, "inside.h5"), ("linked.h5", "deep/image/b", .badData, "inside.h5"),
      ("linked.h5", "soft", .badData, "linked.h5"), ("linked.h5", "dangling", .badData, "dangling"),
      ("partitioned.h5", nil, .noInput, "partitioned-00-00.h5, a partition that"),
      ("circular.h5", nil, .badData, "circular.h5"), ("emptied.h5", nil, .badData, "lacks a view"),
      ("virtual.h5", nil, .badData, "no volume"),
      ("virtual.h5", "v", .badData, "other files"), ("outside.h5", "o", .badData, "other files"),
      ("several.h5", nil, .usage, "/group/d11 and 3 more"), ("several.h5", "group/d15", .usage, "/group/d00"),
      ("several.h5", "group", .badData, "found a group"), ("none.h5", nil, .badData, "no volume"),
      ("none.h5", "words", .badData, "text"),
      ("none.h5", "complex", .badData, "compound records"), ("none.h5", "empty", .badData, "at least one voxel"),
      ("six.h5", "d", .badData, "of lengths [2, 3, 2, 2, 2, 10]"), ("blosc2.h5", nil, .badData, "blosc2"),
      ("scaleoffset.h5", "d", .badData, "h5repack"),
      ("otherbits.h5", nil, .badData, "bitshuffle with an unknown compression"),
      ("negative.h5", nil, .badData, "negative"),
      ("padded.ims", nil, .badData, "99 × 99 × 99"), ("words.ims", nil, .badData, "numbers above zero"),
      ("n5.xml", nil, .noInput, "a.n5"), ("torn.xml", nil, .badData, "line"), ("lost.xml", nil, .noInput, "lost.h5"),
      ("wrong.xml", nil, .badData, "not a BigDataViewer file"),
    ]
    for (name, dataset, kind, words) in cases {
      let found = fault {
        _ = try openVolume(directory.file(name), options: VolumeOptions(dataset: dataset)).readAll()
      }
      #expect(found?.kind == kind && found?.message.contains(words) == true, "\(name): \(found?.message ?? "no fault")")
    }
  }

  /// Many threads, some on one open file and some on their own.
  @Test(.needsPeers) func threads() throws {
    let (directory, _) = try write(HDF5Fixtures.imaris)
    let names = ["u2.ims", "lz4.ims", "raw.ims", "u1.ims"]
    let sources = try names.map { try openVolume(directory.file($0)) }
    let whole = try sources.map { try $0.readAll() }
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 64) { index in
      let number = index % names.count
      do {
        let source = index % 3 == 0 ? try openVolume(directory.file(names[number])) : sources[number]
        let box = boxes(source.description.extent)[index % 2 == 0 ? 0 : 2]
        if bytes(of: try source.read(box)) != bytes(of: whole[number].cropped(to: box)) {
          failures.withLock { $0.append("\(names[number]) \(box)") }
        }
      } catch {
        failures.withLock { $0.append("\(names[number]): \(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
  }
}
