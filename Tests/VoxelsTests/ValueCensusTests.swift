import Testing
import Voxels

@Suite struct ValueCensusTests {
  /// Pieces of full rows, in any order, give the census of the whole.
  @Test func piecesMergeToTheWhole() {
    let extent = Extent(5, 4, 7)
    let labels = VoxelBuffer(extent, (0..<extent.count).map { UInt16(($0 / 9) % 11) })
    let floats = VoxelBuffer(
      extent, (0..<extent.count).map { [0, 1, 0.25, 0.9999, .nan, -3, .infinity, 70_000][$0 % 8] as Float })
    for whole in [labels, floats] {
      let expected = ValueCensus(whole)
      for planes in 1...5 {
        var total = ValueCensus()
        for from in stride(from: 0, to: extent.z, by: planes).reversed() {
          let piece = Region(
            origin: Coordinate(from, 0, 0), extent: Extent(min(planes, extent.z - from), extent.y, extent.x))
          var census = ValueCensus()
          census.add(whole.cropped(to: piece), at: piece.origin)
          total.merge(census)
        }
        #expect(total == expected)
      }
      #expect(expected.voxelCount == extent.count)
    }
  }

  @Test func countsAndBoxesOfValues() {
    let census = ValueCensus(VoxelBuffer(Extent(2, 2, 3), [0, 5, 5, 0, 0, 5, 0, 0, 7, 0, 0, 0] as [UInt8]))
    #expect(census.values.map(\.value) == [0, 5, 7])
    #expect(census.values.map(\.count) == [8, 3, 1])
    #expect(census.values[1].least == Coordinate(0, 0, 1) && census.values[1].greatest == Coordinate(0, 1, 2))
    #expect(census.minimum == 0 && census.maximum == 7 && census.fractionCount == 0)
    #expect(census.neighbourCount == 1 && census.unequalNeighbourCount == 0)
  }

  @Test func floatsAreWholeNumbersFractionsOrNothing() {
    let voxels: [Float] = [0, 1, 0.99999, 2.0004, 0.5, 0.25, .nan, -.infinity, -1, 16_777_216]
    let census = ValueCensus(VoxelBuffer(Extent(1, 1, 10), voxels))
    #expect(census.notFiniteCount == 2 && census.fractionCount == 2 && census.leastFraction == 0.25)
    #expect(census.inexactCount == 2 && abs(census.leastInexact! - 0.99999) < 1e-6)
    #expect(census.values.map(\.value) == [-1, 0, 1, 2, 16_777_216])
    #expect(census.minimum == -1 && census.maximum == 16_777_216)
  }

  @Test func tooManyValuesAreNotListed() {
    let count = ValueCensus.mostValues
    let most = ValueCensus(VoxelBuffer(Extent(1, 1, count), (0..<count).map { UInt32($0) }))
    #expect(!most.hasMoreValues && most.values.count == count)
    var more = ValueCensus(VoxelBuffer(Extent(1, 1, count), (0..<count).map { UInt32($0 + 1) }))
    #expect(!more.hasMoreValues)
    more.merge(most)
    #expect(more.hasMoreValues && more.values.isEmpty && more.maximum == Double(count))
  }

  @Test func objectsLieInOnePlaceAndIntensitiesEverywhere() {
    let extent = Extent(16, 16, 16)
    func positions() -> [Coordinate] { (0..<extent.count).map { extent.position(of: $0) } }
    // Eight blocks with an id each, and the same voxels with eight classes.
    let blocks = positions().map { UInt8(1 + $0.z / 8 * 4 + $0.y / 8 * 2 + $0.x / 8) }
    let objects = ValueCensus(VoxelBuffer(extent, blocks))
    #expect(!objects.areSpread(objects.values) && objects.unequalShare < 0.1)
    let classes = ValueCensus(VoxelBuffer(extent, positions().map { UInt8(1 + ($0.x / 2 + $0.y / 2) % 3) }))
    #expect(classes.areSpread(classes.values))
    let noise = ValueCensus(VoxelBuffer(extent, positions().indices.map { UInt8(1 + $0 * 31_337 % 199) }))
    #expect(noise.areSpread(noise.values) && noise.unequalShare > 0.9)
  }
}
