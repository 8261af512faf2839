/// Reusable memory that grows to the largest size requested, 64-byte aligned.
package final class ScratchBuffer {
  private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { storage.deallocate() }

  /// The first `count` bytes, with a non-null address even when `count` is 0; the previous contents are lost when the
  /// memory has to grow.
  package func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if storage.baseAddress == nil || storage.count < count {
      storage.deallocate()
      storage = .allocate(byteCount: max(count, 1), alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: storage[0..<count])
  }
}
