import Files
import Foundation
import Inference
import Scratch
import Testing
import Voxels

@Suite struct StitchingTests {
  /// Labels a mask block by block and merges: ids of all voxels, and the objects.
  ///
  /// - Parameter files: what a block leaves goes through these files, or stays in memory when nil.
  private func stitch(
    _ mask: [UInt8], _ intensities: VoxelBuffer, block cell: Extent, slabDepth: Int, connectivity: Connectivity,
    leastVoxels: Int, files: BlockFiles?
  ) throws -> (ids: [Int], objects: [ComponentStatistics]) {
    let extent = intensities.extent
    let blocks = Lattice(extent: extent, cell: cell)
    var left: [BlockComponents] = []
    var slabs: [[(region: Region, rows: ComponentPlane)]] = []
    for index in 0..<blocks.count {
      let block = blocks.region(index)
      var builder = BlockComponentsBuilder(
        block: block, volume: extent, connectivity: connectivity, scale: .identity)
      let runs = try files.map { try RunsWriter($0, index: index) }
      var own: [(region: Region, rows: ComponentPlane)] = []
      for z in stride(from: block.origin.z, to: block.end.z, by: slabDepth) {
        let region = Region(
          origin: Coordinate(z, block.origin.y, block.origin.x),
          extent: Extent(min(slabDepth, block.end.z - z), block.extent.y, block.extent.x))
        var part: [UInt8] = []
        region.forEachPosition { part.append(mask[extent.index(of: $0)]) }
        try part.withUnsafeBufferPointer { part in
          let (labelling, firstNumber) = builder.append(
            region, mask: part, intensities: intensities.cropped(to: region))
          try runs?.append(labelling, firstNumber: firstNumber)
          let rows = ComponentPlane(
            rowCount: region.extent.z * region.extent.y, columnCount: region.extent.x, runs: labelling.runs,
            rowStarts: labelling.rowStarts)
          own.append((region, rows.renumbered(by: firstNumber)))
        }
      }
      try runs?.publish()
      let components = builder.finish()
      if let files {
        try files.write(components, index: index)
        #expect(try files.readComponents(index, block: block) == components)
        var reader = try RunsReader(files, index: index, block: block)
        for slab in own {
          let read = try reader.next(numberCount: components.components.count)
          #expect(read?.region == slab.region)
          #expect(read?.rows == slab.rows)
        }
        #expect(try reader.next(numberCount: components.components.count) == nil)
      }
      left.append(components)
      slabs.append(own)
    }
    let merging = try BlockMerging(
      blocks, counts: left.map(\.statistics.count), connectivity: connectivity, leastVoxels: leastVoxels
    ) { left[$0] }
    var ids = [Int](repeating: 0, count: extent.count)
    for index in 0..<blocks.count {
      for (region, rows) in slabs[index] {
        region.forEachPosition { position in
          let within = position - region.origin
          if let number = rows.component(row: within.z * region.extent.y + within.y, column: within.x) {
            ids[extent.index(of: position)] =
              merging.ids[merging.firstNumbers[index] + left[index].components[number]]
          }
        }
      }
    }
    return (ids, merging.objects)
  }

  /// The ids that the definition gives: whole-volume components, small ones dropped, numbered by first voxel.
  private func whole(_ mask: [UInt8], _ extent: Extent, _ connectivity: Connectivity, leastVoxels: Int) -> [Int] {
    let labelling = mask.withUnsafeBufferPointer {
      ComponentLabelling($0, extent: extent, connectivity: connectivity)
    }
    var labels = [Int](repeating: 0, count: extent.count)
    labels.withUnsafeMutableBufferPointer { labelling.write(into: $0) { $0 + 1 } }
    var sizes = [Int](repeating: 0, count: labelling.count + 1)
    for label in labels { sizes[label] += 1 }
    var ids = [Int](repeating: 0, count: labelling.count + 1)
    var next = 0
    for label in 1..<max(1, sizes.count) where sizes[label] >= leastVoxels {
      next += 1
      ids[label] = next
    }
    return labels.map { ids[$0] }
  }

  @Test(arguments: Connectivity.allCases)
  func labelsInBlocksEqualThoseOfTheWholeForEverySmallGeometry(connectivity: Connectivity) throws {
    let seed: UInt64 = 31
    print("seed \(seed)")
    var random = SeededNumbers(seed: seed)
    let scratch = try ScratchDirectory()
    var extents: [Extent] = []
    for z in [1, 2, 5] { for y in [1, 3, 4] { for x in [1, 2, 5, 9] { extents.append(Extent(z, y, x)) } } }
    for extent in extents + [Extent(9, 9, 9)] {
      for density in [12, 40] {
        let mask = (0..<extent.count).map { _ in UInt8(Int.random(in: 0..<100, using: &random) < density ? 1 : 0) }
        let intensities = randomVolume(extent, seed: seed)
        for leastVoxels in [1, 3] {
          let expected = whole(mask, extent, connectivity, leastVoxels: leastVoxels)
          for (block, depth) in [(Extent(2), 1), (Extent(3, 2, 4), 2), (Extent(1, 1, 1), 1), (extent, 2)] {
            if extent.count > 100 && block == Extent(1) { continue }
            let result = try stitch(
              mask, intensities, block: block, slabDepth: depth, connectivity: connectivity,
              leastVoxels: leastVoxels, files: block == extent ? BlockFiles(directory: scratch.path) : nil)
            #expect(result.ids == expected, "\(extent) in blocks of \(block), \(density) %, \(connectivity)")
            check(result.objects, result.ids, intensities)
          }
        }
      }
    }
  }

  /// Sizes, centroids, boxes and intensities, from the voxels themselves.
  private func check(_ objects: [ComponentStatistics], _ ids: [Int], _ intensities: VoxelBuffer) {
    let extent = intensities.extent
    for (index, object) in objects.enumerated() {
      let voxels = ids.indices.filter { ids[$0] == index + 1 }
      let positions = voxels.map { extent.position(of: $0) }
      #expect(object.voxels == voxels.count)
      #expect(object.firstVoxel == voxels.first)
      #expect(object.intensity == voxels.reduce(0) { $0 + Int(intensities.voxels(as: UInt16.self)[$1]) })
      for axis in 0..<3 {
        let along = positions.map { $0[axis] }
        #expect(object.centroid[axis] == Double(along.reduce(0, +)) / Double(voxels.count))
        #expect(object.boundingBox.origin[axis] == along.min())
        #expect(object.boundingBox.end[axis] == along.max()! + 1)
      }
    }
    #expect(objects.count == ids.max() ?? 0)
  }

  @Test func everyDamagedByteOfABlockFileIsRefusedOrHarmless() throws {
    let scratch = try ScratchDirectory()
    let extent = Extent(3, 4, 5)
    var random = SeededNumbers(seed: 8)
    let mask = (0..<extent.count).map { _ in UInt8(Int.random(in: 0..<100, using: &random) < 40 ? 1 : 0) }
    let files = BlockFiles(directory: scratch.path)
    _ = try stitch(
      mask, randomVolume(extent, seed: 2), block: extent, slabDepth: 2, connectivity: .corners, leastVoxels: 1,
      files: files)
    for name in ["0.components", "0.runs"] {
      let path = scratch.file(name)
      let whole = try readWholeFile(path)
      for position in whole.indices {
        for change: UInt8 in [0x01, 0x80, 0xff] {
          var damaged = whole
          damaged[position] ^= change
          try damaged.write(to: URL(fileURLWithPath: path))
          readAll(files, extent)
        }
        try whole.prefix(position).write(to: URL(fileURLWithPath: path))
        readAll(files, extent)
      }
      try whole.write(to: URL(fileURLWithPath: path))
    }
  }

  /// Must end, with or without a `Fault`, but never trap.
  private func readAll(_ files: BlockFiles, _ extent: Extent) {
    do {
      let block = Region(extent)
      let components = try files.readComponents(0, block: block).components
      var reader = try RunsReader(files, index: 0, block: block)
      while try reader.next(numberCount: components.count) != nil {}
    } catch let fault as Fault {
      #expect(fault.kind == .badData)
    } catch {
      Issue.record("\(error)")
    }
  }
}
