import CTIFF
import Files
import Voxels

/// A TIFF file whose first page was examined.
struct OpenedTIFF {
  let path: String
  let handle: TIFFHandle
  /// Those of the first page.
  let tags: TIFFTags
  /// The first page.
  let page: TIFFPage
  let directories: TIFFDirectories

  var pageCount: Int { get throws { try directories.count(inFile: 0) } }
  var kindName: String { TIFFIsBigTIFF(handle.tiff) != 0 ? "BigTIFF" : "TIFF" }
  var resolution: PixelResolution { PixelResolution(tags) }

  func tags(ofPage page: Int) throws -> TIFFTags {
    try TIFFTags(tags.numbers, at: directories.offset(ofPage: page, inFile: 0))
  }

  func has(_ tag: Int32) -> Bool { tags.has(Int(tag)) }

  /// Sizes of the first page's own axes, slowest first.
  var pageSizes: [Int] {
    if page.samplesPerPixel == 1 { return [page.height, page.width] }
    return page.isSeparate
      ? [page.samplesPerPixel, page.height, page.width] : [page.height, page.width, page.samplesPerPixel]
  }

  /// Where plane `index` of `count` is: in a page of its own, or behind the only page.
  ///
  /// - Throws: `Fault.badData` when there are not as many planes.
  func places(of count: Int, description: String) throws -> @Sendable (Int) -> PlaneMap.Place {
    let pages = try pageCount
    if pages == 1, count > 1 {
      try page.checkContiguous(handle, planes: count)
      let planeInBytes = page.planeInBytes
      return { PlaneMap.Place(file: 0, page: 0, displacement: $0 * planeInBytes) }
    }
    guard pages == count else {
      throw Fault.badData(
        "\(path) does not match its description: expected \(count) pages for \(description), found \(pages); the file is incomplete, or the description is that of another file"
      )
    }
    return { PlaneMap.Place(file: 0, page: $0) }
  }
}

extension TIFFPage {
  /// Checks that the strips of the page are contiguous and that the file is long enough for `planes` planes, counted
  /// from the first strip.
  func checkContiguous(_ handle: TIFFHandle, planes: Int) throws {
    guard isDirect, !isSeparate else {
      throw Fault.badData(
        "\(handle.path) does not match its description: expected \(planes) planes, found one page, \(storageText), behind which no others can be"
      )
    }
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
