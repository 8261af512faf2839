import Testing
import Voxels

@Suite struct LatticeTests {
  @Test func boxesCoverEveryVoxelExactlyOnce() {
    for extent in extents(upTo: 5) {
      for cell in extents(upTo: 3) {
        let lattice = Lattice(extent: extent, cell: cell)
        var covered = [Int](repeating: 0, count: extent.count)
        for index in 0..<lattice.count {
          #expect(lattice.index(of: lattice.position(of: index)) == index)
          let region = lattice.region(index)
          #expect(!region.isEmpty && Region(extent).contains(region))
          region.forEachPosition { covered[extent.index(of: $0)] += 1 }
        }
        #expect(covered.allSatisfy { $0 == 1 }, "\(extent) in boxes of \(cell)")
      }
    }
  }

  @Test func positionsIntersectingARegionAreThoseThatDo() {
    let lattice = Lattice(extent: Extent(5, 4, 3), cell: Extent(2, 3, 1))
    for origin in positions(of: lattice.extent) {
      for size in extents(upTo: 5) {
        let region = Region(origin: origin, extent: size)
        let found = lattice.positions(intersecting: region)
        for position in positions(of: lattice.counts) {
          #expect(found.contains(position) == !lattice.region(at: position).intersection(region).isEmpty)
        }
      }
    }
  }

  @Test func tilesFollowTheirDefinition() {
    for extent in extents(upTo: 5) {
      for tile in extents(upTo: 4) {
        for overlap in [0, 0.25, 0.5, 0.75] {
          let lattice = TileLattice(extent: extent, tile: tile, overlap: overlap)
          for axis in 0..<3 {
            #expect(lattice.stride[axis] == max(1, Int((Double(tile[axis]) * (1 - overlap)).rounded())))
            // A volume smaller than a tile lies in its middle.
            var origins = [min(0, -((tile[axis] - extent[axis]) / 2))]
            while origins.last! + tile[axis] < extent[axis] {
              origins.append(min(origins.last! + lattice.stride[axis], extent[axis] - tile[axis]))
            }
            #expect((0..<lattice.counts[axis]).map { lattice.origin($0, axis: axis) } == origins)
          }
        }
      }
    }
  }

  @Test func tilesCoverEveryVoxelAndStayInside() {
    for extent in extents(upTo: 5) {
      for tile in extents(upTo: 4) {
        let lattice = TileLattice(extent: extent, tile: tile, overlap: 0.5)
        var covered = [Bool](repeating: false, count: extent.count)
        for index in 0..<lattice.count {
          #expect(lattice.index(of: lattice.position(of: index)) == index)
          let region = lattice.region(index)
          #expect(region.extent == tile)
          for axis in 0..<3 where extent[axis] >= tile[axis] {
            #expect(region.origin[axis] >= 0 && region.end[axis] <= extent[axis])
          }
          region.intersection(Region(extent)).forEachPosition { covered[extent.index(of: $0)] = true }
        }
        #expect(covered.allSatisfy { $0 }, "\(extent) in tiles of \(tile)")
      }
    }
  }

  @Test func tilesIntersectingARangeAreThoseThatDo() {
    for length in 1...9 {
      for edge in 1...5 {
        for stride in 1...edge {
          let lattice = TileLattice(
            extent: Extent(1, 1, length), tile: Extent(1, 1, edge), stride: Extent(1, 1, stride))
          for lower in 0..<length {
            for upper in (lower + 1)...length {
              let expected = (0..<lattice.count).filter {
                let origin = lattice.origin($0, axis: 2)
                return origin < upper && origin + edge > lower
              }
              #expect(Array(lattice.indices(intersecting: lower..<upper, axis: 2)) == expected)
              let region = Region(from: Coordinate(0, 0, lower), to: Coordinate(1, 1, upper))
              #expect(lattice.positions(intersecting: region).range(2) == expected.first!..<(expected.last! + 1))
            }
          }
        }
      }
    }
    #expect(
      TileLattice(extent: Extent(3), tile: Extent(2), overlap: 0).positions(
        intersecting: Region(origin: Coordinate(3, 0, 0), extent: Extent(1))
      ).isEmpty)
  }

  @Test func theOutermostTilesReachBeyondTheVolume() {
    for length in 1...70 {
      for edge in [1, 7, 8, 9, 16, 32, 48] {
        for overlap in [0, 0.25, 0.5, 0.75] {
          let plain = TileLattice(extent: Extent(1, 1, length), tile: Extent(1, 1, edge), overlap: overlap)
          for margin in 0...5 {
            let lattice = TileLattice(
              extent: Extent(1, 1, length), tile: Extent(1, 1, edge), overlap: overlap, margin: margin)
            let what = "\(length) voxels in tiles of \(edge), overlap \(overlap), margin \(margin)"
            let reach = length > edge ? min(margin, (edge - plain.stride.x) / 8) : 0
            #expect(lattice.margin == Extent(0, 0, reach), "\(what)")
            #expect(lattice.counts == plain.counts && lattice.stride == plain.stride, "\(what)")
            let origins = (0..<lattice.counts.x).map { lattice.origin($0, axis: 2) }
            // All but the first and the last lie as they would without.
            var expected = (0..<plain.counts.x).map { plain.origin($0, axis: 2) }
            expected[0] -= reach
            expected[expected.count - 1] += reach
            #expect(origins == expected, "\(what)")
            for (one, next) in zip(origins, origins.dropFirst()) {
              #expect(one < next && next <= one + edge, "\(what)")
            }
            for position in 0..<length {
              let touching = (0..<lattice.count).filter { origins[$0] <= position && position < origins[$0] + edge }
              #expect(Array(lattice.indices(intersecting: position..<(position + 1), axis: 2)) == touching, "\(what)")
            }
          }
        }
      }
    }
  }

  @Test func tilesOfNNUNetHaveNoMargin() {
    let lattice = TileLattice(extent: Extent(100), tile: Extent(64), overlap: 0.5, spacing: .even, margin: 4)
    #expect(lattice == TileLattice(extent: Extent(100), tile: Extent(64), overlap: 0.5, spacing: .even))
    #expect(lattice.region(0).origin == .zero && lattice.region(lattice.count - 1).end == Coordinate(100, 100, 100))
  }
}
