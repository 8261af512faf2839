import CTIFF
import Files
import Voxels

extension PlaneMap {
  /// The planes of a TIFF file with an ImageJ description: one per page or, as ImageJ writes files beyond 4 GB, a
  /// single page followed by all planes contiguously.
  ///
  /// - Parameters:
  ///   - handle: positioned at the first page, `first`.
  /// - Throws: `Fault.badData` when the number of pages does not match the description.
  init(
    imageJ text: String, first: TIFFPage, handle: TIFFHandle, directories: TIFFDirectories, options: VolumeOptions
  ) throws {
    let path = handle.path
    let metadata = ImageMetadata(
      imageJ: text, pixelsPerUnit: (handle.float(TIFFTAG_YRESOLUTION), handle.float(TIFFTAG_XRESOLUTION)))
    let pages = try directories.count(inFile: 0)
    let order = metadata.order(pages: pages)
    guard let count = order.count else {
      throw Fault.badData("\(path) has a damaged description: expected counts that do not overflow, found \(order)")
    }
    let isContiguous = pages == 1 && count > 1 && first.isDirect && !first.isSeparate
    if isContiguous {
      try first.checkContiguous(handle, planes: count)
    } else if pages != count {
      throw Fault.badData(
        "\(path) does not match its description: expected \(count) pages for \(order.slices) slices × \(order.channels) channels × \(order.timePoints) time points, found \(pages); the file is incomplete, or the description is that of another file"
      )
    }
    let interleaved = first.samplesPerPixel
    channels = order.channels * interleaved
    timePoints = order.timePoints
    try checkSelection(options, channels: channels, timePoints: timePoints, path: path)
    planes = (0..<order.slices).map { z in
      let index = order.index(slice: z, channel: options.channel / interleaved, timePoint: options.timePoint)
      return isContiguous
        ? Place(file: 0, page: 0, displacement: index * first.planeInBytes) : Place(file: 0, page: index)
    }
    files = [path]
    format = "ImageJ \(handle.kindName)"
    sample = options.channel % interleaved
    voxelSizeInMicrometres = metadata.voxelSizeInMicrometres
    noteSelection(options)
  }

  /// Each page of a file without metadata is one plane.
  init(pagesOf handle: TIFFHandle, first: TIFFPage, directories: TIFFDirectories, options: VolumeOptions) throws {
    channels = first.samplesPerPixel
    try checkSelection(options, channels: channels, timePoints: 1, path: handle.path)
    files = [handle.path]
    planes = (0..<(try directories.count(inFile: 0))).map { Place(file: 0, page: $0) }
    format = "multi-page \(handle.kindName)"
    sample = options.channel
    noteSelection(options)
  }
}

extension TIFFHandle {
  var kindName: String { TIFFIsBigTIFF(tiff) != 0 ? "BigTIFF" : "TIFF" }
}

extension TIFFPage {
  /// Checks that the strips of the page are contiguous and that the file is long enough for `planes` planes, counted
  /// from the first strip.
  fileprivate func checkContiguous(_ handle: TIFFHandle, planes: Int) throws {
    let start = Int(clamping: TIFFGetStrileOffset(handle.tiff, 0))
    let available = (handle.size - min(start, handle.size)) / planeInBytes
    guard available >= planes else {
      throw Fault.badData(
        "\(handle.path) is truncated: expected \(planes) planes of \(planeInBytes) bytes after its only page, found \(available)"
      )
    }
    for strip in 0..<((height + pieceHeight - 1) / pieceHeight) {
      let offset = TIFFGetStrileOffset(handle.tiff, UInt32(strip))
      guard offset == UInt64(start + strip * pieceHeight * rowInBytes) else {
        throw Fault.badData(
          "\(handle.path) does not match its description: expected \(planes) planes after its only page, found that strip \(strip) of the page is not contiguous"
        )
      }
    }
  }
}
