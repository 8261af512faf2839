import Foundation
import Voxels

/// Metadata that ImageJ writes to the description of a TIFF page, in addition to its tags.
struct ImageMetadata: Equatable {
  var channels: Int?
  var slices: Int?
  var timePoints: Int?
  /// Number of planes in the file; all of them may be stored behind a single page. Not reliable.
  var images: Int?
  var voxelSizeInMicrometres: VoxelSize?
  /// What is missing or doubtful about the voxel size.
  var doubt: String?

  static func matches(_ text: String) -> Bool { text.hasPrefix("ImageJ=") }

  /// Lines of `key=value`; the resolution tags hold pixels per `unit`, and `spacing` is the slice spacing in that unit.
  init(imageJ text: String, resolution: PixelResolution) {
    let values = keyedLines(text)
    func count(_ key: String) -> Int? { values[key].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
    images = count("images")
    channels = count("channels")
    slices = count("slices")
    timePoints = count("frames")
    let spacing = values["spacing"].flatMap { Double($0) }
    (voxelSizeInMicrometres, doubt) = resolution.voxelSize(
      spacing: spacing, unit: values["unit"], yUnit: values["yunit"], zUnit: values["zunit"])
    if doubt == nil, let unit = values["unit"], resolution.unit == 3, voxelSizeInMicrometres != nil,
      LengthUnit.micrometres(in: unit) != 10_000
    {
      doubt =
        "the resolution tags say centimetres, the description says \"\(unit)\"; the description is followed, as in ImageJ"
    }
  }

  /// Order of the planes: channels fastest, then slices. The number of slices defaults to the number of planes left
  /// over by the other dimensions, every other count to 1.
  func order(pages: Int) -> PlaneOrder {
    let others = (channels ?? 1).multipliedReportingOverflow(by: timePoints ?? 1)
    // A single page may stand for all; otherwise the pages are counted, not what the description says of them.
    let all = pages > 1 ? pages : images ?? pages
    let rest = !others.overflow && all % others.partialValue == 0 ? all / others.partialValue : 1
    return PlaneOrder(slices: slices ?? rest, channels: channels ?? 1, timePoints: timePoints ?? 1, order: "CZT")
  }
}

/// Lines of `key=value`, or `key = value`; of several with one key, the last.
func keyedLines(_ text: String) -> [String: String] {
  var values: [String: String] = [:]
  for line in text.split(whereSeparator: \.isNewline) {
    let halves = line.split(separator: "=", maxSplits: 1)
    guard halves.count == 2 else { continue }
    values[halves[0].trimmingCharacters(in: .whitespaces)] = halves[1].trimmingCharacters(in: .whitespaces)
  }
  return values
}
