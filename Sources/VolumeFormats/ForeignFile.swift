import Files
import Foundation

/// Kinds of files that are recognised but not read.
enum ForeignFile {
  /// What a file is and what would work; nil when it is not recognised.
  ///
  /// - Parameters:
  ///   - head: its first 4096 bytes, or all of them.
  ///   - name: of the file, whose ending tells what the bytes do not.
  static func description(_ head: [UInt8], name: String) -> (kind: String, advice: String)? {
    func begins(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
      head.count >= offset + bytes.count && Array(head[offset..<(offset + bytes.count)]) == bytes
    }
    func begins(_ text: String, at offset: Int = 0) -> Bool { begins(Array(text.utf8), at: offset) }
    let planes = "it is one plane; give the directory of its planes"
    let toTIFF = "convert the planes to TIFF or PNG without loss, and give their directory"
    if begins("DICM", at: 128) { return ("a DICOM file", "convert the series to NIfTI, for example by dcm2niix") }
    if begins("ZISRAWFILE") { return ("a Zeiss CZI file", bioFormats) }
    if begins([0xDA, 0xCE, 0xBE, 0x0A]) { return ("a Nikon ND2 file", bioFormats) }
    if begins([0x70, 0, 0, 0]), head.count > 8, head[8] == 0x2A { return ("a Leica LIF file", bioFormats) }
    if begins([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
      return ("a file of Olympus (.oib), Zeiss (.zvi) or another program of that kind", bioFormats)
    }
    if begins([0x89, 0x50, 0x4E, 0x47]) { return ("a PNG image", planes) }
    if begins([0xFF, 0xD8, 0xFF]) { return ("a JPEG image", toTIFF) }
    if begins([0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20]) || begins([0xFF, 0x4F, 0xFF, 0x51]) {
      return ("a JPEG 2000 image", toTIFF)
    }
    if begins("GIF8") || begins("BM") && head.count > 30 { return ("an image of GIF or BMP", toTIFF) }
    if begins([0xFF, 0x0A]) || begins([0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20]) { return ("a JPEG XL image", toTIFF) }
    if begins("RIFF"), begins("WEBP", at: 8) { return ("a WebP image", toTIFF) }
    if begins("RIFF"), begins("AVI ", at: 8) { return ("an AVI film", bioFormats) }
    if begins("OLYMPUSRAWFORMAT") { return ("an Olympus OIR file", bioFormats) }
    if begins([0x00, 0x4C, 0xA0, 0x0C]) || begins([0x0C, 0xA0, 0x4C, 0x00]) {
      return ("an Imaris file of version 2.7 or older", newerImaris)
    }
    if begins([0x50, 0x4B, 5, 6]) { return ("an empty zip archive", "give the volume itself") }
    if begins("ics_version") { return ("an ICS file", bioFormats) }
    if begins("raw_image_stack_by_hpeng") || begins("v3d_volume_pkbitdf_encod") {
      return ("a Vaa3D file", "save it as TIFF, for example by Vaa3D")
    }
    if begins("# AmiraMesh") || begins("# Avizo") { return ("an Amira or Avizo file", "export it as NRRD or TIFF") }
    if begins("# vtk DataFile") || begins("<?xml"), String(decoding: head.prefix(512), as: UTF8.self).contains("VTK") {
      return ("a VTK file", "export it as MetaImage, for example by ParaView")
    }
    if begins("MAP ", at: 208) { return ("an MRC or CCP4 map", "convert it to TIFF, for example by mrc2tif") }
    if begins("SIMPLE  =") { return ("a FITS file", "convert it to TIFF or NumPy first") }
    if begins("MATLAB 5.0") { return ("a MATLAB file", "save it with -v7.3, which is HDF5, or as TIFF") }
    if begins([0x80, 2]) || begins([0x80, 3]) || begins([0x80, 4]) || begins([0x80, 5]) {
      return ("a Python pickle", "save the array by numpy.save instead")
    }
    for (magic, name) in [
      ([0x1F, 0x8B], "gzip"), ([0x42, 0x5A, 0x68], "bzip2"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"),
      ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0x37, 0x7A, 0xBC, 0xAF], "7z"), ([0x52, 0x61, 0x72, 0x21], "rar"),
    ] as [([UInt8], String)] where begins(magic) {
      return ("compressed by \(name)", "unpack it first and give what was in it")
    }
    if begins("ustar", at: 257) { return ("a tar archive", "unpack it first and give what was in it") }
    return byEnding(name)
  }

  private static let bioFormats = "export it as OME-TIFF or OME-Zarr, for example by bioformats2raw or Fiji"
  private static let newerImaris = "open it in Imaris and save it as .ims of version 5.5 or newer, which is HDF5"

  /// Files that begin like any other: without a header, or with numbers only.
  private static func byEnding(_ name: String) -> (kind: String, advice: String)? {
    switch (name as NSString).pathExtension.lowercased() {
    case "raw", "dat", "bin":
      (
        "a file without a header",
        "describe its shape and type by a MetaImage header (.mhd) beside it, or save it as .npy or TIFF"
      )
    case "mrc", "rec", "st", "map", "mrcs": ("an MRC or CCP4 map", "convert it to TIFF, for example by mrc2tif")
    case "oif", "oir", "vsi", "sld", "sldy", "klb", "czi", "nd2", "lif", "lof", "xlef", "ets", "ndpi", "dv", "r3d":
      ("a file of a microscope (.\((name as NSString).pathExtension.lowercased()))", bioFormats)
    case "dcm": ("a DICOM file", "convert the series to NIfTI, for example by dcm2niix")
    case "ims": ("an Imaris file that is not of version 5.5 or newer", newerImaris)
    default: nil
    }
  }

  /// A file of another format that begins like a TIFF file: its pages are previews, or in an order of its own.
  static func disguisedAsTIFF(_ name: String) -> (kind: String, advice: String)? {
    switch (name as NSString).pathExtension.lowercased() {
    case "vsi": ("an Olympus VSI file, whose voxels are in the folder beside it", bioFormats)
    case "ims": ("an Imaris file of version 3", newerImaris)
    case "cr2", "nef", "dng", "arw": ("a photograph of a camera", "export its planes as TIFF")
    default: nil
    }
  }

  /// The end of the sentence about a file that is not recognised at all.
  static func found(_ head: [UInt8], name: String) -> String {
    if head.isEmpty { return "an empty file" }
    if ["zarr.json", ".zarray", ".zgroup", ".zattrs", "attributes.json", ".zmetadata"].contains(name) {
      return "the metadata of a Zarr or N5 store; give the directory it is in"
    }
    let start = head.prefix(16)
    if start.allSatisfy({ $0 < 127 && $0 >= 32 || $0 == 10 || $0 == 13 || $0 == 9 }) {
      return "something else, which begins with \"\(String(decoding: start, as: UTF8.self))\""
    }
    let bytes = start.prefix(8).map { String(format: "%02x", $0) }.joined(separator: " ")
    return "something else, which begins with the bytes \(bytes)"
  }
}
