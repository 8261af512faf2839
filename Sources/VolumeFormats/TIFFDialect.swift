import CTIFF
import Files
import Foundation

/// What a TIFF file says about its planes beyond its pages, and by whose convention.
enum TIFFDialect {
  case ome(String)
  case imageJ(String)
  case scifio(SCIFIODescription)
  case tifffile(TifffileDescription)
  case metaMorph
  case lsm
  case microManager(MicroManagerIndex)
  case scanImage(ScanImageHeader)
  case plain(warnings: [String])

  /// Numbers of private tags, by the programs that write them.
  enum Tag {
    static let (metaMorph, metaMorphPlanes) = (33_628, 33_629)
    static let lsm = 34_412
    static let fluoView = 34_362
    static let (hamamatsu, maker) = (65_420, 271)
    static let xmp = 700
  }

  /// - Parameter tags: those of the first page.
  /// - Throws: `Fault.badData` for conventions that are known but not read, naming them.
  init(_ tags: TIFFTags, pages: Int, path: String) throws {
    if let length = tags.place(Int(TIFFTAG_IMAGEDESCRIPTION))?.byteCount, length > OMEDocument.largestByteCount {
      throw Fault.badData(
        "\(path) has a description of \(length) bytes: expected at most \(OMEDocument.largestByteCount)")
    }
    let texts = tags.texts(Int(TIFFTAG_IMAGEDESCRIPTION), limit: OMEDocument.largestByteCount)
    let software = tags.text(Int(TIFFTAG_SOFTWARE))
    if let text = texts.first(where: OMEDocument.matches) {
      self = .ome(text)
      return
    }
    try Self.refuse(tags, pages, texts.first ?? "", software, path)
    if let index = try MicroManagerIndex(tags.numbers, path: path) {
      self = .microManager(index)
    } else if let text = texts.first(where: ImageMetadata.matches) {
      self = .imageJ(text)
    } else if tags.has(Tag.lsm) {
      self = .lsm
    } else if tags.has(Tag.metaMorph) || tags.has(Tag.metaMorphPlanes) {
      self = .metaMorph
    } else if let header = try ScanImageHeader(description: texts.first ?? "", software: software, path: path) {
      self = .scanImage(header)
    } else if let found = texts.lazy.compactMap({ TifffileDescription($0) }).first {
      self = .tifffile(found)
    } else if let text = texts.first(where: SCIFIODescription.matches), let found = SCIFIODescription(text) {
      self = .scifio(found)
    } else {
      let isForeign = texts.contains { SCIFIODescription.matches($0) || $0.hasPrefix("{\"shape\"") }
      self = .plain(
        warnings: isForeign
          ? ["the description of the file names axes, but cannot be read; its pages are read along z"] : [])
    }
  }

  private static func refuse(
    _ tags: TIFFTags, _ pages: Int, _ text: String, _ software: String, _ path: String
  ) throws {
    let slide: String? =
      if text.hasPrefix("Aperio ") {
        "Aperio (.svs)"
      } else if text.contains("<scn") {
        "Leica (.scn)"
      } else if tags.has(Tag.hamamatsu) && tags.has(Tag.maker) {
        "Hamamatsu (.ndpi)"
      } else if software.hasPrefix("PerkinElmer-QPI") {
        "PerkinElmer (.qptiff)"
      } else if software.hasPrefix("Philips DP") {
        "Philips"
      } else if tags.has(Tag.xmp), software.contains("Ventana") || software.hasPrefix("ScanOutputManager") {
        "Ventana (.bif)"
      } else {
        nil
      }
    if let slide {
      throw Fault.badData(
        "\(path) is a whole-slide image of \(slide): expected a volume, found levels, a label and an overview of a slide; export what you need as OME-TIFF or OME-Zarr, for example by bioformats2raw"
      )
    }
    // What NDTiff writes behind the TIFF header (NDTiffStorage, file format).
    if tags.numbers.file.size >= 12, try tags.numbers.unsigned(at: 8, byteCount: 4) == 483_729 {
      throw Fault.badData(
        "\(path) is part of an NDTiff data set of Micro-Manager: expected one volume, found planes whose order stands in NDTiff.index; export the data set as OME-TIFF or OME-Zarr first"
      )
    }
    if tags.has(Tag.fluoView), pages > 1 {
      throw Fault.badData(
        "\(path) is a FluoView stack of Olympus: expected axes that can be read, found them in FluoView's own header; export it as OME-TIFF, for example by Fiji"
      )
    }
  }
}
