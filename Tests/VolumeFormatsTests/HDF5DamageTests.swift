import Files
import Foundation
import PeerEnvironment
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// Damaged HDF5 files are refused with a `Fault` or read as another volume; they never trap, and a checksum that the file
/// has is compared.
@Suite struct HDF5DamageTests {
  /// Compressed without a checksum.
  private static let bare = ["lzf", "szip", "bits", "zstdbits", "plainbits"].flatMap {
    ["old_\($0).h5", "new_\($0).h5"]
  }
  private static let names =
    [
      "old.ims", "new.ims", "old.h5", "new.h5", "old_flat.h5", "new_flat.h5", "old_compact.h5", "new_compact.h5",
    ] + bare

  private func files() throws -> (ScratchDirectory, [(name: String, bytes: Data)]) {
    let peers = try PeerEnvironment.required()
    let directory = try ScratchDirectory()
    _ = try peers.run(HDF5Fixtures.small, arguments: [directory.path])
    return (directory, try Self.names.map { ($0, try readWholeFile(directory.file($0))) })
  }

  /// Reads what can be read; true when there was no fault.
  private func read(_ path: String) -> Bool {
    do {
      let source = try openVolume(path)
      let extent = source.description.extent
      if extent.count <= 1 << 20 {
        let volume = try source.readAll()
        #expect(volume.byteCount == source.description.byteCount)
      } else {
        let box = extent.clamped(to: Extent(2))
        _ = try source.read(Region(origin: .zero, extent: box))
        _ = try source.read(
          Region(origin: Coordinate(extent.z - box.z, extent.y - box.y, extent.x - box.x), extent: box))
      }
      return true
    } catch let fault as Fault {
      #expect([.badData, .noInput, .usage].contains(fault.kind), "\(fault.message)")
    } catch {
      Issue.record(error)
    }
    return false
  }

  @Test(.needsPeers, .randomised(usualSeed: 20_261_121)) func changedBytes() throws {
    let (directory, files) = try files()
    var random = SeededNumbers.ofTest()
    for count in 0..<1800 {
      let (name, original) = files[count % files.count]
      var data = original
      for _ in 0..<(1 + random.next() % 6) {
        // Headers are at the front, the voxels of these small files are not.
        let limit = random.next() % 3 == 0 ? data.count : min(data.count, 4096)
        let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: random.next())]
        data[Int(random.next() % UInt64(limit))] = values[Int(random.next() % 6)]
      }
      let path = directory.file("changed-\(name)")
      try data.write(to: URL(fileURLWithPath: path))
      _ = read(path)
    }
  }

  /// A list of free space in a group's heap of names that comes back to itself, at which the library never ends.
  @Test(.needsPeers) func circularFreeSpace() throws {
    let (directory, files) = try files()
    var count = 0
    for (name, original) in files {
      var data = original
      func number(at place: Int) -> Int { (0..<8).reduce(0) { $0 | Int(original[place + $1]) << (8 * $1) } }
      var place = 0
      while let heap = original[place...].firstRange(of: Data("HEAP".utf8))?.lowerBound {
        let (first, segment) = (number(at: heap + 16), number(at: heap + 24))
        // One is the end of the list.
        if first > 1 {
          data[segment + first] = UInt8(first)
          count += 1
        }
        place = heap + 4
      }
      if data == original { continue }
      let path = directory.file("circular-\(name)")
      try data.write(to: URL(fileURLWithPath: path))
      #expect(try bytes(of: openVolume(path).readAll()) == bytes(of: openVolume(directory.file(name)).readAll()))
    }
    #expect(count > 3)
  }

  /// HDF5 files tell their own length.
  @Test(.needsPeers) func truncated() throws {
    let (directory, files) = try files()
    for (name, original) in files {
      let path = directory.file("short-\(name)")
      for part in [0, 1, 7, 8, 40, 96, original.count / 2, original.count - 1] {
        try original.prefix(part).write(to: URL(fileURLWithPath: path))
        #expect(!read(path), "\(name) cut after \(part) bytes")
      }
    }
  }

  /// gzip and fletcher32 have checksums, so every changed byte of a chunk is found.
  @Test(.needsPeers) func changedChunks() throws {
    let (directory, files) = try files()
    for (name, original) in files where ["old.ims", "new.ims", "old.h5", "new.h5"].contains(name) {
      let places = try chunks(name, directory).map { $0.lowerBound + $0.count / 2 }
      let path = directory.file("chunk-\(name)")
      for place in places {
        var data = original
        data[place] ^= 0x10
        try data.write(to: URL(fileURLWithPath: path))
        #expect(!read(path), "\(name) with byte \(place) changed")
      }
    }
  }

  /// Damage within the chunks alone, so that it is the decoders that see it.
  @Test(.needsPeers, .randomised(usualSeed: 20_261_122)) func changedStreams() throws {
    let (directory, files) = try files()
    var random = SeededNumbers.ofTest()
    var count = 0
    var refused = 0
    for (name, original) in files where Self.bare.contains(name) {
      let places = try chunks(name, directory)
      let path = directory.file("stream-\(name)")
      for _ in 0..<100 {
        var data = original
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          guard let chunk = places.randomElement(using: &random) else { continue }
          // Sizes stand at the front.
          let head = chunk.prefix(Bool.random(using: &random) ? 16 : chunk.count)
          guard let place = head.randomElement(using: &random) else { continue }
          data[place] = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(
            using: &random)!
        }
        try data.write(to: URL(fileURLWithPath: path))
        if !read(path) { refused += 1 }
        count += 1
      }
    }
    #expect(refused > count / 10)
  }

  /// Where the chunks are, as h5py tells.
  private func chunks(_ name: String, _ directory: ScratchDirectory) throws -> [Range<Int>] {
    let program = """
      import sys, h5py
      with h5py.File(sys.argv[1]) as f:
          d = f['t00000/s00/0/cells'] if sys.argv[1].endswith('.h5') else f['DataSet/ResolutionLevel 0/TimePoint 0/Channel 0/Data']
          for i in range(d.id.get_num_chunks()):
              c = d.id.get_chunk_info(i); print(c.byte_offset, c.byte_offset + c.size)
      """
    let output = try PeerEnvironment.required().run(program, arguments: [directory.file(name)])
    return output.split(separator: "\n").compactMap { line in
      let ends = line.split(separator: " ").compactMap { Int($0) }
      return ends.count == 2 ? ends[0]..<ends[1] : nil
    }
  }
}
