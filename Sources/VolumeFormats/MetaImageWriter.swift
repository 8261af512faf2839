import Codecs
import Files
import Foundation
import Voxels

/// Writes a MetaImage file (`.mha`) with the voxels after the header, either uncompressed or as one zlib stream.
package final class MetaImageWriter: VolumeWriter {
  private let layout: VolumeLayout
  private let file: PendingFile
  private let deflate: ZlibStream?
  /// Offset of the compressed size in the header, which is filled in at the end.
  private let countOffset: Int
  private let headerByteCount: Int
  private var appended = 0

  /// Number of digits to which the compressed size is padded.
  private static let countWidth = 19

  package init(_ path: String, _ layout: VolumeLayout, isCompressed: Bool) throws {
    self.layout = layout
    try createDirectory(parentDirectory(of: path))
    file = try PendingFile(path)
    deflate = isCompressed ? ZlibStream() : nil
    let extent = layout.extent
    // Lengths are in millimetres by convention.
    let size = layout.voxelSizeInMicrometres.map { $0 * 1e-3 } ?? VoxelSize(1, 1, 1)
    let placement =
      layout.placement?.inMillimetres
      ?? VolumePlacement(spacing: [size.x, size.y, size.z], unitInMicrometres: 1000)
    func text(_ numbers: [Double]) -> String {
      numbers.map { $0 == $0.rounded() && abs($0) < 1e9 ? "\(Int($0))" : "\($0)" }.joined(separator: " ")
    }
    var header = """
      ObjectType = Image
      NDims = 3
      BinaryData = True
      BinaryDataByteOrderMSB = \(UInt16(1).bigEndian == 1 ? "True" : "False")
      CompressedData = \(isCompressed ? "True" : "False")

      """
    countOffset = header.utf8.count + "CompressedDataSize = ".utf8.count
    if isCompressed { header += "CompressedDataSize = \(zeroPadded(0, Self.countWidth))\n" }
    header += """
      TransformMatrix = \(text(placement.directions.flatMap(\.self)))
      Offset = \(text(placement.origin))
      ElementSpacing = \(placement.spacing.map { "\($0)" }.joined(separator: " "))
      DimSize = \(extent.x) \(extent.y) \(extent.z)
      ElementType = \(MetaImageHeader.name(of: layout.storedType))
      ElementDataFile = LOCAL

      """
    headerByteCount = header.utf8.count
    try file.append(Data(header.utf8))
  }

  package func append(_ slab: VoxelBuffer) throws {
    layout.checkSlab(slab, after: appended)
    defer { withExtendedLifetime(slab) {} }
    let bytes = UnsafeRawBufferPointer(start: slab.bytes.baseAddress, count: slab.byteCount)
    if let deflate { try deflate.append(bytes, to: file) } else { try file.append(bytes) }
    appended += slab.extent.z
  }

  package func finish() throws {
    precondition(appended == layout.extent.z, "\(appended) of \(layout.extent.z) planes were appended")
    if let deflate {
      try deflate.finish(to: file)
      let padded = zeroPadded(file.offset - headerByteCount, Self.countWidth)
      try Data(padded.utf8).withUnsafeBytes { try file.write($0, at: countOffset) }
    }
    try file.publish()
  }
}
