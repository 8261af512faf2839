import CTIFF
import Files
import Foundation
import Voxels

extension PlaneMap {
  /// A MetaMorph stack (.stk): one page, all planes behind it; the tag UIC2 has an entry for each plane (MetaMorph
  /// Stack (STK) Image File Format, Molecular Devices).
  init(metaMorph file: OpenedTIFF, _ options: VolumeOptions) throws {
    typealias Tag = TIFFDialect.Tag
    let (tags, numbers) = (file.tags, file.tags.numbers)
    let count = max(1, tags.count(Tag.metaMorphPlanes))
    guard count <= PlaneOrder.largestCount else {
      throw Fault.badData("\(file.path) is damaged: expected a count of planes in its MetaMorph tags, found \(count)")
    }
    let order = PlaneOrder(slices: count, channels: 1, timePoints: 1, order: "ZCT")
    let place = try file.places(of: count, description: "\(count) planes of MetaMorph")
    try self.init(order, in: file, format: "MetaMorph stack", options, place: place)
    // Six numbers for each plane, of which the first two are the distance as a fraction.
    var distances: [Double?] = []
    if let start = tags.place(Tag.metaMorphPlanes)?.offset {
      distances = try [0, min(1, count - 1)].map { try numbers.fraction(at: start + 24 * $0) }
    }
    let step = distances.last.flatMap(\.self).map(abs) ?? 0
    if count > 1, step == 0 {
      warnings.append("its planes have no distance along z, so they may be time points; they are read along z")
    }
    voxelSizeInMicrometres = try Self.calibration(tags, step: step)
  }

  /// From the numbered entries of the tag UIC1: pairs of a number and a value or an offset.
  private static func calibration(_ tags: TIFFTags, step: Double) throws -> VoxelSize? {
    guard let (start, length) = tags.place(TIFFDialect.Tag.metaMorph), length / 4 <= 4096 else { return nil }
    let numbers = tags.numbers
    var edges: (y: Double?, x: Double?)
    var unit = ""
    for entry in 0..<(length / 4) {
      guard let number = try? numbers.unsigned(at: start + entry * 8, byteCount: 4),
        let value = try? numbers.unsigned(at: start + entry * 8 + 4, byteCount: 4)
      else { break }
      let place = Int(value)
      switch number {
      case 4: edges.x = (try? numbers.fraction(at: place)) ?? nil
      case 5: edges.y = (try? numbers.fraction(at: place)) ?? nil
      case 6:
        guard let count = try? numbers.unsigned(at: place, byteCount: 4), count <= 256,
          let bytes = try? numbers.file.read(at: place + 4, count: Int(count))
        else { break }
        unit = decodedText(bytes.prefix { $0 != 0 })
      default: break
      }
    }
    guard let y = edges.y, let x = edges.x, let micrometres = LengthUnit.micrometres(in: unit) else { return nil }
    // The distance of the planes is in micrometres.
    let size = VoxelSize(step, y * micrometres, x * micrometres)
    return size.isMeaningful ? size : nil
  }

  /// A Zeiss LSM file: pages of all channels as samples, each followed by a page with a small version of it (LSM file
  /// format, CZ_LSMINFO).
  init(lsm file: OpenedTIFF, _ options: VolumeOptions) throws {
    let (path, numbers) = (file.path, file.tags.numbers)
    guard let (start, length) = file.tags.place(TIFFDialect.Tag.lsm), length >= 92 else {
      throw Fault.badData("\(path) is damaged: expected the header of an LSM file, found none")
    }
    func number(_ offset: Int) throws -> Int { Int(try numbers.unsigned(at: start + offset, byteCount: 4)) }
    let (slices, times) = (try number(16), try number(24))
    let scan = Int(try numbers.unsigned(at: start + 88, byteCount: 2))
    guard [0, 3, 6].contains(scan) else {
      throw Fault.badData(
        "\(path) is an LSM file of scan type \(scan): expected a stack of planes of x and y, found another kind of scan; export it as OME-TIFF, for example by Fiji"
      )
    }
    // Offsets of 4 bytes begin again at 0.
    guard file.handle.size <= Int(UInt32.max) else {
      throw Fault.badData(
        "\(path) is an LSM file beyond 4 GB: expected offsets that are unambiguous, found \(file.handle.size) bytes; export it as OME-TIFF, for example by Fiji"
      )
    }
    let pages = try (0..<(try file.pageCount)).filter { page in
      (try file.tags(ofPage: page).integer(Int(TIFFTAG_SUBFILETYPE)) ?? 0) & 1 == 0
    }
    let order = PlaneOrder(slices: max(1, slices), channels: 1, timePoints: max(1, times), order: "ZCT")
    guard order.count == pages.count else {
      throw Fault.badData(
        "\(path) does not match its LSM header: expected pages for \(slices) slices × \(times) time points, found \(pages.count); positions and tiles are not read, export them one by one"
      )
    }
    try self.init(order, in: file, format: "LSM", options) { Place(file: 0, page: pages[$0]) }
    let edges = try [56, 48, 40].map { try numbers.double(at: start + $0) * 1e6 }
    let size = VoxelSize(edges[0], edges[1], edges[2])
    voxelSizeInMicrometres = size.isMeaningful ? size : nil
  }
}
