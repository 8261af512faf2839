import Files
import Foundation
import Voxels

extension PlaneMap {
  /// The planes of one image of an OME-TIFF file set.
  ///
  /// - Parameters:
  ///   - path: the file that contains the document, or from which it was found.
  ///   - directories: initially those of `[path]`; the files that the document names are added.
  ///   - samplesPerPixel: of the first page of `path`, or nil when it is not a TIFF file.
  /// - Throws: `Fault.usage` when the image, channel or time point does not exist, `Fault.noInput` for a missing file,
  ///   `Fault.badData` when a plane has no page.
  init(
    _ document: OMEDocument, path: String, directories: TIFFDirectories, samplesPerPixel: Int?, options: VolumeOptions
  ) throws {
    guard !document.images.isEmpty else {
      throw Fault.badData("\(path) has OME metadata without images: expected at least one")
    }
    let names = document.images.enumerated().map { $1.label($0) }.prefix(8).joined(separator: ", ")
    guard let number = document.index(of: options.dataset) else {
      throw Fault.usage("\(path) has no image \(options.dataset ?? ""): expected one of \(names)")
    }
    let image = document.images[number]
    let interleaved = samplesPerPixel ?? image.samplesPerPixel
    guard image.slices > 0, image.channels % interleaved == 0 else {
      throw Fault.badData(
        "\(path) has damaged OME metadata: expected sizes and whole pages of \(interleaved) channels, found \(image.slices) slices of \(image.channels) channels"
      )
    }
    try checkSelection(options, channels: image.channels, timePoints: image.timePoints, path: path)
    let order = PlaneOrder(
      slices: image.slices, channels: image.channels / interleaved, timePoints: image.timePoints,
      order: image.pageOrder)
    guard let count = order.count else {
      throw Fault.badData(
        "\(path) has damaged OME metadata: expected sizes that can be counted, found \(image.slices) slices × \(order.channels) channels × \(image.timePoints) time points"
      )
    }
    let resolver = OMEFileResolver(document: document, path: path, directories: directories)
    // Indexed by z; the planes of other channels and time points are only counted.
    var found = [Place?](repeating: nil, count: image.slices)
    var listed = 0
    let ranges = image.data.isEmpty ? [OMEDocument.PageRange()] : image.data
    for range in ranges {
      guard range.slice < order.slices, range.channel < order.channels, range.timePoint < order.timePoints else {
        throw Fault.badData(
          "\(path) has damaged OME metadata: expected pages for planes within the sizes, found some for slice \(range.slice), channel \(range.channel), time point \(range.timePoint)"
        )
      }
      let file = try resolver.index(of: range.file)
      let first = order.index(slice: range.slice, channel: range.channel, timePoint: range.timePoint)
      let planes = try range.count ?? (range.page == nil ? directories.count(inFile: file) : 1)
      let last = min(count, first + planes)
      listed += last - first
      guard listed <= max(count, 1) * 2 else {
        throw Fault.badData("\(path) has damaged OME metadata: expected pages for \(count) planes, found many more")
      }
      for index in first..<last {
        let position = order.position(of: index)
        guard position.channel == options.channel / interleaved, position.timePoint == options.timePoint else {
          continue
        }
        found[position.slice] = Place(file: file, page: (range.page ?? 0) + index - first)
      }
    }
    planes = try found.enumerated().map { z, place in
      guard let place else {
        throw Fault.badData(
          "\(path) is incomplete: expected a page for each of the \(image.slices) slices of channel \(options.channel) at time point \(options.timePoint), found none for slice \(z)"
        )
      }
      return place
    }
    files = directories.files
    for file in Set(planes.map(\.file)) where !fileExists(files[file]) {
      throw Fault.noInput("cannot read \(files[file]): \(path) refers to planes in it, but there is no such file")
    }
    // The pages of the open file are checked now, those of other files when they are read.
    if let last = planes.filter({ $0.file == 0 }).max(by: { $0.page < $1.page }) {
      _ = try directories.offset(ofPage: last.page, inFile: 0)
    }
    format = files.count > 1 ? "OME-TIFF of \(Set(planes.map(\.file)).count) files" : "OME-TIFF"
    channels = image.channels
    timePoints = image.timePoints
    sample = options.channel % interleaved
    voxelSizeInMicrometres = image.voxelSizeInMicrometres
    planeExtent = Extent(1, image.height, image.width)
    if document.images.count > 1 {
      notes.append("image \(image.label(number)) of \(names) is read; --dataset chooses another")
    }
    notes += resolver.notes
    noteSelection(options)
  }
}

/// Finds the files that OME metadata names, in the directory of the open file.
private final class OMEFileResolver {
  private let document: OMEDocument
  private let path: String
  private let directories: TIFFDirectories
  private var known: [OMEDocument.PageRange.File: Int] = [:]
  private(set) var notes: [String] = []
  /// Whether every page is said to be in a single file that does not exist, which means that the open file was renamed.
  private let wasRenamed: Bool

  init(document: OMEDocument, path: String, directories: TIFFDirectories) {
    self.document = document
    self.path = path
    self.directories = directories
    let names = Set(document.images.flatMap { $0.data.compactMap { $0.file?.name } })
    let isHere = names.first.map { fileExists(joinPath(parentDirectory(of: path), $0)) } ?? true
    wasRenamed = names.count == 1 && !isHere && directories.isTIFF
    if wasRenamed, let name = names.first {
      notes.append("the OME metadata calls the file \(name); its planes are read from this file")
    }
  }

  func index(of file: OMEDocument.PageRange.File?) throws -> Int {
    guard let file else {
      guard directories.isTIFF else {
        throw Fault.badData("\(path) has damaged OME metadata: expected a file name for every page, found none")
      }
      return 0
    }
    if let index = known[file] { return index }
    let index: Int
    let own = path.split(separator: "/").last.map(String.init)
    if wasRenamed || directories.isTIFF && (file.name == nil || file.name == own) {
      index = 0
    } else if directories.isTIFF, !file.identifier.isEmpty, file.identifier == document.identifier {
      index = 0
    } else if let name = file.name, !name.isEmpty, name != ".", name != "..", !name.contains("/") {
      index = directories.add(joinPath(parentDirectory(of: path), name))
    } else {
      throw Fault.badData(
        "\(path) has damaged OME metadata: expected the name of a file beside it, found \(file.name ?? "none")")
    }
    known[file] = index
    return index
  }
}
