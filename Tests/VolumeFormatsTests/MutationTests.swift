import Files
import Foundation
import Scratch
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// Changed headers are read as another volume or refused with a `Fault`; they never trap and never make the program
/// take memory for voxels that are not there.
@Suite struct MutationTests {
  private static let largest = 1 << 20

  private func read(_ path: String) {
    do {
      let source = try openVolume(path)
      // What lies far beyond the file cannot be read whole; a box at both ends must be refused or read all the same.
      let extent = source.description.extent
      if extent.count <= Self.largest {
        _ = try source.readAll()
      } else {
        let box = extent.clamped(to: Extent(2))
        _ = try source.read(Region(origin: .zero, extent: box))
        _ = try source.read(
          Region(origin: Coordinate(extent.z - box.z, extent.y - box.y, extent.x - box.x), extent: box))
      }
      try source.check(part: 0, of: 1)
    } catch let fault as Fault {
      #expect(fault.kind == .badData || fault.kind == .noInput || fault.kind == .usage, "\(fault.message)")
    } catch {
      Issue.record(error)
    }
  }

  @Test(arguments: [("a.nii", false, 352), ("a.mha", true, 400), ("a.tif", false, 2000), ("b.tif", true, 2000)])
  func changedBytes(_ name: String, _ isCompressed: Bool, _ limit: Int) throws {
    let directory = try ScratchDirectory()
    let path = directory.file(name)
    try write(
      patternVolume(.uint16, Extent(2, 6, 5)), to: path, voxelSize: VoxelSize(2, 1, 1), isCompressed: isCompressed)
    let original = try readWholeFile(path)
    let url = URL(fileURLWithPath: path)
    for position in 0..<min(limit, original.count) {
      for value in [0, 0x80, 0xFF, original[position] ^ 1] as [UInt8]
      where value != original[position] {
        var data = original
        data[position] = value
        try data.write(to: url)
        read(path)
      }
    }
  }

  @Test(.randomised(usualSeed: 20_260_707)) func severalChangedBytes() throws {
    var random = SeededNumbers.ofTest()
    for (name, isCompressed) in [("a.nii", false), ("a.nii.gz", false), ("a.mha", false), ("a.tif", true)] {
      let directory = try ScratchDirectory()
      let path = directory.file(name)
      try write(patternVolume(.uint8, Extent(3, 6, 5)), to: path, isCompressed: isCompressed)
      let original = try readWholeFile(path)
      for _ in 0..<400 {
        var data = original
        for _ in 0..<(1 + random.next() % 8) {
          data[Int(random.next() % UInt64(data.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        try data.write(to: URL(fileURLWithPath: path))
        read(path)
      }
    }
  }

  @Test func metaImageValues() throws {
    let directory = try ScratchDirectory()
    let path = directory.file("a.mha")
    let lines = [
      "NDims = 3", "DimSize = 2 3 4", "ElementType = MET_USHORT", "HeaderSize = 0", "ElementNumberOfChannels = 1",
      "CompressedData = False", "ElementSpacing = 1 2 3",
    ]
    let values = ["", "0", "-1", "1e9", "9223372036854775807", "4294967296 4294967296 4294967296", "nan", "x", "True"]
    for index in lines.indices {
      for value in values {
        var changed = lines
        changed[index] = changed[index].split(separator: "=")[0] + "= " + value
        let text = (["ObjectType = Image"] + changed + ["ElementDataFile = LOCAL", ""]).joined(separator: "\n")
        try (Data(text.utf8) + Data(count: 48)).write(to: URL(fileURLWithPath: path))
        read(path)
      }
    }
  }
}
