import Files
import Voxels

/// Contiguous voxels with z fastest: a volume of extent (x, y, z) that is transposed as it is read.
final class FortranVolume: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  /// The voxels in the order in which they are stored.
  private let turned: RawVolume

  /// Size of the buffer of voxels read before they are transposed, in bytes.
  private static let blockInBytes = 1 << 20
  /// Runs along z up to this length are read whole even if only part of them is needed, because file I/O is in whole
  /// pages anyway.
  private static let shortRunInBytes = 1 << 14

  init(_ description: VolumeDescription, bytes: any ByteSource, decoder: SampleDecoder, layout: RawLayout) throws {
    self.description = description
    var other = description
    other.extent = Extent(description.extent.x, description.extent.y, description.extent.z)
    turned = try RawVolume(other, bytes: bytes, files: [description.path], decoder: decoder, layout: layout)
    let run = description.extent.z * decoder.voxelType.byteCount
    readingGeometry = ReadingGeometry(
      // Deep slabs give long contiguous runs.
      piece: Extent(description.extent.z, 1, 1),
      scratchInBytes: max(Self.blockInBytes, run) + turned.readingGeometry.scratchInBytes)
  }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    if region.isEmpty { return }
    let depth = description.extent.z
    let voxelBytes = buffer.type.byteCount
    let run = depth * voxelBytes <= Self.shortRunInBytes ? 0..<depth : region.range(0)
    let rowsAtOnce = max(1, Self.blockInBytes / (run.count * voxelBytes))
    for x in region.range(2) {
      for y in stride(from: region.origin.y, to: region.end.y, by: rowsAtOnce) {
        let rows = y..<min(y + rowsAtOnce, region.end.y)
        let block = try turned.read(
          Region(
            from: Coordinate(x, rows.lowerBound, run.lowerBound), to: Coordinate(x + 1, rows.upperBound, run.upperBound)
          ))
        let at = Coordinate(origin.z, origin.y + y - region.origin.y, origin.x + x - region.origin.x)
        let skipped = region.origin.z - run.lowerBound
        switch voxelBytes {
        case 1: turn(block, skipped, region.extent.z, buffer, at, UInt8.self)
        case 2: turn(block, skipped, region.extent.z, buffer, at, UInt16.self)
        case 4: turn(block, skipped, region.extent.z, buffer, at, UInt32.self)
        default: turn(block, skipped, region.extent.z, buffer, at, UInt64.self)
        }
      }
    }
  }

  /// Copies `count` voxels of every row of `block`, starting at `skipped`, into columns of `buffer` along z.
  private func turn<Bits>(
    _ block: VoxelBuffer, _ skipped: Int, _ count: Int, _ buffer: VoxelBuffer, _ at: Coordinate, _ bits: Bits.Type
  ) {
    defer { withExtendedLifetime((block, buffer)) {} }
    let from = block.bytes.baseAddress!.assumingMemoryBound(to: bits)
    let to = buffer.bytes.baseAddress!.assumingMemoryBound(to: bits)
    for z in 0..<count {
      let target = buffer.extent.index(of: Coordinate(at.z + z, at.y, at.x))
      for row in 0..<block.extent.y {
        to[target + row * buffer.extent.x] = from[row * block.extent.x + skipped + z]
      }
    }
  }
}
