import Foundation
import Voxels

/// Metadata that ImageJ writes to the description of a TIFF page, in addition to its tags.
struct ImageMetadata: Equatable {
  var channels: Int?
  var slices: Int?
  var timePoints: Int?
  /// Number of planes in the file; all of them may be stored behind a single page.
  var images: Int?
  var voxelSizeInMicrometres: VoxelSize?

  static func matches(_ text: String) -> Bool { text.hasPrefix("ImageJ=") }

  /// Lines of `key=value`; the resolution tags hold pixels per `unit`, and `spacing` is the slice spacing in that unit.
  init(imageJ text: String, pixelsPerUnit: (y: Double?, x: Double?)) {
    var values: [Substring: Substring] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let halves = line.split(separator: "=", maxSplits: 1)
      if halves.count == 2 { values[halves[0]] = halves[1] }
    }
    func count(_ key: Substring) -> Int? { values[key].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
    images = count("images")
    channels = count("channels")
    slices = count("slices")
    timePoints = count("frames")
    guard let unit = values["unit"].flatMap({ LengthUnit.micrometres(in: String($0)) }), let y = pixelsPerUnit.y,
      let x = pixelsPerUnit.x, let spacing = values["spacing"].flatMap({ Double($0) })
    else { return }
    let size = VoxelSize(abs(spacing) * unit, unit / y, unit / x)
    if size.isMeaningful { voxelSizeInMicrometres = size }
  }

  /// Order of the planes: channels fastest, then slices. The number of slices defaults to the number of planes left
  /// over by the other dimensions, every other count to 1.
  func order(pages: Int) -> PlaneOrder {
    let others = (channels ?? 1).multipliedReportingOverflow(by: timePoints ?? 1)
    let all = images ?? pages
    let rest = !others.overflow && all % others.partialValue == 0 ? all / others.partialValue : 1
    return PlaneOrder(slices: slices ?? rest, channels: channels ?? 1, timePoints: timePoints ?? 1, order: "CZT")
  }
}
