import CISAL
import Files

/// One zlib stream (RFC 1950) written piece by piece with ISA-L.
package final class ZlibStream {
  private let state: UnsafeMutablePointer<isal_zstream>
  private let levelMemory: UnsafeMutableRawBufferPointer
  private let output: UnsafeMutableRawBufferPointer

  package init() {
    state = .allocate(capacity: 1)
    isal_deflate_init(state)
    levelMemory = .allocate(byteCount: Int(sheaf_isal_level2_bytes), alignment: 64)
    output = .allocate(byteCount: 1 << 20, alignment: 64)
    state.pointee.gzip_flag = UInt16(IGZIP_ZLIB)
    state.pointee.level = 2
    state.pointee.level_buf = levelMemory.baseAddress!.assumingMemoryBound(to: UInt8.self)
    state.pointee.level_buf_size = UInt32(levelMemory.count)
  }

  deinit {
    state.deallocate()
    levelMemory.deallocate()
    output.deallocate()
  }

  package func append(_ bytes: UnsafeRawBufferPointer, to file: PendingFile) throws {
    for start in stride(from: 0, to: bytes.count, by: 1 << 30) {
      try run(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 1 << 30, bytes.count)]), isLast: false, file)
    }
  }

  package func finish(to file: PendingFile) throws {
    try run(UnsafeRawBufferPointer(start: output.baseAddress, count: 0), isLast: true, file)
  }

  private func run(_ bytes: UnsafeRawBufferPointer, isLast: Bool, _ file: PendingFile) throws {
    // ISA-L does not write to its input; its interface merely lacks the const.
    state.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
    state.pointee.avail_in = UInt32(bytes.count)
    state.pointee.end_of_stream = isLast ? 1 : 0
    repeat {
      state.pointee.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self)
      state.pointee.avail_out = UInt32(output.count)
      let code = isal_deflate(state)
      precondition(code == COMP_OK, "ISA-L refused its settings: \(code)")
      try file.append(UnsafeRawBufferPointer(rebasing: output[0..<(output.count - Int(state.pointee.avail_out))]))
    } while state.pointee.avail_out == 0 || state.pointee.avail_in > 0
  }
}
