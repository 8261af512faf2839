import CTIFF
import Files
import Foundation
import Voxels

/// The planes of a volume stored as pages of one TIFF file or, with OME metadata, of several.
///
/// No file stays open between calls of `read`, and each call holds one file open at a time.
final class TIFFStack: VolumeSource {
  let description: VolumeDescription
  let readingGeometry: ReadingGeometry
  private let map: PlaneMap
  private let directories: TIFFDirectories
  /// The layout that every page must match.
  private let first: TIFFPage

  /// - Parameter path: a TIFF file.
  convenience init(_ path: String, options: VolumeOptions) throws {
    let directories = TIFFDirectories(path, isTIFF: true)
    let handle = try TIFFHandle(reading: path)
    let numbers = try TIFFNumbers(path)
    let tags = try TIFFTags(numbers, at: directories.offset(ofPage: 0, inFile: 0))
    let dialect = try TIFFDialect(tags, pages: directories.count(inFile: 0), path: path)
    let page = try TIFFPage(handle)
    if case .ome(let text) = dialect {
      let document = try OMEDocument(parsing: Data(text.utf8), path: path)
      if let companion = document.metadataFile {
        try self.init(companion: Self.companion(companion, of: path), options: options)
      } else {
        let map = try PlaneMap(
          document, path: path, directories: directories, samplesPerPixel: page.samplesPerPixel, options: options)
        try self.init(path, map, directories, options)
      }
      return
    }
    let opened = OpenedTIFF(path: path, handle: handle, tags: tags, page: page, directories: directories)
    try self.init(path, PlaneMap(dialect, opened, options), directories, options)
  }

  /// The path of the file with the metadata, beside the file that names it.
  private static func companion(_ name: String, of path: String) throws -> String {
    guard !name.isEmpty, !name.contains("/"), name != "." && name != ".." else {
      throw Fault.badData("\(path) has damaged OME metadata: expected the name of a file beside it, found \(name)")
    }
    return joinPath(parentDirectory(of: path), name)
  }

  /// - Parameter path: an OME-XML file that names TIFF files, or the TIFF file of a set that has the metadata of all.
  convenience init(companion path: String, options: VolumeOptions) throws {
    guard fileExists(path) else {
      throw Fault.noInput("cannot read \(path), which has the metadata of the set: there is no such file")
    }
    if isTIFF([UInt8](try readHead(ReadableFile(path), limit: 4))) {
      try self.init(master: path, options: options)
      return
    }
    let document = try OMEDocument(parsing: readWholeFile(path, limit: OMEDocument.largestByteCount), path: path)
    guard document.metadataFile == nil else {
      throw Fault.badData(
        "\(path) has damaged OME metadata: expected the metadata itself, found the name of another file")
    }
    let directories = TIFFDirectories(path, isTIFF: false)
    let map = try PlaneMap(document, path: path, directories: directories, samplesPerPixel: nil, options: options)
    try self.init(path, map, directories, options)
  }

  /// - Parameter path: the TIFF file of a set whose OME metadata describes all of it.
  private convenience init(master path: String, options: VolumeOptions) throws {
    let directories = TIFFDirectories(path, isTIFF: true)
    let tags = try TIFFTags(TIFFNumbers(path), at: directories.offset(ofPage: 0, inFile: 0))
    let texts = tags.texts(Int(TIFFTAG_IMAGEDESCRIPTION), limit: OMEDocument.largestByteCount)
    guard let text = texts.first(where: OMEDocument.matches) else {
      throw Fault.badData("\(path) has no OME metadata: expected that of a set whose other files refer to it")
    }
    let document = try OMEDocument(parsing: Data(text.utf8), path: path)
    guard document.metadataFile == nil else {
      throw Fault.badData(
        "\(path) has damaged OME metadata: expected the metadata itself, found the name of another file")
    }
    let page = try TIFFPage(TIFFHandle(reading: path))
    let map = try PlaneMap(
      document, path: path, directories: directories, samplesPerPixel: page.samplesPerPixel, options: options)
    try self.init(path, map, directories, options)
  }

  private init(_ path: String, _ map: PlaneMap, _ directories: TIFFDirectories, _ options: VolumeOptions) throws {
    self.map = map
    self.directories = directories
    let place = map.planes[0]
    let handle = try TIFFHandle(reading: map.files[place.file])
    try handle.select(directories.offset(ofPage: place.page, inFile: place.file), page: place.page)
    let first = try TIFFPage(handle)
    self.first = first
    guard map.sample < first.samplesPerPixel else {
      throw Fault.badData(
        "\(handle.path) does not match its metadata: expected channels interleaved in its pages, found \(first.samplesPerPixel) samples per pixel"
      )
    }
    guard map.planeExtent == nil || map.planeExtent == Extent(1, first.height, first.width) else {
      throw Fault.badData(
        "\(handle.path) does not match its metadata: expected pages of \(map.planeExtent!.y) × \(map.planeExtent!.x) pixels, found \(first.shapeText)"
      )
    }
    // For tifffile, the bits of a mask are what they are, although it says that zero is white.
    let isMaskOfTifffile = first.packedBits == 1 && map.isOfTifffile
    let extent = Extent(map.planes.count, first.height, first.width)
    try checkSize(extent, first.stored.voxelType, path: path)
    description = VolumeDescription(
      path: path, format: map.format, extent: extent, voxelType: first.stored.voxelType,
      voxelSizeInMicrometres: options.voxelSizeInMicrometres ?? map.voxelSizeInMicrometres, channels: map.channels,
      timePoints: map.timePoints, storage: first.storageText, notes: first.notes + map.notes,
      warnings: (isMaskOfTifffile ? [] : first.warnings) + map.warnings,
      voxelSizeDoubt: options.voxelSizeInMicrometres == nil ? map.voxelSizeDoubt : nil)
    readingGeometry = ReadingGeometry(
      piece: first.piece, scratchInBytes: first.scratchInBytes,
      residentInBytes: map.planes.count * (MemoryLayout<PlaneMap.Place>.stride + 16))
  }

  var inputPaths: [String] { Array(Set([description.path] + map.planes.map { map.files[$0.file] })).sorted() }

  func files(holding region: Region) -> [String] {
    var files = [description.path]
    var known = Set(files)
    for z in region.range(0) {
      let file = map.files[map.planes[z].file]
      if known.insert(file).inserted { files.append(file) }
    }
    return files
  }

  func read(_ region: Region, into buffer: VoxelBuffer, at origin: Coordinate) throws {
    checkRequest(region, buffer, origin)
    if region.isEmpty { return }
    let pages = PageCursor(map, directories, first)
    let scratch = Scratch()
    defer { withExtendedLifetime((scratch, buffer)) {} }
    for z in region.range(0) {
      let handle = try pages.handle(atPlane: z)
      let to = Coordinate(origin.z + z - region.origin.z, origin.y, origin.x)
      try first.read(
        handle, sample: map.sample, rows: region.range(1), columns: region.range(2),
        displacement: map.planes[z].displacement,
        into: RowDestination(in: buffer, at: to), scratch: scratch)
    }
  }

  func check(part: Int, of parts: Int) throws {
    let pages = PageCursor(map, directories, first)
    // Neighbouring planes are often in the same file, which is then opened once.
    let count = map.planes.count
    for z in (count * part / parts)..<(count * (part + 1) / parts) {
      let handle = try pages.handle(atPlane: z)
      if map.planes[z].displacement == 0 { try first.checkStrips(handle, sample: map.sample) }
    }
  }
}

/// The open file of one read, positioned at the page of one plane.
private final class PageCursor {
  private let map: PlaneMap
  private let directories: TIFFDirectories
  private let first: TIFFPage
  private var file: Int?
  private var page: Int?
  private var handle: TIFFHandle?

  init(_ map: PlaneMap, _ directories: TIFFDirectories, _ first: TIFFPage) {
    self.map = map
    self.directories = directories
    self.first = first
  }

  /// Makes the page of plane `z` current and compares it with the first page.
  func handle(atPlane z: Int) throws -> TIFFHandle {
    let place = map.planes[z]
    if let handle, file == place.file, page == place.page { return handle }
    let handle: TIFFHandle
    if let open = self.handle, file == place.file {
      handle = open
    } else {
      // The previous file is closed before the next one is opened.
      self.handle = nil
      handle = try TIFFHandle(reading: map.files[place.file])
      self.handle = handle
    }
    (file, page) = (place.file, place.page)
    try handle.select(directories.offset(ofPage: place.page, inFile: place.file), page: place.page)
    let found = try TIFFPage(handle)
    guard found == first else {
      throw Fault.badData(
        "\(map.files[place.file]) does not belong to the volume: expected page \(place.page) to have \(first.shapeText) in \(first.storageText) like the first plane, found \(found.shapeText) in \(found.storageText)"
      )
    }
    return handle
  }
}

extension TIFFHandle {
  /// Makes the page whose directory is at `offset` current.
  func select(_ offset: UInt64, page: Int) throws {
    guard TIFFSetSubDirectory(tiff, offset) != 0 else { throw damage("the directory of page \(page)") }
  }
}
