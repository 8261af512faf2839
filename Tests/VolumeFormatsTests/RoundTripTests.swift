import Files
import Foundation
import Scratch
import Testing
import VolumeFormats
import Voxels

@Suite struct RoundTripTests {
  static let names = ["planes/", "a.tif", "a.nii", "a.nii.gz", "a.mha", "a.npy"]

  @Test(arguments: names)
  func everyTypeComesBack(_ name: String) throws {
    for type in VoxelType.allCases {
      for isCompressed in [false, true] {
        let directory = try ScratchDirectory()
        let volume = patternVolume(type, Extent(3, 7, 5))
        let size = VoxelSize(4.5, 1.5, 1.5)
        try write(volume, to: directory.file(name), voxelSize: size, isCompressed: isCompressed)
        let source = try openVolume(directory.file(name))
        #expect(source.description.extent == volume.extent)
        #expect(source.description.voxelType == type)
        #expect(bytes(of: try everyVoxel(of: source)) == bytes(of: volume), "\(name) \(type) \(isCompressed)")
        if let found = source.description.voxelSizeInMicrometres {
          for axis in 0..<3 { #expect(abs(found[axis] - size[axis]) < 1e-5) }
        } else {
          // Neither a plane on its own nor ImageJ's description without its types has a place for the slice distance.
          #expect(
            ["planes/", "a.npy"].contains(name) || name == "a.tif" && ![.uint8, .uint16, .float32].contains(type))
        }
        try source.check(part: 0, of: 1)
      }
    }
  }

  @Test(arguments: names)
  func everyBoxIsRead(_ name: String) throws {
    let directory = try ScratchDirectory()
    let extent = Extent(3, 4, 3)
    let volume = patternVolume(.uint16, extent)
    try write(volume, to: directory.file(name), isCompressed: true)
    let source = try openVolume(directory.file(name))
    Region(extent).forEachPosition { origin in
      Region(origin: .zero, extent: Extent(extent.z - origin.z, extent.y - origin.y, extent.x - origin.x))
        .forEachPosition { last in
          let box = Region(origin: origin, extent: Extent(last.z + 1, last.y + 1, last.x + 1))
          // One voxel of room on every side shows writes outside the box, and what was there before, voxels that are not
          // written.
          let buffer = usedBuffer(.uint16, box.extent + Extent(2))
          do { try source.read(box, into: buffer, at: Coordinate(1, 1, 1)) } catch { Issue.record(error) }
          let wanted = usedBuffer(.uint16, box.extent + Extent(2))
          wanted.copy(box, of: volume, to: Coordinate(1, 1, 1))
          #expect(bytes(of: buffer) == bytes(of: wanted), "\(name) \(box)")
        }
    }
  }

  @Test func largeAxesMakeNIfTI2() throws {
    let directory = try ScratchDirectory()
    let volume = patternVolume(.uint8, Extent(1, 2, 40_000))
    try write(volume, to: directory.file("a.nii"), voxelSize: VoxelSize(3, 2, 1))
    let source = try openVolume(directory.file("a.nii"))
    #expect(source.description.format == "NIfTI-2")
    #expect(bytes(of: try everyVoxel(of: source)) == bytes(of: volume))
  }

  @Test func compressedStreamsAreReadAnywhere() throws {
    // Long enough for several checkpoints.
    let directory = try ScratchDirectory()
    let volume = patternVolume(.uint32, Extent(20, 512, 1024))
    try write(volume, to: directory.file("a.nii.gz"))
    let source = try openVolume(directory.file("a.nii.gz"))
    for z in [19, 3, 17, 0, 18, 16, 5] {
      let box = Region(origin: Coordinate(z, 200, 0), extent: Extent(1, 3, 1024))
      #expect(bytes(of: try source.read(box)) == bytes(of: volume.cropped(to: box)))
    }
    #expect(bytes(of: try everyVoxel(of: source)) == bytes(of: volume))
    #expect(source.readingGeometry.residentInBytes < 64 << 20)
  }

  @Test func unfinishedVolumesDoNotAppear() throws {
    for name in ["a.tif", "a.nii", "a.nii.gz", "a.mha"] {
      let directory = try ScratchDirectory()
      do {
        let writer = try createVolume(
          directory.file(name), VolumeLayout(extent: Extent(2, 3, 3), voxelType: .uint8), isCompressed: true)
        try writer.append(VoxelBuffer(.uint8, Extent(1, 3, 3)))
      }
      #expect(try directoryEntries(directory.path).isEmpty)
    }
  }

  @Test func namesSortAsPeopleCount() {
    let sorted = ["z1.tif", "z01.tif", "z2.tif", "z10.tif", "z010a.tif", "z011.tif", "za.tif"]
    #expect(sorted.reversed().sorted(by: NaturalOrder.precedes) == sorted)
  }
}
