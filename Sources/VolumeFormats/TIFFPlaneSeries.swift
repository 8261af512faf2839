import CTIFF
import Files
import Foundation
import Voxels

/// A directory of TIFF files, one plane per file, in the order that `PlaneNaming` finds in their names.
///
/// Only the first plane is examined when the series is opened; every other plane is compared with it when it is read or
/// checked. No file stays open between calls of `read`, and each call holds one descriptor.
final class TIFFPlaneSeries: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  private let directory: String
  private let names: [String]
  private let first: TIFFPage
  private let sample: Int

  /// - Throws: `Fault.badData` for an invalid first plane, `Fault.usage` when the channel or time point does not exist.
  init(_ series: PlaneDirectory, options: VolumeOptions) throws {
    directory = series.path
    let handle = try TIFFHandle(reading: series.firstPath)
    first = try TIFFPage(handle)
    try Self.refuseSeveralPages(handle)
    let selection = try series.selection(options, samplesPerPixel: first.samplesPerPixel)
    (names, sample) = (selection.names, selection.sample)
    let extent = Extent(names.count, first.height, first.width)
    try checkSize(extent, first.stored.voxelType, path: directory)
    let notes = selection.counts.notes(options) + first.notes
    var description = VolumeDescription(
      path: directory, format: "TIFF plane series", extent: extent, voxelType: first.stored.voxelType,
      voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? Self.voxelSize(handle),
      channels: selection.counts.channels, timePoints: selection.counts.timePoints, storage: first.storageText,
      notes: notes,
      warnings: series.naming.doubts + first.warnings)
    description.planeOrder = series.planeOrder(first: names[0], last: names[names.count - 1])
    self.description = description
    readingGeometry = ReadingGeometry(piece: first.piece, scratchInBytes: first.scratchInBytes)
  }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    if region.isEmpty { return }
    let scratch = Scratch()
    defer { withExtendedLifetime((scratch, buffer)) {} }
    for z in region.range(0) {
      let (handle, page) = try openPlane(z)
      let to = Coordinate(origin.z + z - region.origin.z, origin.y, origin.x)
      try page.read(
        handle, sample: sample, rows: region.range(1), columns: region.range(2),
        into: RowDestination(in: buffer, at: to), scratch: scratch)
    }
  }

  func files(holding region: Region) -> [String] { region.range(0).map { joinPath(directory, names[$0]) } }

  func check(part: Int, of parts: Int) throws {
    for z in stride(from: part, to: names.count, by: parts) {
      let (handle, page) = try openPlane(z)
      try page.checkStrips(handle, sample: sample)
    }
  }

  /// Metadata from the first plane's description; a damaged description is ignored.
  private static func voxelSize(_ handle: TIFFHandle) -> VoxelSize? {
    guard let text = handle.text(TIFFTAG_IMAGEDESCRIPTION) else { return nil }
    if OMEDocument.matches(text) {
      return try? OMEDocument(parsing: Data(text.utf8), path: handle.path).images.first?.voxelSize.size
    }
    guard ImageMetadata.matches(text) else { return nil }
    return ImageMetadata(imageJ: text, resolution: PixelResolution(handle)).voxelSizeInMicrometres
  }

  private static func refuseSeveralPages(_ handle: TIFFHandle) throws {
    if TIFFLastDirectory(handle.tiff) == 0 {
      throw Fault.badData(
        "\(handle.path) has several pages: expected one plane in every file of the directory; give the file itself if it is the volume"
      )
    }
  }

  private func openPlane(_ z: Int) throws -> (TIFFHandle, TIFFPage) {
    let handle = try TIFFHandle(reading: joinPath(directory, names[z]))
    let page = try TIFFPage(handle)
    try Self.refuseSeveralPages(handle)
    guard page.width == first.width, page.height == first.height, page.stored == first.stored,
      page.samplesPerPixel == first.samplesPerPixel
    else {
      throw Fault.badData(
        "\(handle.path) does not belong to the series: expected \(first.shapeText) as in \(names[0]), found \(page.shapeText)"
      )
    }
    guard page.piece == first.piece || page.pieceInBytes <= max(first.scratchInBytes, 1 << 24) else {
      throw Fault.badData(
        "\(handle.path) does not belong to the series: expected \(first.storageText) as in \(names[0]), found \(page.storageText)"
      )
    }
    return (handle, page)
  }
}

extension TIFFPage {
  /// For example `510 × 667 pixels of uint16`.
  var shapeText: String {
    "\(height) × \(width) pixels of \(samplesPerPixel > 1 ? "\(samplesPerPixel) " : "")\(stored.rawValue)"
  }

  var notes: [String] {
    (stored.note.map { [$0] } ?? [])
      + (isRGB ? ["the samples of a pixel are colours: channels 0, 1 and 2 are red, green and blue"] : [])
  }

  /// Ways to store colours whose numbers are no intensities.
  static let otherColours: [Int32: String] = [
    PHOTOMETRIC_YCBCR: "YCbCr, as JPEG does", PHOTOMETRIC_SEPARATED: "inks (CMYK)", PHOTOMETRIC_CIELAB: "CIE L*a*b*",
    PHOTOMETRIC_ICCLAB: "ICC L*a*b*", PHOTOMETRIC_ITULAB: "ITU L*a*b*", PHOTOMETRIC_LOGL: "log luminance",
    PHOTOMETRIC_LOGLUV: "log luminance and chromaticity", PHOTOMETRIC_CFA: "a colour filter mosaic",
  ]

  var warnings: [String] {
    var warnings: [String] = []
    if isPalette { warnings.append("palette indices are read as voxel values, although the palette may give others") }
    if isWhiteZero { warnings.append("the file displays zero as white, but its voxels are read as they are stored") }
    return warnings
  }
}
