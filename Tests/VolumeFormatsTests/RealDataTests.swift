import TestTraits
import Testing
import VolumeFormats
import Voxels

@Suite struct RealDataTests {
  @Test(.needsRealData("brain-planes")) func brainPlanesAreOneBigEndianSeries() throws {
    let path = RealData.path("brain-planes")
    let volume = try openVolume(path)
    #expect(volume.description.extent == Extent(30, 510, 667))
    #expect(volume.description.voxelType == .uint16)
    #expect(volume.description.notes.isEmpty)
    let all = try volume.readAll()
    let box = Region(origin: Coordinate(7, 100, 33), extent: Extent(5, 40, 50))
    let part = try volume.read(box)
    #expect(part.array(of: UInt16.self) == all.cropped(to: box).array(of: UInt16.self))
  }

  @Test(.needsRealData("axons")) func axonsArePagesOfOneFile() throws {
    let path = RealData.path("axons")
    let volume = try openVolume(path + "/volume.tif")
    #expect(volume.description.extent == Extent(101, 120, 120))
    let labels = try openVolume(path + "/labels.tif")
    #expect(labels.description.voxelType == .uint8)
    let voxels = try labels.readAll().array(of: UInt8.self)
    #expect(Set(voxels).isSubset(of: [0, 1, 2, 3, 4]))
    for z in 0..<101 where ![17, 48, 77].contains(z) {
      #expect(voxels[(z * 14400)..<((z + 1) * 14400)].allSatisfy { $0 == 0 })
    }
  }
}
