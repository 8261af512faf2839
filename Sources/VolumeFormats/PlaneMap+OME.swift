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
    // Values of an axis along z that OME does not name are told apart like channels.
    let fold = image.modulo?.count ?? 1
    let slices = image.slices / fold
    let (shown, overflow) = image.channels.multipliedReportingOverflow(by: fold)
    guard !overflow else { throw Fault.badData("\(path) has damaged OME metadata: expected sizes that can be counted") }
    try VolumeCounts(channels: shown, timePoints: image.timePoints).check(options, path)
    let (channel, part) = options.channel.quotientAndRemainder(dividingBy: fold)
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
    var found = [Place?](repeating: nil, count: slices)
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
        guard position.channel == channel / interleaved, position.timePoint == options.timePoint,
          position.slice % fold == part
        else { continue }
        found[position.slice / fold] = Place(file: file, page: (range.page ?? 0) + index - first)
      }
    }
    planes = try found.enumerated().map { z, place in
      guard let place else {
        throw Fault.badData(
          "\(path) is incomplete: expected a page for each of the \(slices) slices of channel \(options.channel) at time point \(options.timePoint), found none for slice \(z)\(Self.hint(image, isTIFF: directories.isTIFF))"
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
    channels = shown
    timePoints = image.timePoints
    sample = channel % interleaved
    let size = image.voxelSize
    voxelSizeInMicrometres = size.size
    voxelSizeDoubt = size.doubt
    if let modulo = image.modulo {
      notes.append(
        "the slices are those of \(modulo.count) values of \"\(modulo.name)\" in turn, which are read as channels: --channel c × \(modulo.count) + value"
      )
    }
    if !document.moduloNames.isEmpty {
      warnings.append(
        "channels or time points are also those of \(document.moduloNames.joined(separator: ", ")), in turn")
    }
    planeExtent = Extent(1, image.height, image.width)
    if document.images.count > 1 {
      notes.append("image \(image.label(number)) of \(names) is read; --dataset chooses another")
    }
    notes += resolver.notes
    noteSelection(options)
  }
}

extension PlaneMap {
  /// What to do where the metadata describes a set but names none of its files.
  fileprivate static func hint(_ image: OMEDocument.Image, isTIFF: Bool) -> String {
    guard isTIFF, image.slices > 1, image.data.allSatisfy({ $0.file == nil }) else { return "" }
    return
      "; the metadata describes a set of files without naming them: open the directory of the set, or the file that names all"
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
    guard let given = file else {
      guard directories.isTIFF else {
        throw Fault.badData("\(path) has damaged OME metadata: expected a file name for every page, found none")
      }
      return 0
    }
    if let index = known[given] { return index }
    let index: Int
    var file = given
    // Some microscopes write the path on their own computer.
    if let name = file.name, name.contains("\\") { file.name = name.split(separator: "\\").last.map(String.init) }
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
    known[given] = index
    return index
  }
}
