import CTIFF
import Files
import Voxels

extension PlaneMap {
  /// The planes of one series of a file of tifffile: each series begins with a page that describes it.
  ///
  /// - Throws: `Fault.usage` when the series does not exist, `Fault.badData` when its description does not fit.
  init(tifffile first: TifffileDescription, _ file: OpenedTIFF, _ options: VolumeOptions) throws {
    let series = try Self.series(first, file)
    let names = series.enumerated().map { number, one in
      one.description.name.map { "\(number) (\"\($0)\")" } ?? "\(number)"
    }
    let list = names.prefix(12).joined(separator: ", ")
    var number = 0
    if let dataset = options.dataset {
      guard
        let found = series.firstIndex(where: { $0.description.name == dataset })
          ?? Int(dataset).flatMap({ series.indices.contains($0) ? $0 : nil })
      else { throw Fault.usage("\(file.path) has no series \(dataset): expected one of \(list)") }
      number = found
    }
    let chosen = series[number]
    let tags = try file.tags(ofPage: chosen.page)
    try file.handle.select(file.directories.offset(ofPage: chosen.page, inFile: 0), page: chosen.page)
    let opened = OpenedTIFF(
      path: file.path, handle: file.handle, tags: tags, page: try TIFFPage(file.handle), directories: file.directories)
    guard let axes = chosen.description.pageAxes(page: opened.pageSizes) else {
      throw Fault.badData(
        "\(file.path) cannot be read as its description says: expected pages of y and x at the end of its axes, found \(chosen.description.text) in pages of \(opened.page.shapeText); write it again with its axes in the order TCZYX"
      )
    }
    let order = try axes.order(path: file.path)
    let isBehind = chosen.isBehind && order.count != 1
    if isBehind { try opened.page.checkContiguous(file.handle, planes: order.count ?? 0) }
    try self.init(order, in: opened, format: "multi-page \(file.kindName)", options) {
      Place(
        file: 0, page: chosen.page + (isBehind ? 0 : $0), displacement: isBehind ? $0 * opened.page.planeInBytes : 0)
    }
    isOfTifffile = true
    let size = chosen.description.voxelSize(opened.resolution)
    voxelSizeInMicrometres = size.size
    voxelSizeDoubt = size.doubt
    if chosen.description.axes != nil {
      notes.append("the axes are \(chosen.description.text), as tifffile described them")
    }
    if series.count > 1 { warnings.append("series \(names[number]) of \(list) is read; --dataset chooses another") }
    let (end, all) = (series.last!.end, try file.pageCount)
    if end < all { warnings.append("\(all - end) pages after those that the description counts are passed over") }
  }

  private struct Series {
    var description: TifffileDescription
    var page: Int
    /// The page after the last.
    var end: Int
    /// Whether its planes are behind its only page.
    var isBehind: Bool
  }

  private static func series(_ first: TifffileDescription, _ file: OpenedTIFF) throws -> [Series] {
    var found: [Series] = []
    var next: TifffileDescription? = first
    let pages = try file.pageCount
    while let description = next {
      let page = found.last?.end ?? 0
      // Samples of a pixel are axes of the page; the planes are counted by the sizes of this series' first page.
      let tags = try file.tags(ofPage: page)
      let samples = max(1, tags.integer(Int(TIFFTAG_SAMPLESPERPIXEL)) ?? 1)
      let isSeparate = samples > 1 && tags.integer(Int(TIFFTAG_PLANARCONFIG)) == 2
      let (height, width) = (tags.integer(Int(TIFFTAG_IMAGELENGTH)) ?? 0, tags.integer(Int(TIFFTAG_IMAGEWIDTH)) ?? 0)
      let own = samples == 1 ? [height, width] : isSeparate ? [samples, height, width] : [height, width, samples]
      var planes = 1
      for size in description.pageAxes(page: own)?.axes.map(\.size) ?? [] {
        let (product, overflow) = planes.multipliedReportingOverflow(by: size)
        guard !overflow, product <= PlaneOrder.largestCount else {
          throw Fault.badData(
            "\(file.path) has a damaged description: expected counts that do not overflow, found \(description.text)")
        }
        planes = product
      }
      let isBehind = description.isTruncated || planes > 1 && pages - page == 1
      guard isBehind || planes <= pages - page else {
        throw Fault.badData(
          "\(file.path) does not match its description: expected \(planes) pages for \(description.text), found \(pages - page); the file is incomplete, or the description is that of another file"
        )
      }
      found.append(
        Series(description: description, page: page, end: page + (isBehind ? 1 : planes), isBehind: isBehind))
      let end = found.last!.end
      next = end < pages ? Self.description(try file.tags(ofPage: end)) : nil
    }
    return found
  }

  private static func description(_ tags: TIFFTags) -> TifffileDescription? {
    tags.texts(Int(TIFFTAG_IMAGEDESCRIPTION), limit: 1 << 24).lazy.compactMap { TifffileDescription($0) }.first
  }
}

extension TifffileDescription {
  /// For example `CZYX of 3 × 16 × 64 × 64`.
  var text: String { "\(axes.map { "\($0) of " } ?? "")\(shape.map(String.init).joined(separator: " × "))" }
}
