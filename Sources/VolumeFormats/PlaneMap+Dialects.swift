import CTIFF
import Files
import Voxels

extension PlaneMap {
  /// The planes of one TIFF file by the convention in which it describes them.
  ///
  /// - Throws: `Fault.badData` when the pages do not match the description, `Fault.usage` when the channel, time point
  ///   or series does not exist.
  init(_ dialect: TIFFDialect, _ file: OpenedTIFF, _ options: VolumeOptions) throws {
    if case .tifffile(let description) = dialect {
      self = try PlaneMap(tifffile: description, file, options)
      return
    }
    if let dataset = options.dataset {
      throw Fault.usage(
        "\(file.path) has no image \(dataset): expected OME metadata or series of tifffile for --dataset, found none")
    }
    switch dialect {
    case .imageJ(let text): self = try PlaneMap(imageJ: text, file, options)
    case .scifio(let description): self = try PlaneMap(scifio: description, file, options)
    case .metaMorph: self = try PlaneMap(metaMorph: file, options)
    case .lsm: self = try PlaneMap(lsm: file, options)
    case .microManager(let index): self = try PlaneMap(microManager: index, file, options)
    case .scanImage(let header): self = try PlaneMap(scanImage: header, file, options)
    case .plain(let warnings): self = try PlaneMap(pagesOf: file, warnings, options)
    case .ome, .tifffile: preconditionFailure("decided before")
    }
  }

  /// Planes in the order `order`, plane `index` at `place(index)`.
  ///
  /// - Throws: `Fault.usage` when the channel or time point does not exist.
  init(
    _ order: PlaneOrder, in file: OpenedTIFF, format: String, _ options: VolumeOptions, place: (Int) throws -> Place
  ) throws {
    guard order.count != nil else {
      throw Fault.badData(
        "\(file.path) has a damaged description: expected counts that do not overflow, found \(order)")
    }
    let interleaved = file.page.samplesPerPixel
    files = [file.path]
    self.format = format
    channels = order.channels * interleaved
    timePoints = order.timePoints
    sample = options.channel % interleaved
    try VolumeCounts(channels: channels, timePoints: timePoints).check(options, file.path)
    planes = try (0..<order.slices).map { z in
      try place(order.index(slice: z, channel: options.channel / interleaved, timePoint: options.timePoint))
    }
    noteSelection(options)
  }

  /// One plane per page or, as ImageJ writes files beyond 4 GB, a single page followed by all planes contiguously.
  private init(imageJ text: String, _ file: OpenedTIFF, _ options: VolumeOptions) throws {
    let metadata = ImageMetadata(imageJ: text, resolution: file.resolution)
    let order = metadata.order(pages: try file.pageCount)
    let place = try file.places(of: order.count ?? 0, description: order.text)
    try self.init(order, in: file, format: "ImageJ \(file.kindName)", options, place: place)
    voxelSizeInMicrometres = metadata.voxelSizeInMicrometres
    voxelSizeDoubt = metadata.doubt
  }

  private init(scifio description: SCIFIODescription, _ file: OpenedTIFF, _ options: VolumeOptions) throws {
    let order = try description.axes.order(path: file.path)
    let place = try file.places(of: order.count ?? 0, description: order.text)
    try self.init(order, in: file, format: "ImageJ2 \(file.kindName)", options, place: place)
    voxelSizeInMicrometres = description.voxelSizeInMicrometres
  }

  private init(scanImage header: ScanImageHeader, _ file: OpenedTIFF, _ options: VolumeOptions) throws {
    let order = try header.order(pages: file.pageCount, path: file.path)
    try self.init(order, in: file, format: "ScanImage \(file.kindName)", options) { Place(file: 0, page: $0) }
    notes.append("the order of the planes, \(order.text), is that of ScanImage's header")
  }

  /// Every plane is where the index says, whatever the order of the pages.
  private init(microManager index: MicroManagerIndex, _ file: OpenedTIFF, _ options: VolumeOptions) throws {
    var pages: [UInt64: Int] = [:]
    for page in 0..<(try file.pageCount) { pages[try file.directories.offset(ofPage: page, inFile: 0)] = page }
    let order = PlaneOrder(
      slices: index.slices, channels: index.channels, timePoints: index.frames, order: "CZT")
    try self.init(order, in: file, format: "Micro-Manager \(file.kindName)", options) { number in
      let at = order.position(of: number)
      let entry = MicroManagerIndex.Entry(channel: at.channel, slice: at.slice, frame: at.timePoint)
      guard let offset = index.offsets[entry], let page = pages[offset] else {
        throw Fault.badData(
          "\(file.path) is incomplete: expected a page for each of the \(index.slices) slices of channel \(at.channel) at time point \(at.timePoint), found none for slice \(at.slice); the acquisition was stopped or goes on in other files, then open the whole by its OME metadata"
        )
      }
      return Place(file: 0, page: page)
    }
    voxelSizeInMicrometres = index.voxelSizeInMicrometres
  }
}

extension PlaneOrder {
  /// For example `2 slices × 3 channels × 1 time points`.
  var text: String { "\(slices) slices × \(channels) channels × \(timePoints) time points" }
}
