import Files
import Voxels

/// Finds the components of a block slab by slab.
///
/// 1. Each slab is labelled on its own. Its components are *parts*, numbered on from those of the slabs before, and
///    united with the components that reach the last plane before it. A component goes by the number of its first part.
/// 2. A component that does not reach the last plane is finished. When it is *closed*, that is touches no face behind
///    which the volume goes on, it is a whole object: its record is spooled, or it is dropped when it is too small.
///    Others are *open* and kept.
/// 3. What became of each part and of each component carried over is spooled slab by slab, as far as it is known: the
///    number of a finished component, or the place among those that are carried over.
/// 4. When all slabs are done, this is settled from the last slab back to the first, so that each part is given its
///    component in memory for one slab.
///
/// Memory depends on a slab and on what touches the block's faces, not on how many components there are.
package struct BlockComponentsBuilder {
  private let block: Region
  private let volume: Extent
  private let connectivity: Connectivity
  private let scale: IntensityScale
  private let leastVoxels: Int
  /// Which of the six faces have a neighbour.
  private let hasNeighbour: [Bool]

  /// Components that reach the last plane so far, by ascending number.
  private var carried: [Component] = []
  /// The last plane so far, by places in `carried`.
  private var lastPlane: ComponentPlane?
  private var partCount = 0
  private var foregroundVoxels = 0
  private var slabs: [Slab] = []
  private var open: [ComponentRecord] = []
  private var closedCount = 0
  private let partFates: Spool
  private let carriedFates: Spool
  /// The closed components that end in each slab, in ascending order within the slab.
  private let ended: Spool
  private let closed: Spool

  /// How many planes of a block to label at a time: as many as have half a million voxels, at least one.
  static func slabDepth(plane: Extent) -> Int { max(1, (1 << 19) / max(plane.y * plane.x, 1)) }

  /// Memory in bytes, beside what touches the block's faces, when it is appended in slabs that are parts of `slab`: a
  /// run of 16 bytes for every second voxel at worst, in an array that has grown, with its sets, or a component of 112
  /// bytes for every eighth, twice.
  static func memoryInBytes(slab: Extent) -> Int {
    40 * min(slabDepth(plane: slab), slab.z) * slab.y * slab.x + 8 * Spool.usualMemoryLimitInBytes
  }

  private struct Component {
    var record: ComponentRecord
    var isOpen = false
  }

  /// What is kept of a slab until the end.
  private struct Slab {
    let parts: Range<Int>
    /// Where in `carriedFates` those carried into the slab are.
    let carried: Range<Int>
    /// Where in `ended` those that end in it are.
    let ended: Range<Int>
    /// Its part of the faces that have a neighbour, by parts of the slab.
    var faces: [ComponentPlane?]
  }

  /// - Parameters:
  ///   - volume: the extent of the whole volume.
  ///   - leastVoxels: closed components of fewer voxels are dropped.
  ///   - path: beside which temporary files are made when there are many components.
  ///   - spooledInMemoryInBytes: what each of four spools keeps in memory.
  package init(
    block: Region, volume: Extent, connectivity: Connectivity, scale: IntensityScale, leastVoxels: Int,
    spoolingBeside path: String, spooledInMemoryInBytes: Int = Spool.usualMemoryLimitInBytes
  ) {
    self.block = block
    self.volume = volume
    self.connectivity = connectivity
    self.scale = scale
    self.leastVoxels = leastVoxels
    hasNeighbour = (0..<6).map { side in
      side % 2 == 0 ? block.origin[side / 2] > 0 : block.end[side / 2] < volume[side / 2]
    }
    func spool() -> Spool { Spool(beside: path, memoryLimitInBytes: spooledInMemoryInBytes) }
    partFates = spool()
    carriedFates = spool()
    ended = spool()
    closed = spool()
  }

  /// Appends the next slab of the block.
  ///
  /// - Parameters:
  ///   - region: where it lies in the volume; as wide and high as the block.
  ///   - mask: not 0 for foreground, C order.
  ///   - intensities: the raw voxels; may be nil when the mask is empty.
  ///   - plane: the plane of `intensities` where the region begins.
  /// - Returns: its parts as runs, and the number of the first.
  package mutating func append(
    _ region: Region, mask: UnsafeBufferPointer<UInt8>, intensities: VoxelBuffer?, fromPlane plane: Int = 0
  ) throws -> (labelling: ComponentLabelling, firstPart: Int) {
    let labelling = ComponentLabelling(mask, extent: region.extent, connectivity: connectivity)
    let parts = partCount..<(partCount + labelling.count)
    partCount = parts.upperBound
    // Components carried over come first: their numbers are smaller.
    let carriedCount = carried.count
    var found = carried
    found.reserveCapacity(carriedCount + parts.count)
    for part in parts { found.append(Component(record: ComponentRecord(number: part))) }
    if let intensities { addStatistics(labelling, region, intensities, plane, to: &found, from: carriedCount) }

    let isLast = region.end.z == block.end.z
    var faces: [ComponentPlane?] = Array(repeating: nil, count: 6)
    for side in 0..<6 where hasNeighbour[side] && (side > 1 || (side == 0 ? slabs.isEmpty : isLast)) {
      let face = labelling.plane(axis: side / 2, at: side % 2 == 0 ? 0 : region.extent[side / 2] - 1)
      for run in face.runs { found[carriedCount + run.component].isOpen = true }
      faces[side] = face
    }

    let (ranks, components) = united(found, with: labelling, carriedCount)
    let last = labelling.plane(axis: 0, at: region.extent.z - 1).renumbered { ranks[carriedCount + $0] }
    var goesOn = [Bool](repeating: false, count: components.count)
    if !isLast { for run in last.runs { goesOn[run.component] = true } }
    carried.removeAll(keepingCapacity: true)
    let endedBefore = ended.size
    var fates: [PartFate] = []
    fates.reserveCapacity(components.count)
    var writer = ByteWriter()
    for (rank, component) in components.enumerated() {
      if goesOn[rank] {
        fates.append(.carried(place: carried.count))
        carried.append(component)
      } else {
        fates.append(end(component, &writer))
      }
    }
    try ended.append(writer.bytes)
    lastPlane = isLast ? nil : last.renumbered { fates[$0].value }
    let carriedBefore = carriedFates.size
    try carriedFates.append(EightByteIntegers.encode(ranks[..<carriedCount].map { fates[$0].code }))
    try partFates.append(EightByteIntegers.encode(ranks[carriedCount...].map { fates[$0].code }))
    slabs.append(
      Slab(
        parts: parts, carried: carriedBefore..<carriedFates.size, ended: endedBefore..<ended.size, faces: faces))
    return (labelling, parts.lowerBound)
  }

  private mutating func addStatistics(
    _ labelling: ComponentLabelling, _ region: Region, _ intensities: VoxelBuffer, _ plane: Int,
    to found: inout [Component], from first: Int
  ) {
    for z in 0..<region.extent.z {
      for y in 0..<region.extent.y {
        let row = intensities.extent.index(of: Coordinate(plane + z, y, 0))
        for run in labelling.runs(z: z, y: y) {
          let columns = Int(run.start)..<Int(run.end)
          foregroundVoxels += columns.count
          found[first + run.component].record.statistics.add(
            z: region.origin.z + z, y: region.origin.y + y,
            columns: (region.origin.x + columns.lowerBound)..<(region.origin.x + columns.upperBound),
            intensity: scale.sum(columns, from: row, of: intensities), volume: volume)
        }
      }
    }
  }

  /// Unites what touches between the last plane so far and the slab.
  ///
  /// - Returns: for each of `found` its place among the components, and these by ascending number.
  private func united(
    _ found: [Component], with labelling: ComponentLabelling, _ carriedCount: Int
  ) -> (ranks: [Int], components: [Component]) {
    var sets = UnionFind(count: found.count)
    let first = labelling.plane(axis: 0, at: 0).renumbered(by: carriedCount)
    lastPlane?.forEachContact(with: first, differingAxes: 1, connectivity: connectivity) { sets.union($0, $1) }
    let (ranks, count) = sets.ranks()
    var components: [Component] = []
    components.reserveCapacity(count)
    for (place, rank) in ranks.enumerated() {
      // The first of a set is the one with the smallest number.
      if rank == components.count {
        components.append(found[place])
      } else {
        components[rank].record.statistics.add(found[place].record.statistics)
        components[rank].isOpen = components[rank].isOpen || found[place].isOpen
      }
    }
    return (ranks, components)
  }

  private mutating func end(_ component: Component, _ writer: inout ByteWriter) -> PartFate {
    if component.isOpen {
      open.append(component.record)
    } else if component.record.statistics.voxels >= leastVoxels {
      component.record.encode(into: &writer)
      closedCount += 1
    } else {
      return .dropped
    }
    return .ended(number: component.record.number)
  }

  /// The components of the whole block. To be called once, after the last slab.
  package mutating func finish() throws -> BlockComponents {
    open.sort { $0.number < $1.number }
    let numbers = open.map(\.number)
    var sides: [GrowingPlane] = (0..<6).map { side in
      let others = [0, 1, 2].filter { $0 != side / 2 }
      return GrowingPlane(columnCount: block.extent[others[1]])
    }
    try settleParts { number in numbers.sortedIndex(of: number) }
    for slab in slabs {
      for (side, face) in slab.faces.enumerated() { if let face { sides[side].append(face) } }
    }
    let limits = RecordLimits(partCount: partCount, block: block, volume: volume)
    try sortClosed(limits)
    return BlockComponents(
      surface: BlockSurface(
        partCount: partCount, open: open,
        faces: sides.enumerated().map { side, plane in
          hasNeighbour[side] ? plane.plane : .empty(block.extent[side / 2 == 0 ? 1 : 0], plane.columnCount)
        }),
      foregroundVoxels: foregroundVoxels, closedCount: closedCount, closed: closed, parts: partFates, limits: limits)
  }

  /// Gives each part its component, from the last slab back to the first.
  private mutating func settleParts(place: (Int) -> Int) throws {
    /// What became of the components carried over from the current slab.
    var after: [Int] = []
    for index in slabs.indices.reversed() {
      func settled(_ spool: Spool, _ range: Range<Int>) throws -> [Int] {
        EightByteIntegers.decode(try spool.read(range))!.map { PartFate(code: $0).settled(after) }
      }
      let slab = slabs[index]
      let width = EightByteIntegers.width
      let parts = try settled(partFates, (slab.parts.lowerBound * width)..<(slab.parts.upperBound * width))
      try partFates.replace(at: slab.parts.lowerBound * width, with: EightByteIntegers.encode(parts))
      slabs[index].faces = slab.faces.map { $0?.renumbered { place(parts[$0] - 1) } }
      after = try settled(carriedFates, slab.carried)
    }
  }

  /// Brings the closed components of all slabs into one order.
  private func sortClosed(_ limits: RecordLimits) throws {
    let sources = slabs.filter { !$0.ended.isEmpty }
    let bufferInBytes = RecordReader.bufferInBytes(sources: sources.count)
    var merging = try RecordMerging(
      sources.map { slab in
        var reader = RecordReader(slab.ended, path: "a temporary file", limits: limits, bufferInBytes: bufferInBytes) {
          try ended.read($0)
        }
        return { try reader.next() }
      })
    var writer = ByteWriter()
    while let (record, _) = try merging.next() {
      record.encode(into: &writer)
      if writer.bytes.count >= 1 << 16 {
        try closed.append(writer.bytes)
        writer.removeAll()
      }
    }
    try closed.append(writer.bytes)
  }
}

/// A plane to which rows are added.
private struct GrowingPlane {
  let columnCount: Int
  var runs: [ComponentLabelling.Run] = []
  var rowStarts = [0]

  init(columnCount: Int) { self.columnCount = columnCount }

  mutating func append(_ part: ComponentPlane) {
    let offset = runs.count
    runs.append(contentsOf: part.runs)
    rowStarts.append(contentsOf: part.rowStarts.dropFirst().map { $0 + offset })
  }

  var plane: ComponentPlane {
    ComponentPlane(rowCount: rowStarts.count - 1, columnCount: columnCount, runs: runs, rowStarts: rowStarts)
  }
}
