import CLinux
import Foundation

/// A dense box of voxels in memory, C order (z, y, x with x fastest), native byte order, 64-byte aligned.
///
/// A class because copies of hundreds of megabytes must be visible in the code. It is handed between threads; whoever
/// writes must be the only one to use the written part meanwhile.
public final class VoxelBuffer: @unchecked Sendable {
  public let type: VoxelType
  public let extent: Extent
  public let bytes: UnsafeMutableRawBufferPointer
  private let owner: Owner

  /// Who owns the memory.
  private enum Owner {
    case buffer
    case pool(VoxelBufferPool)
    case borrowed
  }

  /// Voxels are zero.
  public init(_ type: VoxelType, _ extent: Extent) {
    self.type = type
    self.extent = extent
    let count = extent.count * type.byteCount
    bytes = .allocate(byteCount: max(count, 1), alignment: 64)
    owner = .buffer
    memset(bytes.baseAddress!, 0, bytes.count)
  }

  /// Voxels are whatever the memory held before: for readers that write every one of them.
  public init(undefined type: VoxelType, _ extent: Extent) {
    self.type = type
    self.extent = extent
    bytes = .allocate(byteCount: max(extent.count * type.byteCount, 1), alignment: 64)
    owner = .buffer
  }

  /// Voxels are whatever the memory held before.
  ///
  /// - Precondition: `bytes` has room for them.
  init(_ type: VoxelType, _ extent: Extent, in bytes: UnsafeMutableRawBufferPointer, of pool: VoxelBufferPool) {
    precondition(bytes.count >= extent.count * type.byteCount, "\(bytes.count) bytes are too few for \(extent)")
    self.type = type
    self.extent = extent
    self.bytes = bytes
    owner = .pool(pool)
  }

  /// - Precondition: `voxels.count == extent.count`.
  public convenience init<Scalar: VoxelScalar>(_ extent: Extent, _ voxels: [Scalar]) {
    precondition(voxels.count == extent.count, "\(voxels.count) voxels do not fill \(extent)")
    self.init(Scalar.voxelType, extent)
    voxels.withUnsafeBytes { source in
      if let base = source.baseAddress { memcpy(bytes.baseAddress!, base, source.count) }
    }
  }

  /// A view of voxels in memory that is owned elsewhere and must outlive the buffer.
  ///
  /// - Precondition: `bytes` holds them.
  public init(_ type: VoxelType, _ extent: Extent, borrowing bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count >= extent.count * type.byteCount, "\(bytes.count) bytes are too few for \(extent)")
    self.type = type
    self.extent = extent
    self.bytes = UnsafeMutableRawBufferPointer(mutating: bytes)
    owner = .borrowed
  }

  deinit {
    switch owner {
    case .buffer: bytes.deallocate()
    case .pool(let pool): pool.take(back: bytes)
    case .borrowed: break
    }
  }

  public var byteCount: Int { extent.count * type.byteCount }

  /// The voxels as `Scalar`, valid while the buffer lives. Swift may free an object after its last use, before the last
  /// voxel is read: whoever keeps the pointer says `defer { withExtendedLifetime(buffer) {} }` first, even of a parameter,
  /// whose function may be inlined where the buffer is used for the last time. The same goes for `bytes`.
  ///
  /// - Precondition: `Scalar.voxelType == type`.
  @inlinable
  public func voxels<Scalar: VoxelScalar>(as scalar: Scalar.Type = Scalar.self) -> UnsafeMutableBufferPointer<Scalar> {
    precondition(Scalar.voxelType == type, "voxels of type \(type) were asked for as \(Scalar.voxelType)")
    return UnsafeMutableBufferPointer(
      start: bytes.baseAddress!.assumingMemoryBound(to: Scalar.self), count: extent.count)
  }

  /// A copy of the voxels. (`Array(voxels(as:))` is not used because the compiler of Swift 6.3 frees such an array before it
  /// is filled where nobody uses it.)
  public func array<Scalar: VoxelScalar>(of scalar: Scalar.Type) -> [Scalar] {
    defer { withExtendedLifetime(self) {} }
    return [Scalar](unsafeUninitializedCapacity: extent.count) { target, count in
      _ = target.initialize(from: voxels(as: scalar))
      count = extent.count
    }
  }

  /// Copies the box `source` of `other` to `origin` here, row by row.
  ///
  /// - Precondition: both boxes lie inside their buffers and the types are equal.
  public func copy(_ source: Region, of other: VoxelBuffer, to origin: Coordinate) {
    precondition(type == other.type, "cannot copy \(other.type) voxels into \(type) voxels")
    precondition(Region(other.extent).contains(source), "box \(source) is outside the source \(other.extent)")
    precondition(
      Region(extent).contains(Region(origin: origin, extent: source.extent)),
      "box of \(source.extent) at \(origin) is outside the destination \(extent)")
    if source.isEmpty { return }
    defer { withExtendedLifetime((self, other)) {} }
    let size = type.byteCount
    let rowBytes = source.extent.x * size
    func row(_ z: Int, _ y: Int) -> UnsafeMutableRawPointer {
      let first = Coordinate(source.origin.z + z, source.origin.y + y, source.origin.x)
      return other.bytes.baseAddress! + other.extent.index(of: first) * size
    }
    let prefetchedBytes = min(rowBytes, Self.longestPrefetch)
    for z in 0..<source.extent.z {
      for y in 0..<source.extent.y {
        let ahead = y + Self.rowsAhead
        if ahead < source.extent.y {
          sheaf_prefetch(row(z, ahead), prefetchedBytes)
        } else if z + 1 < source.extent.z, ahead - source.extent.y < source.extent.y {
          sheaf_prefetch(row(z + 1, ahead - source.extent.y), prefetchedBytes)
        }
        let to = extent.index(of: Coordinate(origin.z + z, origin.y + y, origin.x))
        memcpy(bytes.baseAddress! + to * size, row(z, y), rowBytes)
      }
    }
  }

  /// The rows of a box lie in other pages of memory than their neighbours, where no processor looks ahead by itself:
  /// prefetching so many rows early halves the time of gathering 64³ chunks.
  private static let rowsAhead = 12
  /// In bytes; behind the beginning of a longer row the processor does look ahead.
  private static let longestPrefetch = 512

  /// The box `region` as a buffer of its own.
  public func cropped(to region: Region) -> VoxelBuffer {
    let result = VoxelBuffer(type, region.extent)
    result.copy(region, of: self, to: .zero)
    return result
  }
}
