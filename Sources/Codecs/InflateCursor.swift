import CISAL
import Files

/// A position in a compressed stream from which decompression can continue.
///
/// ISA-L keeps its complete state, including the 32 KiB window, in one plain struct, so a copy of that struct and the
/// position in the file are a checkpoint.
///
/// Must be used by one thread at a time.
final class InflateCursor: @unchecked Sendable {
  /// Position in the decompressed data, in bytes.
  private(set) var position = 0
  private let state: UnsafeMutablePointer<inflate_state>
  /// Position in the file of the next compressed byte that has not been passed to the decompressor.
  private var inputOffset: Int
  /// Allocated when the cursor first reads; most checkpoints never do.
  private var input: UnsafeMutableRawBufferPointer?
  private var isAtEnd = false

  static let checkpointInBytes = MemoryLayout<inflate_state>.size
  static let inputInBytes = 1 << 18

  /// A cursor at the start of the stream.
  init(start: Int, format: CompressedStream.Format) {
    state = .allocate(capacity: 1)
    isal_inflate_init(state)
    state.pointee.crc_flag =
      switch format {
      case .gzip: UInt32(ISAL_GZIP)
      case .zlib: UInt32(ISAL_ZLIB)
      case .deflate: UInt32(ISAL_DEFLATE)
      }
    state.pointee.avail_in = 0
    inputOffset = start
  }

  /// A cursor at the position of `other`.
  init(copying other: InflateCursor) {
    state = .allocate(capacity: 1)
    state.update(from: other.state, count: 1)
    // Input that the other one has read but not consumed is read again.
    inputOffset = other.inputOffset - Int(other.state.pointee.avail_in)
    state.pointee.avail_in = 0
    position = other.position
    isAtEnd = other.isAtEnd
  }

  deinit {
    state.deallocate()
    input?.deallocate()
  }

  /// Decompresses into `buffer`; returns fewer bytes only at the end of the stream, whose checksum has then been
  /// verified.
  func read(_ file: ReadableFile, end: Int, format: CompressedStream.Format, into buffer: UnsafeMutableRawBufferPointer)
    throws -> Int
  {
    let input = self.input ?? .allocate(byteCount: Self.inputInBytes, alignment: 64)
    self.input = input
    var done = 0
    while done < buffer.count && !isAtEnd {
      if state.pointee.avail_in == 0 {
        let count = min(Self.inputInBytes, end - inputOffset)
        if count > 0 {
          try file.read(into: UnsafeMutableRawBufferPointer(rebasing: input[0..<count]), at: inputOffset)
        }
        inputOffset += count
        state.pointee.next_in = input.baseAddress!.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_in = UInt32(count)
      }
      let wanted = min(buffer.count - done, 1 << 30)
      state.pointee.next_out = (buffer.baseAddress! + done).assumingMemoryBound(to: UInt8.self)
      state.pointee.avail_out = UInt32(wanted)
      let hadInput = state.pointee.avail_in > 0
      let code = isal_inflate(state)
      guard code == ISAL_DECOMP_OK || code == ISAL_END_INPUT else {
        throw Fault.badData(
          "\(file.path) is damaged: decompression failed before offset \(inputOffset) with ISA-L error \(code)"
        )
      }
      let produced = wanted - Int(state.pointee.avail_out)
      done += produced
      position += produced
      if state.pointee.block_state == ISAL_BLOCK_FINISH {
        try goToNextMember(file, end: end, format: format)
      } else if produced == 0 && !hadInput {
        throw Fault.badData(
          "\(file.path) is truncated: expected more compressed bytes after offset \(end), found the end of the file")
      }
    }
    return done
  }

  /// Gzip files may have several members, which form one stream (RFC 1952, section 2.2); zeros may follow.
  private func goToNextMember(_ file: ReadableFile, end: Int, format: CompressedStream.Format) throws {
    let next = inputOffset - Int(state.pointee.avail_in)
    let head = format == .gzip && end - next >= 2 ? [UInt8](try file.read(at: next, count: 2)) : []
    guard head == [0x1F, 0x8B] else {
      isAtEnd = true
      return
    }
    isal_inflate_reset(state)
    state.pointee.crc_flag = UInt32(ISAL_GZIP)
    state.pointee.avail_in = 0
    inputOffset = next
  }
}
