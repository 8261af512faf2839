import Components
import Scratch
import TestTraits
import Testing
import Voxels

/// The components of a mask by flooding, numbered from 1 in the order of their first voxels: the definition itself.
private func flooded(_ mask: [UInt8], _ extent: Extent, _ connectivity: Connectivity) -> [UInt32] {
  var labels = [UInt32](repeating: 0, count: mask.count)
  var next: UInt32 = 0
  let offsets = Region(origin: Coordinate(-1, -1, -1), extent: Extent(3))
  for seed in mask.indices where mask[seed] != 0 && labels[seed] == 0 {
    next += 1
    labels[seed] = next
    var open = [extent.position(of: seed)]
    while let voxel = open.popLast() {
      offsets.forEachPosition { offset in
        let neighbour = voxel + offset
        guard connectivity.touches(offset), Region(extent).contains(neighbour) else { return }
        let index = extent.index(of: neighbour)
        if mask[index] != 0 && labels[index] == 0 {
          labels[index] = next
          open.append(neighbour)
        }
      }
    }
  }
  return labels
}

@Suite struct ComponentTests {
  @Test(.randomised(usualSeed: 20_260_101), arguments: Connectivity.allCases)
  func equalsFloodingForEverySmallExtent(connectivity: Connectivity) {
    var random = SeededNumbers.ofTest()
    for extent in extents(upTo: 5) + [Extent(9, 8, 11), Extent(1, 17, 33)] {
      for density in [10, 30, 50, 90] {
        let mask = (0..<extent.count).map { _ in UInt8(Int.random(in: 0..<100, using: &random) < density ? 1 : 0) }
        let labelling = mask.withUnsafeBufferPointer {
          ComponentLabelling($0, extent: extent, connectivity: connectivity)
        }
        var labels = [UInt32](repeating: 0, count: extent.count)
        labels.withUnsafeMutableBufferPointer { labelling.write(into: $0) { UInt32($0 + 1) } }
        let expected = flooded(mask, extent, connectivity)
        #expect(labels == expected)
        #expect(labelling.count == Int(expected.max() ?? 0))
      }
    }
  }

  @Test func setsAreNamedByTheirSmallestNumberInAnyOrderOfUnions() {
    let pairs = [(7, 3), (3, 9), (1, 2), (9, 4), (5, 5)]
    var reference: [Int]?
    for rotation in pairs.indices {
      var sets = UnionFind(count: 10)
      for (a, b) in pairs[rotation...] + pairs[..<rotation] { sets.union(b, a) }
      let roots = (0..<10).map { sets.find($0) }
      #expect(roots == reference ?? roots)
      #expect(roots == [0, 1, 1, 3, 3, 5, 6, 3, 8, 3])
      reference = roots
      #expect(sets.ranks().ranks == [0, 1, 1, 2, 2, 3, 4, 2, 5, 2])
      #expect(sets.ranks().count == 6)
    }
  }
}
