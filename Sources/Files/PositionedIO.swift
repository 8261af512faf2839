import Foundation

/// Fills `buffer` from an open file, starting at `offset`; safe to call from many threads at once.
///
/// - Returns: the number of bytes read, less than the buffer holds only at the end of the file.
package func readFully(
  into buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int, path: String
) throws -> Int {
  var done = 0
  while done < buffer.count {
    let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
    if count == 0 { break }
    if count > 0 {
      done += count
    } else if errno != EINTR {
      throw systemFault("read", path)
    }
  }
  return done
}

/// Writes all of `bytes` to an open file at `offset`; safe to call from several threads on disjoint ranges.
package func writeFully(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int, path: String
) throws {
  var done = 0
  while done < bytes.count {
    let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
    if count >= 0 {
      done += count
    } else if errno != EINTR {
      throw systemFault("write", path)
    }
  }
}
