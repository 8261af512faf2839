import Files

/// Numbers at any offset of a TIFF file, in the file's byte order, read without libtiff.
struct TIFFNumbers: Sendable {
  let file: ReadableFile
  /// BigTIFF: offsets and counts have 8 bytes.
  let isBig: Bool
  let isBigEndian: Bool

  /// - Throws: `Fault.badData` when the file is shorter than the header of a TIFF file.
  init(_ path: String) throws {
    file = try ReadableFile(path)
    let head = [UInt8](try file.read(at: 0, count: 8))
    isBig = head[2] == 43 || head[3] == 43
    isBigEndian = head[0] == 0x4D
  }

  /// An unsigned number of 1 to 8 bytes.
  ///
  /// - Throws: `Fault.badData` when it lies outside the file.
  func unsigned(at offset: Int, byteCount: Int) throws -> UInt64 {
    let bytes = try file.read(at: offset, count: byteCount)
    return (isBigEndian ? Array(bytes) : Array(bytes.reversed())).reduce(0) { $0 << 8 | UInt64($1) }
  }

  func double(at offset: Int) throws -> Double {
    Double(bitPattern: try unsigned(at: offset, byteCount: 8))
  }
}
