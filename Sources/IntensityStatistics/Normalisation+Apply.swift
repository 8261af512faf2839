import CVectors
import Voxels

extension Normalisation {
  /// The normalised voxels of a whole buffer, C order; NaN becomes background.
  package func apply(to buffer: VoxelBuffer) -> [Float] {
    [Float](unsafeUninitializedCapacity: buffer.extent.count) { target, count in
      if let start = target.baseAddress {
        apply(to: Region(buffer.extent), of: buffer, into: start, extent: buffer.extent, at: .zero)
      }
      count = buffer.extent.count
    }
  }

  /// Normalises the box `region` of `buffer` into a C-order box of `extent` at `origin`.
  ///
  /// - Precondition: the region lies in the buffer and, moved to `origin`, in the target.
  package func apply(
    to region: Region, of buffer: VoxelBuffer, into target: UnsafeMutablePointer<Float>, extent: Extent,
    at origin: Coordinate
  ) {
    defer { withExtendedLifetime(buffer) {} }
    precondition(Region(buffer.extent).contains(region), "\(region) is outside the buffer \(buffer.extent)")
    precondition(
      Region(extent).contains(Region(origin: origin, extent: region.extent)), "\(region) does not fit at \(origin)")
    let rows = Rows(region: region, source: buffer.extent, target: extent, origin: origin)
    switch buffer.type {
    // The types of cameras.
    case .uint8 where WideVectors.areThere:
      normalise(buffer, rows, target) { sheaf_normalise_wide_uint8($0, $1, $2, $3, $4, $5, $6, $7) }
    case .uint16 where WideVectors.areThere:
      normalise(buffer, rows, target) { sheaf_normalise_wide_uint16($0, $1, $2, $3, $4, $5, $6, $7) }
    case .int16 where WideVectors.areThere:
      normalise(buffer, rows, target) { sheaf_normalise_wide_int16($0, $1, $2, $3, $4, $5, $6, $7) }
    default: withVoxelScalar(buffer.type) { normalise(buffer, $0, rows, target) }
    }
    if buffer.type == .float32 { replaceNotANumber(buffer.voxels(as: Float.self), rows, target) }
  }

  /// Writes 0 into `mask` (C order, `extent`) at `origin` on for every voxel of `region` that is saturated or not a
  /// number, and leaves the others alone.
  package func clearUnusable(
    in region: Region, of buffer: VoxelBuffer, mask: UnsafeMutablePointer<UInt8>, extent: Extent, at origin: Coordinate
  ) {
    defer { withExtendedLifetime(buffer) {} }
    precondition(Region(buffer.extent).contains(region), "\(region) is outside the buffer \(buffer.extent)")
    precondition(
      Region(extent).contains(Region(origin: origin, extent: region.extent)), "\(region) does not fit at \(origin)")
    let rows = Rows(region: region, source: buffer.extent, target: extent, origin: origin)
    let limit = Float(saturation ?? .infinity)
    withVoxelScalar(buffer.type) { clear(buffer, $0, rows, mask, limit) }
  }

  /// The rows of a box in a source and a target buffer.
  private struct Rows {
    let region: Region
    let source: Extent
    let target: Extent
    let origin: Coordinate

    /// Calls `body` with the first index of each row in the source and in the target.
    @inline(__always)
    func forEach(_ body: (Int, Int) -> Void) {
      for z in 0..<region.extent.z {
        for y in 0..<region.extent.y {
          body(
            source.index(of: Coordinate(region.origin.z + z, region.origin.y + y, region.origin.x)),
            target.index(of: Coordinate(origin.z + z, origin.y + y, origin.x)))
        }
      }
    }
  }

  /// With the vectors of `wide`: a row of voxels, how many, where they go, the clips, mean and factor, and whether they go past
  /// the caches.
  @inline(__always)
  private func normalise<Scalar: VoxelScalar>(
    _ buffer: VoxelBuffer, _ rows: Rows, _ target: UnsafeMutablePointer<Float>,
    wide: (UnsafePointer<Scalar>, Int, UnsafeMutablePointer<Float>, Float, Float, Float, Float, Int32) -> Void
  ) {
    let (lower, upper, shift, scale) = constants
    let isPastCaches: Int32 = isPastCaches(rows) ? 1 : 0
    defer { withExtendedLifetime(buffer) {} }
    let source = buffer.voxels(as: Scalar.self).baseAddress!
    let width = rows.region.extent.x
    rows.forEach { from, to in wide(source + from, width, target + to, lower, upper, shift, scale, isPastCaches) }
  }

  /// Clips, mean and the factor of what is above it.
  private var constants: (lower: Float, upper: Float, shift: Float, scale: Float) {
    (Float(lowerClip), Float(upperClip), Float(mean), Float(1 / deviation))
  }

  /// Results of so many voxels do not stay in the caches until they are used: reading their memory there before it is written
  /// would take as long as all the rest.
  private static let countPastCaches = 1 << 20

  private func isPastCaches(_ rows: Rows) -> Bool {
    rows.region.count >= Self.countPastCaches && rows.region.extent.x >= 16
  }

  private func normalise<Scalar: VoxelScalar>(
    _ buffer: VoxelBuffer, _ scalar: Scalar.Type, _ rows: Rows, _ target: UnsafeMutablePointer<Float>
  ) {
    let (lower, upper, shift, scale) = constants
    defer { withExtendedLifetime(buffer) {} }
    let source = buffer.voxels(as: scalar).baseAddress!
    let width = rows.region.extent.x
    @inline(__always)
    func normalise(_ row: UnsafePointer<Scalar>, _ into: UnsafeMutablePointer<Float>) {
      // Without checks of the indices in between, the compiler makes vectors of it.
      for x in 0..<width { into[x] = (min(max(row[x].asFloat, lower), upper) - shift) * scale }
    }
    if !isPastCaches(rows) {
      rows.forEach { from, to in normalise(source + from, target + to) }
      return
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { normalised in
      let line = normalised.baseAddress!
      rows.forEach { from, to in
        normalise(source + from, line)
        copyPastCaches(line, width, target + to)
      }
    }
  }

  @inline(__always)
  private func copyPastCaches(_ line: UnsafePointer<Float>, _ count: Int, _ target: UnsafeMutablePointer<Float>) {
    var x = 0
    while x < count, UInt(bitPattern: target + x) & 15 != 0 {
      target[x] = line[x]
      x &+= 1
    }
    while x &+ 4 <= count {
      sheaf_store_past_caches(target + x, line[x], line[x &+ 1], line[x &+ 2], line[x &+ 3])
      x &+= 4
    }
    while x < count {
      target[x] = line[x]
      x &+= 1
    }
  }

  private func replaceNotANumber(
    _ voxels: UnsafeMutableBufferPointer<Float>, _ rows: Rows, _ target: UnsafeMutablePointer<Float>
  ) {
    rows.forEach { from, to in
      for x in 0..<rows.region.extent.x where voxels[from + x].isNaN { target[to + x] = Float(background) }
    }
  }

  private func clear<Scalar: VoxelScalar>(
    _ buffer: VoxelBuffer, _ scalar: Scalar.Type, _ rows: Rows, _ mask: UnsafeMutablePointer<UInt8>, _ limit: Float
  ) {
    defer { withExtendedLifetime(buffer) {} }
    let source = buffer.voxels(as: scalar).baseAddress!
    let width = rows.region.extent.x
    rows.forEach { from, to in
      let (row, into) = (source + from, mask + to)
      // Written so that not-a-number, which compares false, is cleared too.
      for x in 0..<width { into[x] &= row[x].asFloat < limit ? 0xff : 0 }
    }
  }
}
