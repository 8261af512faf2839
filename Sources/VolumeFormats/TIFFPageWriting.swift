import CTIFF
import Files
import Foundation
import Voxels

/// Writes one plane as the next page of a TIFF file.
struct TIFFPageWriting {
  let layout: VolumeLayout
  let isCompressed: Bool

  /// Approximate size of one strip in bytes: large enough to compress well, small enough to be read one band of rows at
  /// a time.
  private static let stripInBytes = 1 << 18

  /// - Parameters:
  ///   - plane: height × width voxels.
  ///   - description: the page's ImageDescription tag.
  /// - Throws: `Fault.io` when the disk is full or fails.
  func write(_ plane: UnsafeRawPointer, to handle: TIFFHandle, description: String?) throws {
    let (height, width) = (layout.extent.y, layout.extent.x)
    let voxelBytes = layout.voxelType.byteCount
    let format =
      switch layout.storedType {
      case .float16, .float32, .float64: SAMPLEFORMAT_IEEEFP
      case .int8, .int16, .int32, .int64: SAMPLEFORMAT_INT
      case .uint8, .uint16, .uint32, .uint64: SAMPLEFORMAT_UINT
      }
    let rows = min(height, max(1, Self.stripInBytes / (width * voxelBytes)))
    let compression = isCompressed ? COMPRESSION_ADOBE_DEFLATE : COMPRESSION_NONE
    var tags: [(tag: Int32, value: Int)] = [
      (TIFFTAG_IMAGEWIDTH, width), (TIFFTAG_IMAGELENGTH, height), (TIFFTAG_SAMPLESPERPIXEL, 1),
      (TIFFTAG_BITSPERSAMPLE, voxelBytes * 8), (TIFFTAG_SAMPLEFORMAT, Int(format)),
      (TIFFTAG_PHOTOMETRIC, Int(PHOTOMETRIC_MINISBLACK)), (TIFFTAG_PLANARCONFIG, Int(PLANARCONFIG_CONTIG)),
      (TIFFTAG_COMPRESSION, Int(compression)), (TIFFTAG_ROWSPERSTRIP, rows),
    ]
    if isCompressed && format != SAMPLEFORMAT_IEEEFP && voxelBytes <= 4 {
      // Differences between neighbouring voxels compress better than raw grey values.
      tags.append((TIFFTAG_PREDICTOR, Int(PREDICTOR_HORIZONTAL)))
    }
    for (tag, value) in tags where sheaf_tiff_set_integer(handle.tiff, UInt32(tag), UInt32(value)) == 0 {
      throw failure(handle)
    }
    if let description { _ = sheaf_tiff_set_text(handle.tiff, UInt32(TIFFTAG_IMAGEDESCRIPTION), description) }
    if let size = layout.voxelSizeInMicrometres {
      _ = sheaf_tiff_set_integer(handle.tiff, UInt32(TIFFTAG_RESOLUTIONUNIT), UInt32(RESUNIT_NONE))
      _ = sheaf_tiff_set_double(handle.tiff, UInt32(TIFFTAG_XRESOLUTION), 1 / size.x)
      _ = sheaf_tiff_set_double(handle.tiff, UInt32(TIFFTAG_YRESOLUTION), 1 / size.y)
    }
    // libtiff applies the predictor in place, so a compressed strip is copied to a separate buffer first.
    let scratch = Scratch()
    defer { withExtendedLifetime(scratch) {} }
    for (strip, top) in stride(from: 0, to: height, by: rows).enumerated() {
      let bytes = min(rows, height - top) * width * voxelBytes
      let copy = scratch.bytes(bytes)
      copy.copyMemory(from: plane + top * width * voxelBytes, byteCount: bytes)
      errno = 0
      if TIFFWriteEncodedStrip(handle.tiff, UInt32(strip), copy, tmsize_t(bytes)) != tmsize_t(bytes) {
        throw failure(handle)
      }
    }
    errno = 0
    if TIFFWriteDirectory(handle.tiff) == 0 { throw failure(handle) }
  }

  private func failure(_ handle: TIFFHandle) -> Fault {
    errno == 0 ? Fault.io("cannot write \(handle.path): \(handle.lastMessage)") : systemFault("write", handle.path)
  }
}
