import CTIFF
import Files
import Foundation
import Voxels

/// A TIFF file whose pages are the planes of a volume, or, as ImageJ writes beyond 4 GB, one page with all planes
/// behind each other.
final class TIFFStack: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  private let path: String
  private let first: TIFFPage
  private let sample: Int
  /// For every z: where its page's directory is, and how many bytes its voxels lie behind those of that page.
  private let planes: [Plane]

  private struct Plane {
    var directoryOffset: UInt64
    var displacement: Int
  }

  init(_ path: String, options: VolumeOptions) throws {
    self.path = path
    let handle = try TIFFHandle(reading: path)
    let first = try TIFFPage(handle)
    self.first = first
    let metadata = ImageMetadata(description: handle.text(TIFFTAG_IMAGEDESCRIPTION), handle: handle)
    let directories = try TIFFDirectoryChain.offsets(in: path)
    var pages = directories.map { Plane(directoryOffset: $0, displacement: 0) }
    var notes = first.notes
    if pages.count == 1, first.isDirect, !first.isSeparate, let images = metadata.images, images > 1 {
      // ImageJ beyond 4 GB: one directory, all planes behind its first strip. The count is only believed as far as
      // the file reaches.
      let start = Int(clamping: TIFFGetStrileOffset(handle.tiff, 0))
      let available = (handle.size - min(start, handle.size)) / first.planeInBytes
      guard available >= images else {
        throw Fault.badData(
          "\(path) is truncated: expected \(images) planes of \(first.planeInBytes) bytes behind its only page, found \(available)"
        )
      }
      pages = (0..<images).map { Plane(directoryOffset: directories[0], displacement: $0 * first.planeInBytes) }
    }
    let perVolume = TIFFStack.arrangement(metadata, pages: pages.count)
    if perVolume == nil, metadata.channels > 1 || metadata.timePoints > 1 {
      notes.append("the description does not fit the \(pages.count) pages, which are read as one series along z")
    }
    let order = perVolume ?? (channels: 1, slices: pages.count, timePoints: 1)
    let interleaved = first.samplesPerPixel
    let channels = order.channels * interleaved
    guard options.channel < channels, options.timePoint < order.timePoints else {
      throw Fault.usage(
        "\(path) has \(channels) channels and \(order.timePoints) time points, but channel \(options.channel) at time point \(options.timePoint) was asked for; they count from 0"
      )
    }
    sample = options.channel % interleaved
    let strides = TIFFStack.strides(metadata.pageOrder, order)
    planes = (0..<order.slices).map { z in
      pages[
        options.channel / interleaved * strides.channel + z * strides.slice + options.timePoint * strides.timePoint]
    }
    if channels > 1 { notes.append("channel \(options.channel) of \(channels) is read") }
    if order.timePoints > 1 { notes.append("time point \(options.timePoint) of \(order.timePoints) is read") }
    let extent = Extent(planes.count, first.height, first.width)
    try checkSize(extent, first.stored.voxelType, path: path)
    description = VolumeDescription(
      path: path, format: TIFFStack.formatName(handle), extent: extent, voxelType: first.stored.voxelType,
      voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? metadata.voxelSizeInMicrometres, channels: channels,
      timePoints: order.timePoints, storage: first.storageText, notes: notes)
    readingGeometry = ReadingGeometry(
      piece: first.piece, scratchInBytes: first.scratchInBytes,
      residentInBytes: planes.count * MemoryLayout<Plane>.stride)
  }

  private static func formatName(_ handle: TIFFHandle) -> String {
    let text = handle.text(TIFFTAG_IMAGEDESCRIPTION) ?? ""
    let kind = TIFFIsBigTIFF(handle.tiff) != 0 ? "BigTIFF" : "TIFF"
    return text.hasPrefix("ImageJ=") ? "ImageJ \(kind)" : text.contains("<OME") ? "OME-\(kind)" : "multi-page \(kind)"
  }

  /// How channels, slices and time points share the pages, or nil when they do not multiply to their number.
  private static func arrangement(_ metadata: ImageMetadata, pages: Int) -> (
    channels: Int, slices: Int, timePoints: Int
  )? {
    let (planes, overflow) = metadata.channels.multipliedReportingOverflow(by: metadata.slices)
    let (all, overflow2) = planes.multipliedReportingOverflow(by: metadata.timePoints)
    guard !overflow, !overflow2, all == pages else { return nil }
    return (metadata.channels, metadata.slices, metadata.timePoints)
  }

  private static func strides(
    _ order: String, _ counts: (channels: Int, slices: Int, timePoints: Int)
  ) -> (channel: Int, slice: Int, timePoint: Int) {
    var result = (channel: 1, slice: 1, timePoint: 1)
    var stride = 1
    for letter in order {
      switch letter {
      case "C":
        result.channel = stride
        stride *= counts.channels
      case "Z":
        result.slice = stride
        stride *= counts.slices
      default:
        result.timePoint = stride
        stride *= counts.timePoints
      }
    }
    return result
  }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    if region.isEmpty { return }
    let handle = try TIFFHandle(reading: path)
    let scratch = Scratch()
    let voxelBytes = buffer.type.byteCount
    var current: UInt64?
    for z in region.range(0) {
      if current != planes[z].directoryOffset {
        try select(planes[z].directoryOffset, z, handle)
        current = planes[z].directoryOffset
      }
      let to = Coordinate(origin.z + z - region.origin.z, origin.y, origin.x)
      try first.read(
        handle, sample: sample, rows: region.range(1), columns: region.range(2), displacement: planes[z].displacement,
        into: RowDestination(
          base: buffer.bytes.baseAddress! + buffer.extent.index(of: to) * voxelBytes,
          rowStrideInBytes: buffer.extent.x * voxelBytes),
        scratch: scratch)
    }
  }

  func check(part: Int, of parts: Int) throws {
    let handle = try TIFFHandle(reading: path)
    for z in stride(from: part, to: planes.count, by: parts) { try select(planes[z].directoryOffset, z, handle) }
  }

  /// Makes the page at `offset` the handle's current one and compares it with the first.
  private func select(_ offset: UInt64, _ z: Int, _ handle: TIFFHandle) throws {
    guard TIFFSetSubDirectory(handle.tiff, offset) != 0 else { throw handle.damage("the directory of page \(z)") }
    let page = try TIFFPage(handle)
    guard page == first else {
      throw Fault.badData(
        "\(path) is not one volume: expected page \(z) to have \(first.shapeText) in \(first.storageText) like the first, found \(page.shapeText) in \(page.storageText)"
      )
    }
  }
}
