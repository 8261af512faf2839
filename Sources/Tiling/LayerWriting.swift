import Files
import Threads
import Voxels
import Zarr

/// Writes the shards of one level under a part of a unit, layer of chunks after layer of chunks from top to bottom, and
/// publishes every shard on another thread when its last layer is in.
///
/// `begin`, `end` and `finish` belong to one thread; `write` to any number between `begin` and `end`.
final class LayerWriting: @unchecked Sendable {
  private let array: ZarrArray
  private let level: Int
  private var writers: [Coordinate: ShardWriter] = [:]
  /// Shards that are being published; only `finish` waits for them.
  private var publications: [Background<UnitRecord>] = []
  /// The only shards that are written; nil for all.
  private let wanted: Set<Coordinate>?
  /// What shards must be, by their numbers, to be published.
  private let expected: [Int: ExpectedShard]

  init(
    array: ZarrArray, level: Int, only wanted: Set<Coordinate>? = nil, expecting expected: [Int: ExpectedShard] = [:]
  ) {
    self.array = array
    self.level = level
    self.wanted = wanted
    self.expected = expected
  }

  /// Opens the shards that meet `region`.
  ///
  /// - Returns: the chunks in it, in the order in which shards want them.
  func begin(_ region: Region) throws -> [Coordinate] {
    try array.shards.positions(intersecting: region).forEachPosition {
      if writers[$0] == nil, wanted?.contains($0) != false { writers[$0] = try ShardWriter(array, at: $0) }
    }
    var chunks: [Coordinate] = []
    array.chunks.positions(intersecting: region).forEachPosition {
      if wanted?.contains(shard(ofChunk: $0)) != false { chunks.append($0) }
    }
    return chunks
  }

  /// Encodes a chunk of the region begun, whose voxels `buffer` holds from `origin` of the level on. Thread-safe.
  ///
  /// - Parameters:
  ///   - statistics: to which the chunk's voxels are added; nil for none.
  ///   - digest: to which they are added too.
  func write(
    _ chunk: Coordinate, from buffer: VoxelBuffer, origin: Coordinate, statistics: GridPool? = nil,
    digest: VoxelDigest? = nil
  ) throws {
    let region = array.chunks.region(at: chunk)
    try writers[shard(ofChunk: chunk)]!.write(chunkAt: chunk, from: buffer, origin: origin) { voxels in
      defer { withExtendedLifetime(voxels) {} }
      statistics?.add(region, of: voxels, at: self.array.chunks.fullRegion(at: chunk).origin)
      digest?.add(self.array.chunks.index(of: chunk), UnsafeRawBufferPointer(voxels.bytes))
    }
  }

  private func shard(ofChunk chunk: Coordinate) -> Coordinate {
    let start = array.chunks.fullRegion(at: chunk).origin
    let cell = array.shards.cell
    return Coordinate(start.z / cell.z, start.y / cell.y, start.x / cell.x)
  }

  /// Has the shards that end with `region` published. Regions come in C order, each of the full width.
  func end(_ region: Region) {
    let complete = writers.keys
      .filter { position in
        let end = array.shards.region(at: position).end
        return end.z <= region.end.z && end.y <= region.end.y
      }
      .sorted { array.shards.index(of: $0) < array.shards.index(of: $1) }
      .map { (number: array.shards.index(of: $0), writer: writers.removeValue(forKey: $0)!) }
    if complete.isEmpty { return }
    publications.append(
      Background { [level, expected] in
        var record = UnitRecord()
        for (number, writer) in complete {
          do {
            _ = try writer.publish(expecting: expected[number])
            record.insert(number, level: level, writer.digest)
          } catch let fault as Fault where fault.kind == .badData && expected[number] != nil {
            record.refusals.append(fault.message)
          }
        }
        return record
      })
  }

  /// Waits until all shards are published.
  ///
  /// - Precondition: all shards begun were completed.
  /// - Returns: the record of its shards.
  func finish() throws -> UnitRecord {
    precondition(writers.isEmpty, "\(writers.count) shards were not completed")
    return try publications.reduce(into: UnitRecord()) { $0.append(try $1.wait()) }
  }
}

/// Level 1 under a part of a unit: slabs of level 0, in C order, are halved into it until a layer of chunks is complete.
final class HalvedSlabs: @unchecked Sendable {
  let writing: LayerWriting
  /// The part, in voxels of level 1.
  private let region: Region
  /// The part, in voxels of level 0.
  private let part: Region
  private let voxels: VoxelBuffer
  /// Where the buffer begins along z.
  private var top: Int

  /// - Parameters:
  ///   - part: in voxels of level 0; begins at even positions.
  ///   - slabDepth: of level 0.
  init(array: ZarrArray, part: Region, slabDepth: Int) {
    writing = LayerWriting(array: array, level: 1)
    self.part = part
    let origin = Coordinate(part.origin.z / 2, part.origin.y / 2, part.origin.x / 2)
    region = Region(origin: origin, extent: part.extent.halvedRoundingUp)
    let depth = min(max(array.chunks.cell.z, slabDepth / 2), region.extent.z)
    voxels = VoxelBuffer(undefined: array.voxelType, Extent(depth, region.extent.y, region.extent.x))
    top = origin.z
  }

  /// Halves `rows` (positions along y in level 0) of a slab. Thread-safe for different rows.
  func halve(_ slab: VoxelBuffer, _ box: Region, rows: Range<Int>, _ method: Downsampling) {
    let source = Region(
      from: Coordinate(0, rows.lowerBound - box.origin.y, 0),
      to: Coordinate(box.extent.z, rows.upperBound - box.origin.y, box.extent.x))
    slab.downsample(
      method, region: source, into: voxels,
      at: Coordinate(box.origin.z / 2 - top, (rows.lowerBound - part.origin.y) / 2, 0))
  }

  /// The layers of chunks that are complete after `slab`, if any: their box in level 1 and the voxels from its origin
  /// on.
  func completed(by slab: Region) -> (box: Region, voxels: VoxelBuffer)? {
    guard slab.end.y == part.end.y else { return nil }
    let end = slab.end.z == part.end.z ? region.end.z : slab.end.z / 2
    guard end == region.end.z || end - top == voxels.extent.z else { return nil }
    let box = Region(
      from: Coordinate(top, region.origin.y, region.origin.x), to: Coordinate(end, region.end.y, region.end.x))
    top = end
    return (box, voxels)
  }
}
