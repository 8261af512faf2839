import CISAL
import Files
import Foundation
import Voxels

/// Writes a MetaImage file (`.mha`) with its voxels behind the header, as they are or as one zlib stream.
package final class MetaImageWriter: VolumeWriter {
  private let layout: VolumeLayout
  private let file: PendingFile
  private let deflate: ZlibStream?
  /// Where the header keeps the number of compressed bytes, which is known at the end.
  private let countOffset: Int
  private let headerByteCount: Int
  private var appended = 0

  /// Digits that the number of compressed bytes is padded to.
  private static let countWidth = 19

  package init(_ path: String, _ layout: VolumeLayout, isCompressed: Bool) throws {
    self.layout = layout
    try createDirectory(parentDirectory(of: path))
    file = try PendingFile(path)
    deflate = isCompressed ? ZlibStream() : nil
    let extent = layout.extent
    // Lengths are millimetres by convention.
    let size = layout.voxelSizeInMicrometres.map { $0 * 1e-3 } ?? VoxelSize(1, 1, 1)
    var header = """
      ObjectType = Image
      NDims = 3
      BinaryData = True
      BinaryDataByteOrderMSB = \(UInt16(1).bigEndian == 1 ? "True" : "False")
      CompressedData = \(isCompressed ? "True" : "False")

      """
    countOffset = header.utf8.count + "CompressedDataSize = ".utf8.count
    if isCompressed { header += "CompressedDataSize = \(String(repeating: "0", count: Self.countWidth))\n" }
    header += """
      TransformMatrix = 1 0 0 0 1 0 0 0 1
      Offset = 0 0 0
      ElementSpacing = \(size.x) \(size.y) \(size.z)
      DimSize = \(extent.x) \(extent.y) \(extent.z)
      ElementType = \(MetaImageHeader.name(of: layout.voxelType))
      ElementDataFile = LOCAL

      """
    headerByteCount = header.utf8.count
    try file.append(Data(header.utf8))
  }

  package func append(_ slab: VoxelBuffer) throws {
    layout.checkSlab(slab, after: appended)
    let bytes = UnsafeRawBufferPointer(start: slab.bytes.baseAddress, count: slab.byteCount)
    if let deflate { try deflate.append(bytes, to: file) } else { try file.append(bytes) }
    appended += slab.extent.z
  }

  package func finish() throws {
    precondition(appended == layout.extent.z, "\(appended) of \(layout.extent.z) planes were appended")
    if let deflate {
      try deflate.finish(to: file)
      let digits = String(file.offset - headerByteCount)
      let padded = String(repeating: "0", count: Self.countWidth - digits.count) + digits
      try Data(padded.utf8).withUnsafeBytes { try file.write($0, at: countOffset) }
    }
    try file.publish()
  }
}

/// One zlib stream (RFC 1950) written piece by piece with ISA-L.
final class ZlibStream {
  private let state: UnsafeMutablePointer<isal_zstream>
  private let levelMemory: UnsafeMutableRawBufferPointer
  private let output: UnsafeMutableRawBufferPointer

  init() {
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

  func append(_ bytes: UnsafeRawBufferPointer, to file: PendingFile) throws {
    for start in stride(from: 0, to: bytes.count, by: 1 << 30) {
      try run(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 1 << 30, bytes.count)]), isLast: false, file)
    }
  }

  func finish(to file: PendingFile) throws {
    try run(UnsafeRawBufferPointer(start: output.baseAddress, count: 0), isLast: true, file)
  }

  private func run(_ bytes: UnsafeRawBufferPointer, isLast: Bool, _ file: PendingFile) throws {
    // ISA-L does not write to its input; its interface only lacks the const.
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
