import CTIFF
import Files
import Voxels

extension PlaneMap {
  /// Each page of a file without metadata is one plane; reduced versions of a plane and masks are passed over.
  init(pagesOf file: OpenedTIFF, _ warnings: [String], _ options: VolumeOptions) throws {
    let pages = try Self.fullPages(file)
    let order = PlaneOrder(slices: pages.count, channels: 1, timePoints: 1, order: "ZCT")
    try self.init(order, in: file, format: "multi-page \(file.kindName)", options) { Place(file: 0, page: pages[$0]) }
    self.warnings += warnings
    let others = try file.pageCount - pages.count
    if others > 0 { notes.append("\(others) pages that are smaller versions or masks of others are passed over") }
    if let (y, x) = file.resolution.micrometresPerPixel {
      voxelSizeDoubt =
        "the resolution tags give pixels of \(shortNumber(y)) × \(shortNumber(x)) µm, but no distance of the planes"
    }
  }

  /// The pages of full resolution. Only where the second or the last page differs from the first are all examined.
  private static func fullPages(_ file: OpenedTIFF) throws -> [Int] {
    let count = try file.pageCount
    if count == 1 { return [0] }
    let first = PageKind(file.tags)
    let samples = try [1, count - 1].map { PageKind(try file.tags(ofPage: $0)) }
    if samples.allSatisfy({ $0 == first }) { return Array(0..<count) }
    return try (0..<count).filter { page in
      let kind = page == 0 ? first : PageKind(try file.tags(ofPage: page))
      if page > 0, kind.isSecondary, !first.isSecondary { return false }
      guard kind == first else {
        throw Fault.badData(
          "\(file.path) holds images of several sizes: expected pages of \(first.height) × \(first.width) pixels like the first, found one of \(kind.height) × \(kind.width) at page \(page); export the images one by one, or as OME-TIFF"
        )
      }
      return true
    }
  }

  private struct PageKind: Equatable {
    var height: Int
    var width: Int
    /// A reduced version or a mask of another page (TIFF 6.0, NewSubfileType).
    var isSecondary: Bool

    init(_ tags: TIFFTags) {
      height = tags.integer(Int(TIFFTAG_IMAGELENGTH)) ?? 0
      width = tags.integer(Int(TIFFTAG_IMAGEWIDTH)) ?? 0
      isSecondary = (tags.integer(Int(TIFFTAG_SUBFILETYPE)) ?? 0) & 5 != 0
    }
  }
}
