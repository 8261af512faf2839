import Files
import Synchronization
import Voxels

/// A digest of the voxels of a unit, taken of each chunk while it is in the processor's cache: 64 bits that depend on the
/// chunks' voxels and positions, and neither on their order nor on how they are compressed. Thread-safe.
///
/// A unit that an earlier run has done can so be compared with its input, if that was touched since, by reading alone.
final class VoxelDigest: Sendable {
  private let sum = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - chunk: its number in the array, in C order.
  ///   - voxels: of the full chunk, padded beyond the end of the volume.
  func add(_ chunk: Int, _ voxels: UnsafeRawBufferPointer) {
    let hash = crc64(voxels) ^ Fingerprint.mixed(UInt64(chunk))
    _ = sum.wrappingAdd(Fingerprint.mixed(hash), ordering: .relaxed)
  }

  var value: UInt64 { sum.load(ordering: .relaxed) }
}
