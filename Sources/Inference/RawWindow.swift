import IntensityStatistics
import Networks
import Threads
import Voxels

/// The raw voxels that the current layer of tiles needs: a window that moves down a column and reads each voxel once.
///
/// Plane z of the volume stands at plane z mod capacity of the buffer, so that nothing is moved when the window moves.
/// Not safe for use from several threads while it moves; tiles may be taken side by side in between.
final class RawWindow: @unchecked Sendable {
  private let input: VolumeInput
  /// The part of each plane that is read.
  private let rows: Range<Int>
  private let columns: Range<Int>
  private let padding: Padding
  private let buffer: VoxelBuffer
  /// Planes that are in the buffer.
  private var planes: Range<Int>

  /// - Parameters:
  ///   - depth: planes that are needed at a time; the window holds as many more as it takes to read whole chunks.
  ///   - firstPlane: where the column begins.
  ///   - padding: what a tile holds beyond the volume.
  init(
    _ input: VolumeInput, rows: Range<Int>, columns: Range<Int>, depth: Int, firstPlane: Int, padding: Padding
  ) {
    self.input = input
    self.padding = padding
    self.rows = rows
    self.columns = columns
    let capacity = RawWindow.capacity(input, depth: depth)
    buffer = VoxelBuffer(input.voxelType, Extent(capacity, rows.count, columns.count))
    planes = firstPlane..<firstPlane
  }

  static func capacity(_ input: VolumeInput, depth: Int) -> Int { min(depth + input.chunk.z - 1, input.extent.z) }

  /// Moves the window so that it holds the planes `needed`.
  func move(to needed: Range<Int>, threads: Int) throws {
    let start = max(planes.lowerBound, needed.lowerBound)
    var from = max(planes.upperBound, needed.lowerBound)
    if from >= needed.upperBound {
      planes = start..<planes.upperBound
      return
    }
    // To the end of the chunk, which has to be decoded anyway, as far as there is room.
    let chunkEnd = (needed.upperBound + input.chunk.z - 1) / input.chunk.z * input.chunk.z
    let end = min(chunkEnd, input.extent.z, start + buffer.extent.z)
    var pieces: [Region] = []
    while from < end {
      // Not across the end of the buffer, nor across a border between chunks.
      let next = min(
        end, from + buffer.extent.z - from % buffer.extent.z, (from / input.chunk.z + 1) * input.chunk.z)
      var row = rows.lowerBound
      while row < rows.upperBound {
        let nextRow = min(rows.upperBound, (row / input.chunk.y + 1) * input.chunk.y)
        pieces.append(
          Region(
            from: Coordinate(from, row, columns.lowerBound), to: Coordinate(next, nextRow, columns.upperBound)))
        row = nextRow
      }
      from = next
    }
    let reads = pieces
    try parallelForEach(count: reads.count, threads: threads) { index in
      let piece = reads[index]
      try input.read(
        piece, buffer, Coordinate(piece.origin.z % buffer.extent.z, piece.origin.y - rows.lowerBound, 0))
    }
    planes = start..<end
  }

  /// The boxes of the buffer that hold `region` of the volume: one, or two where the buffer wraps around.
  private func boxes(_ region: Region) -> [Region] {
    precondition(
      planes.lowerBound <= region.origin.z && region.end.z <= planes.upperBound, "\(region) is not in the window")
    var boxes: [Region] = []
    var z = region.origin.z
    while z < region.end.z {
      let count = min(region.end.z - z, buffer.extent.z - z % buffer.extent.z)
      boxes.append(
        Region(
          origin: Coordinate(
            z % buffer.extent.z, region.origin.y - rows.lowerBound, region.origin.x - columns.lowerBound),
          extent: Extent(count, region.extent.y, region.extent.x)))
      z += count
    }
    return boxes
  }

  /// Whether `rule` takes the tile `region`, cut at the end of the volume, for background.
  func isBackground(_ region: Region, _ rule: BackgroundRule) -> Bool {
    let inside = region.intersection(Region(input.extent))
    precondition(
      planes.lowerBound <= inside.origin.z && inside.end.z <= planes.upperBound, "\(region) is not in the window")
    return rule.isBackground(inside, of: buffer) { plane in
      Coordinate(
        plane.origin.z % buffer.extent.z, plane.origin.y - rows.lowerBound, plane.origin.x - columns.lowerBound)
    }
  }

  /// The normalised voxels of a tile, and padding where the tile reaches beyond the volume.
  func tile(_ region: Region) -> [Float] {
    let inside = region.intersection(Region(input.extent))
    let place = inside.relative(to: region.origin)
    return [Float](unsafeUninitializedCapacity: region.count) { voxels, count in
      if place.extent != region.extent { voxels.initialize(repeating: constant) }
      var position = place.origin
      for box in boxes(inside) {
        input.normalisation.apply(
          to: box, of: buffer, into: voxels.baseAddress!, extent: region.extent, at: position)
        position.z += box.extent.z
      }
      if padding == .mirror { mirror(voxels, region.extent, from: place) }
      count = region.count
    }
  }

  /// The value of padding that does not depend on the place.
  private var constant: Float { padding == .background ? Float(input.normalisation.background) : 0 }

  /// The planes `planes` of the column `rows` × `columns`, copied to `origin` of `target`.
  func copy(_ region: Region, to target: VoxelBuffer, at origin: Coordinate) {
    var position = origin
    for box in boxes(region) {
      target.copy(box, of: buffer, to: position)
      position.z += box.extent.z
    }
  }
}

/// Fills what lies beyond the box `known` of a C-order box of `extent`, first the rows, then the planes.
private func mirror(_ voxels: UnsafeMutableBufferPointer<Float>, _ extent: Extent, from known: Region) {
  if known.extent == extent { return }
  func source(_ index: Int, _ axis: Int) -> Int {
    let range = known.range(axis)
    return range.lowerBound + mirrored(index - range.lowerBound, range.count)
  }
  for z in known.range(0) {
    for y in known.range(1) {
      let row = extent.index(of: Coordinate(z, y, 0))
      for x in 0..<extent.x where !known.range(2).contains(x) { voxels[row + x] = voxels[row + source(x, 2)] }
    }
    for y in 0..<extent.y where !known.range(1).contains(y) {
      let row = extent.index(of: Coordinate(z, y, 0))
      let from = extent.index(of: Coordinate(z, source(y, 1), 0))
      for x in 0..<extent.x { voxels[row + x] = voxels[from + x] }
    }
  }
  let plane = extent.y * extent.x
  for z in 0..<extent.z where !known.range(0).contains(z) {
    let from = source(z, 0) * plane
    for index in 0..<plane { voxels[z * plane + index] = voxels[from + index] }
  }
}

/// Where `index`, which may be negative, falls when positions 0..<count are mirrored about the last and the first, which
/// are not repeated.
func mirrored(_ index: Int, _ count: Int) -> Int {
  if count == 1 { return 0 }
  let period = 2 * (count - 1)
  let phase = (index % period + period) % period
  return phase < count ? phase : period - phase
}
