import Phantom
import Testing
import Voxels

@Suite struct PhantomTests {
  @Test(arguments: Structure.allCases)
  func anyRegionEqualsThatPartOfTheWhole(_ structure: Structure) throws {
    let extent = Extent(40, 70, 140)
    let phantom = try Phantom(extent: extent, seed: 5, structure: structure)
    let whole = phantom.render(Region(extent))
    #expect(whole.labels.array(of: UInt32.self).contains { $0 != 0 })
    for region in [
      Region(origin: Coordinate(11, 0, 0), extent: Extent(1, 70, 140)),
      Region(origin: Coordinate(0, 33, 0), extent: Extent(40, 1, 140)),
      Region(origin: Coordinate(3, 20, 61), extent: Extent(37, 31, 5)),
      Region(origin: Coordinate(39, 69, 139), extent: Extent(1)),
      Region(origin: Coordinate(7, 7, 7), extent: Extent(20, 57, 128)),
    ] {
      let part = phantom.render(region)
      #expect(part.image.array(of: UInt16.self) == whole.image.cropped(to: region).array(of: UInt16.self))
      #expect(part.labels.array(of: UInt32.self) == whole.labels.cropped(to: region).array(of: UInt32.self))
      #expect(phantom.image(region).array(of: UInt16.self) == part.image.array(of: UInt16.self))
      #expect(phantom.labels(region).array(of: UInt32.self) == part.labels.array(of: UInt32.self))
    }
  }
}
