import Components
import Files
import Foundation
import Scratch
import TestTraits
import Testing
import Voxels

@Suite struct StitchingTests {
  /// Labels a mask block by block and merges: ids of all voxels, and the objects.
  ///
  /// - Parameters:
  ///   - files: where all that blocks leave is written to and read from; otherwise it stays in memory.
  ///   - spooledInMemoryInBytes: what the blocks' spools keep in memory.
  private func stitch(
    _ mask: [UInt8], _ intensities: VoxelBuffer, block cell: Extent, slabDepth: Int, connectivity: Connectivity,
    leastVoxels: Int, files: BlockFiles?, spooledInMemoryInBytes: Int = 1 << 16
  ) throws -> (ids: [Int], objects: [ComponentStatistics], closedCounts: [Int]) {
    let extent = intensities.extent
    let blocks = Lattice(extent: extent, cell: cell)
    var left: [LeftOfBlock] = []
    for index in 0..<blocks.count {
      left.append(
        try label(
          mask, intensities, blocks.region(index), index, slabDepth: slabDepth, connectivity: connectivity,
          leastVoxels: leastVoxels, files: files, spooledInMemoryInBytes: spooledInMemoryInBytes))
    }
    let merging = try BlockMerging(blocks, connectivity: connectivity, leastVoxels: leastVoxels) { index in
      guard let files else { return left[index].components.surface }
      let surface = try files.readSurface(index, block: blocks.region(index), volume: extent)
      #expect(surface == left[index].components.surface)
      return surface
    }
    let closed = try (0..<blocks.count).map { index in
      let components = left[index].components
      return try files?.closedRecords(
        index, block: blocks.region(index), volume: extent, partCount: components.surface.partCount,
        count: components.closedCount, bufferInBytes: 1) ?? components.closedRecords()
    }
    var objects: [ComponentStatistics] = []
    var idsOfBlocks = Array(repeating: [Int: Int](), count: blocks.count)
    let count = try merging.number(
      closed: closed,
      object: { id, object in
        objects.append(object)
        #expect(id == objects.count)
      },
      closedID: { block, number, id in #expect(idsOfBlocks[block].updateValue(id, forKey: number) == nil) },
      openID: { block, number, id in #expect(idsOfBlocks[block].updateValue(id, forKey: number) == nil) })
    #expect(count == objects.count)
    var ids = [Int](repeating: 0, count: extent.count)
    for index in 0..<blocks.count {
      let partCount = left[index].components.surface.partCount
      let parts =
        try files.map { try PartsReader($0, index: index, partCount: partCount).components(of: 0..<partCount) }
        ?? left[index].components.componentsOfParts()
      for (region, rows) in left[index].slabs {
        region.forEachPosition { position in
          let within = position - region.origin
          if let part = rows.component(row: within.z * region.extent.y + within.y, column: within.x), parts[part] > 0 {
            ids[extent.index(of: position)] = idsOfBlocks[index][parts[part] - 1] ?? 0
          }
        }
      }
    }
    return (ids, objects, left.map(\.components.closedCount))
  }

  private struct LeftOfBlock {
    let components: BlockComponents
    let slabs: [(region: Region, rows: ComponentPlane)]
  }

  private func label(
    _ mask: [UInt8], _ intensities: VoxelBuffer, _ block: Region, _ index: Int, slabDepth: Int,
    connectivity: Connectivity, leastVoxels: Int, files: BlockFiles?, spooledInMemoryInBytes: Int
  ) throws -> LeftOfBlock {
    let extent = intensities.extent
    var builder = BlockComponentsBuilder(
      block: block, volume: extent, connectivity: connectivity, scale: .identity, leastVoxels: leastVoxels,
      spoolingBeside: files?.runsPath(index) ?? "/nowhere", spooledInMemoryInBytes: spooledInMemoryInBytes)
    let runs = try files.map { try RunsWriter($0, index: index) }
    var slabs: [(region: Region, rows: ComponentPlane)] = []
    for z in stride(from: block.origin.z, to: block.end.z, by: slabDepth) {
      let region = Region(
        origin: Coordinate(z, block.origin.y, block.origin.x),
        extent: Extent(min(slabDepth, block.end.z - z), block.extent.y, block.extent.x))
      var part: [UInt8] = []
      region.forEachPosition { part.append(mask[extent.index(of: $0)]) }
      try part.withUnsafeBufferPointer { part in
        let (labelling, firstPart) = try builder.append(
          region, mask: part, intensities: intensities.cropped(to: region))
        try runs?.append(labelling, firstPart: firstPart)
        let rows = ComponentPlane(
          rowCount: region.extent.z * region.extent.y, columnCount: region.extent.x, runs: labelling.runs,
          rowStarts: labelling.rowStarts)
        slabs.append((region, rows.renumbered(by: firstPart)))
      }
    }
    try runs?.publish()
    let components = try builder.finish()
    if let files {
      try files.write(components, index: index)
      var reader = try RunsReader(files, index: index, block: block)
      for slab in slabs {
        let read = try reader.next(partCount: components.surface.partCount)
        #expect(read?.region == slab.region)
        #expect(read?.rows == slab.rows)
      }
      #expect(try reader.next(partCount: components.surface.partCount) == nil)
    }
    return LeftOfBlock(components: components, slabs: slabs)
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

  @Test(.randomised(usualSeed: 31), arguments: Connectivity.allCases)
  func labelsInBlocksEqualThoseOfTheWholeForEverySmallGeometry(connectivity: Connectivity) throws {
    var random = SeededNumbers.ofTest()
    let scratch = try ScratchDirectory()
    var extents: [Extent] = []
    for z in [1, 2, 5] { for y in [1, 3, 4] { for x in [1, 2, 5, 9] { extents.append(Extent(z, y, x)) } } }
    for extent in extents + [Extent(9, 9, 9)] {
      for density in [12, 40] {
        let mask = (0..<extent.count).map { _ in UInt8(Int.random(in: 0..<100, using: &random) < density ? 1 : 0) }
        let intensities = randomIntensities(extent, seed: testSeed)
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

  /// With spools that keep nothing in memory, and files for all that blocks leave.
  @Test(.randomised(usualSeed: 77), arguments: Connectivity.allCases)
  func whatIsSpooledAndReadFromFilesIsTheSame(connectivity: Connectivity) throws {
    var random = SeededNumbers.ofTest()
    let extent = Extent(11, 13, 12)
    for density in [5, 15, 50] {
      let mask = (0..<extent.count).map { _ in UInt8(Int.random(in: 0..<100, using: &random) < density ? 1 : 0) }
      let intensities = randomIntensities(extent, seed: testSeed)
      for leastVoxels in [1, 2] {
        let expected = whole(mask, extent, connectivity, leastVoxels: leastVoxels)
        for (block, depth) in [(extent, 1), (extent, 3), (Extent(4, 5, 6), 2), (Extent(11, 7, 3), 4)] {
          let scratch = try ScratchDirectory()
          let result = try stitch(
            mask, intensities, block: block, slabDepth: depth, connectivity: connectivity, leastVoxels: leastVoxels,
            files: BlockFiles(directory: scratch.path), spooledInMemoryInBytes: 0)
          #expect(result.ids == expected, "\(density) %, blocks of \(block), slabs of \(depth)")
          check(result.objects, result.ids, intensities)
          #expect(try directoryEntries(scratch.path).allSatisfy { !$0.hasSuffix(".partial") })
        }
      }
    }
  }

  /// One object each that touches its neighbour by a face, an edge and a corner of eight blocks, and one that only
  /// lies beside a border.
  @Test func objectsAreUnitedAcrossFacesEdgesAndCornersAsFarAsTheyTouch() throws {
    let extent = Extent(8)
    for differingAxes in 1...3 {
      for connectivity in Connectivity.allCases {
        var mask = [UInt8](repeating: 0, count: extent.count)
        // The two voxels lie on both sides of the borders at 4 along the first axes, on the same side of the others.
        for place in [3, 4] {
          mask[extent.index(of: Coordinate(place, differingAxes > 1 ? place : 1, differingAxes > 2 ? place : 1))] = 1
        }
        mask[extent.index(of: Coordinate(7, 7, 3))] = 1
        let result = try stitch(
          mask, randomIntensities(extent, seed: 1), block: Extent(4), slabDepth: 2, connectivity: connectivity,
          leastVoxels: 1, files: nil)
        let touch = differingAxes <= connectivity.differingAxes
        #expect(
          result.objects.map(\.voxels) == (touch ? [2, 1] : [1, 1, 1]), "\(differingAxes) axes, \(connectivity)")
      }
    }
  }

  /// A snake through all slabs of a block, whose parts outnumber what is kept of it, and which closes only at the end.
  @Test func aComponentOfManyPartsIsOne() throws {
    let extent = Extent(40, 3, 33)
    var mask = [UInt8](repeating: 0, count: extent.count)
    for z in 0..<extent.z {
      for x in stride(from: 0, to: extent.x, by: 2) { mask[extent.index(of: Coordinate(z, 1, x))] = 1 }
      // Joined by the last plane alone.
      if z == extent.z - 1 { for x in 0..<extent.x { mask[extent.index(of: Coordinate(z, 1, x))] = 1 } }
    }
    for block in [extent, Extent(7, 3, 5)] {
      let result = try stitch(
        mask, randomIntensities(extent, seed: 3), block: block, slabDepth: 1, connectivity: .faces, leastVoxels: 100,
        files: nil)
      #expect(result.objects.map(\.voxels) == [mask.count { $0 == 1 }])
      #expect(zip(result.ids, mask).allSatisfy { $0 == Int($1) })
    }
  }

  @Test func everyDamagedByteOfABlockFileIsRefusedOrHarmless() throws {
    let scratch = try ScratchDirectory()
    let extent = Extent(4, 6, 8)
    var random = SeededNumbers(seed: 8)
    let mask = (0..<extent.count).map { _ in UInt8(Int.random(in: 0..<100, using: &random) < 12 ? 1 : 0) }
    let files = BlockFiles(directory: scratch.path)
    let cell = Extent(4, 6, 4)
    let closedCounts = try stitch(
      mask, randomIntensities(extent, seed: 2), block: cell, slabDepth: 2, connectivity: .corners, leastVoxels: 1,
      files: files
    ).closedCounts
    let blocks = Lattice(extent: extent, cell: cell)
    for name in ["0.closed", "0.parts", "0.surface", "0.runs"] {
      let path = scratch.file(name)
      let whole = try readWholeFile(path)
      #expect(!whole.isEmpty, "\(name)")
      for position in whole.indices {
        for change: UInt8 in [0x01, 0x80, 0xff] {
          var damaged = whole
          damaged[position] ^= change
          try damaged.write(to: URL(fileURLWithPath: path))
          readAll(files, blocks, closedCounts)
        }
        try whole.prefix(position).write(to: URL(fileURLWithPath: path))
        // Without all of its checksum it is a whole file of an older version.
        let isOldForm = position == whole.count - ChecksummedFile.trailerInBytes
        #expect(readAll(files, blocks, closedCounts) == isOldForm, "\(name) cut to \(position) bytes")
      }
      try whole.write(to: URL(fileURLWithPath: path))
      #expect(readAll(files, blocks, closedCounts))
    }
  }

  /// Must end, with or without a `Fault`, but never trap.
  ///
  /// - Returns: whether all could be read.
  @discardableResult
  private func readAll(_ files: BlockFiles, _ blocks: Lattice, _ closedCounts: [Int]) -> Bool {
    do {
      let surfaces = try (0..<blocks.count).map {
        try files.readSurface($0, block: blocks.region($0), volume: blocks.extent)
      }
      let merging = try BlockMerging(blocks, connectivity: .corners, leastVoxels: 1) { surfaces[$0] }
      let closed = try surfaces.indices.map { index in
        try files.closedRecords(
          index, block: blocks.region(index), volume: blocks.extent, partCount: surfaces[index].partCount,
          count: closedCounts[index], bufferInBytes: 1)
      }
      _ = try merging.number(
        closed: closed, object: { #expect($0 > 0 && !$1.boundingBox.isEmpty) },
        closedID: { #expect($1 < surfaces[$0].partCount && $2 > 0) },
        openID: { #expect($1 < surfaces[$0].partCount && $2 > 0) })
      for (index, surface) in surfaces.enumerated() {
        let count = surface.partCount
        _ = try PartsReader(files, index: index, partCount: count).components(of: 0..<count)
        var reader = try RunsReader(files, index: index, block: blocks.region(index))
        while try reader.next(partCount: count) != nil {}
      }
      return true
    } catch let fault as Fault {
      #expect(fault.kind == .badData)
    } catch {
      Issue.record("\(error)")
    }
    return false
  }
}
