import Testing
import Voxels

@Suite struct GeometryTests {
  @Test func linearIndicesRunInCOrder() {
    for extent in extents(upTo: 5) {
      var index = 0
      Region(extent).forEachPosition {
        #expect(extent.index(of: $0) == index)
        #expect(extent.position(of: index) == $0)
        index += 1
      }
      #expect(index == extent.count)
    }
  }

  @Test func countsOfAbsurdExtentsAreNil() {
    #expect(Extent(1 << 40).checkedCount == nil)
    #expect(Extent(-1, 2, 3).checkedCount == nil)
    #expect(Extent(1 << 31, 1 << 31, 1).checkedCount == 1 << 62)
    #expect(Extent(10_000).checkedCount == 1_000_000_000_000)
    #expect(Extent(0, 5, 5).checkedCount == 0)
  }

  /// Intersection and containment against the definition by voxels, for all boxes in one and two dimensions.
  @Test func boxesIntersectAsSetsOfVoxels() {
    func boxes() -> [Region] {
      (-1...2).flatMap { y in
        (-1...2).flatMap { x in
          (0...2).flatMap { height in
            (0...2).map { width in Region(origin: Coordinate(0, y, x), extent: Extent(1, height, width)) }
          }
        }
      }
    }
    func voxels(_ region: Region) -> Set<Coordinate> {
      var found: Set<Coordinate> = []
      region.forEachPosition { found.insert($0) }
      return found
    }
    for a in boxes() {
      for b in boxes() {
        let common = voxels(a).intersection(voxels(b))
        #expect(voxels(a.intersection(b)) == common)
        #expect(a.contains(b) == voxels(b).isSubset(of: voxels(a)))
      }
    }
  }

  @Test func expandedAndRelativeBoxes() {
    let region = Region(origin: Coordinate(4, 5, 6), extent: Extent(2, 3, 4))
    #expect(region.expanded(by: Extent(1, 2, 3)) == Region(from: Coordinate(3, 3, 3), to: Coordinate(7, 10, 13)))
    #expect(region.relative(to: Coordinate(4, 4, 4)) == Region(origin: Coordinate(0, 1, 2), extent: region.extent))
  }

  @Test func extentsAsText() {
    #expect(Extent(text: "4,5,6") == Extent(4, 5, 6))
    #expect(Extent(text: "64") == Extent(64))
    #expect(Extent(4, 5, 6).text == "4,5,6")
    for wrong in [
      "", "1,2", "1,2,3,4", "0,1,1", "-1", "a,b,c", "1,,2", "1.5,2,3", "99999999999999999999", "4294967296",
    ] {
      #expect(Extent(text: wrong) == nil, "\(wrong)")
    }
  }

  @Test func regionsAsText() {
    let region = Region(from: Coordinate(0, 10, 20), to: Coordinate(5, 30, 21))
    #expect(Region(text: "0:5,10:30,20:21") == region)
    #expect(Region(text: region.description) == region)
    for wrong in [
      "", "0:5,10:30", "0:5,10:30,20", "5:5,0:1,0:1", "5:4,0:1,0:1", "-1:4,0:1,0:1", "0:1:2,0:1,0:1",
      "0:9223372036854775807,0:9223372036854775807,0:1",
    ] {
      #expect(Region(text: wrong) == nil, "\(wrong)")
    }
  }
}
