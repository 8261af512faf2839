import Foundation
import Synchronization

/// Memory of large buffers that is used again and again, slab after slab: fresh memory costs a page fault and a cleared
/// page every 4 KiB, a tenth of the time of tiling. Large pages are asked for as well, because rows of a chunk lie
/// kilobytes apart and would each need an address translation of their own.
public final class VoxelBufferPool: Sendable {
  /// Owns what its pointer points at.
  private struct Memory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
  }

  private let idle = Mutex<[Memory]>([])
  private static let largePage = 2 << 20

  public init() {}

  deinit { idle.withLock { $0 }.forEach { $0.bytes.deallocate() } }

  /// A buffer whose voxels are undefined until they are written; its memory comes back with its last reference.
  public func buffer(_ type: VoxelType, _ extent: Extent) -> VoxelBuffer {
    let count = max(extent.count * type.byteCount, 1)
    let reused = idle.withLock { idle -> Memory? in
      let fitting = idle.indices.filter { idle[$0].bytes.count >= count }
      guard let best = fitting.min(by: { idle[$0].bytes.count < idle[$1].bytes.count }) else {
        // A buffer that is too small now would only take up memory.
        idle.popLast()?.bytes.deallocate()
        return nil
      }
      return idle.remove(at: best)
    }
    return VoxelBuffer(type, extent, in: reused?.bytes ?? Self.allocate(count), of: self)
  }

  private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    guard count >= 4 * largePage else { return .allocate(byteCount: count, alignment: 64) }
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: largePage)
    // Only advice: where the system has no large pages, small ones do.
    madvise(bytes.baseAddress!, bytes.count, MADV_HUGEPAGE)
    return bytes
  }

  func take(back bytes: UnsafeMutableRawBufferPointer) {
    let memory = Memory(bytes: bytes)
    idle.withLock { $0.append(memory) }
  }
}
