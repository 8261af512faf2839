import Files
import Phantom
import Testing
import Voxels

@Suite struct PhantomTests {
  @Test(arguments: Structure.allCases)
  func anyRegionEqualsThatPartOfTheWhole(_ structure: Structure) throws {
    let extent = Extent(72, 100, 150)
    let phantom = try SyntheticOrgan(extent: extent, seed: 3, structure: structure)
    let whole = phantom.render(Region(extent))
    #expect(whole.labels.array(of: UInt32.self).contains { $0 != 0 })
    for region in [
      Region(origin: Coordinate(36, 0, 0), extent: Extent(1, 100, 150)),
      Region(origin: Coordinate(0, 53, 0), extent: Extent(72, 1, 150)),
      Region(origin: Coordinate(23, 20, 61), extent: Extent(37, 31, 5)),
      Region(origin: Coordinate(71, 99, 149), extent: Extent(1)),
      Region(origin: Coordinate(7, 7, 7), extent: Extent(40, 57, 128)),
    ] {
      let part = phantom.render(region)
      #expect(part.image.array(of: UInt16.self) == whole.image.cropped(to: region).array(of: UInt16.self))
      #expect(part.labels.array(of: UInt32.self) == whole.labels.cropped(to: region).array(of: UInt32.self))
      #expect(phantom.image(region).array(of: UInt16.self) == part.image.array(of: UInt16.self))
      #expect(phantom.labels(region).array(of: UInt32.self) == part.labels.array(of: UInt32.self))
    }
  }

  @Test(arguments: [Structure.nuclei, .plaques])
  func isolatedObjectsAreCountedApartAndWhole(_ structure: Structure) throws {
    let extent = Extent(96, 128, 140)
    let phantom = try SyntheticOrgan(extent: extent, seed: 8, structure: structure)
    let labels = phantom.labels(Region(extent)).array(of: UInt32.self)
    let ids = Set(labels).subtracting([0])
    #expect(!ids.isEmpty)
    #expect(phantom.objectCount(in: Region(extent)) == ids.count)
    // Counts of blocks add up.
    let blocks = Lattice(extent: extent, cell: Extent(32, 61, 140))
    let total = (0..<blocks.count).reduce(0) { $0 + phantom.objectCount(in: blocks.region($1)) }
    #expect(total == ids.count)
    // No voxel of one object touches another, so that connected components are the objects.
    for (index, label) in labels.enumerated() where label != 0 {
      let place = extent.position(of: index)
      for neighbour in Neighbourhood.of(place, in: extent) {
        let other = labels[extent.index(of: neighbour)]
        #expect(other == 0 || other == label, "\(label) touches \(other) at \(place)")
      }
    }
    let pieces = Neighbourhood.components(labels.map { $0 != 0 }, extent)
    #expect(pieces.count == ids.count)
    if structure == .nuclei { #expect(ids.count > 100) }
  }

  @Test func vesselsAreOneBranchingNetwork() throws {
    let extent = Extent(96, 128, 128)
    let phantom = try SyntheticOrgan(extent: extent, seed: 8, structure: .vessels)
    let mask = phantom.labels(Region(extent)).array(of: UInt32.self).map { $0 != 0 }
    let pieces = Neighbourhood.components(mask, extent).sorted { $0.count > $1.count }
    let total = pieces.reduce(0) { $0 + $1.count }
    #expect(Double(pieces[0].count) > 0.9 * Double(total))
    // The largest piece spans most of the organ along every axis.
    for axis in 0..<3 {
      let along = pieces[0].map { extent.position(of: $0)[axis] }
      #expect(along.max()! - along.min()! > extent[axis] / 2)
    }
    // A shell of background around a voxel is pierced by three branches or more at many places.
    let branchings = stride(from: 0, to: pieces[0].count, by: 7).filter {
      Neighbourhood.branches(from: extent.position(of: pieces[0][$0]), mask, extent) >= 3
    }
    #expect(branchings.count > 10)
  }

  @Test func seedsAndStructuresDiffer() throws {
    let extent = Extent(48, 64, 64)
    let region = Region(extent)
    var images: Set<[UInt16]> = []
    for structure in Structure.allCases {
      for seed: UInt64 in [1, 2] {
        images.insert(
          try SyntheticOrgan(extent: extent, seed: seed, structure: structure).image(region).array(of: UInt16.self))
      }
    }
    #expect(images.count == 8)
  }

  @Test func surroundIsDarkAndTissueGlows() throws {
    let extent = Extent(64, 128, 128)
    let image = try SyntheticOrgan(extent: extent, seed: 1, structure: .axons).image(Region(extent)).array(
      of: UInt16.self)
    let corner = (0..<1000).map { Double(image[extent.index(of: Coordinate($0 / 100, $0 / 10 % 10, $0 % 10))]) }
    let mean = corner.reduce(0, +) / 1000
    let deviation = (corner.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1000).squareRoot()
    #expect((105...130).contains(mean))
    #expect((4...16).contains(deviation))
    let median = image.sorted()[image.count * 4 / 5]
    #expect((200...700).contains(median))
  }

  @Test func extremeExtentsAreFaultsOrWork() throws {
    for extent in [Extent(1), Extent(1, 1, 300), Extent(300, 2, 1)] {
      let phantom = try SyntheticOrgan(extent: extent, seed: 1, structure: .vessels)
      #expect(phantom.image(Region(extent)).extent == extent)
    }
    #expect(throws: Fault.self) { try SyntheticOrgan(extent: Extent(0, 4, 4), seed: 1, structure: .nuclei) }
    #expect(throws: Fault.self) { try SyntheticOrgan(extent: Extent(100_000), seed: 1, structure: .nuclei) }
    #expect(throws: Fault.self) { try SyntheticOrgan(extent: Extent(1 << 40), seed: 1, structure: .nuclei) }
  }

  /// A corner of a volume as large as the largest organs is drawn without touching the rest.
  @Test func aPlaceInAHugeOrganIsDrawnAlone() throws {
    let phantom = try SyntheticOrgan(extent: Extent(10_000), seed: 1, structure: .nuclei)
    let region = Region(origin: Coordinate(5000, 1500, 2600), extent: Extent(24))
    let image = phantom.image(region).array(of: UInt16.self)
    #expect(image.reduce(0) { $0 + Int($1) } / image.count > 150)
  }
}
