import Files
import Voxels

/// Which page of which TIFF file holds each plane of the volume that was chosen.
struct PlaneMap: Sendable {
  var files: [String]
  /// By z.
  var planes: [Place]
  /// For example `OME-TIFF`.
  var format: String
  /// How many there are to choose from, those interleaved in a page included.
  var channels = 1
  var timePoints = 1
  /// Which of the samples of a pixel is the channel.
  var sample = 0
  var voxelSizeInMicrometres: VoxelSize?
  /// What the metadata says of every plane, where it says it.
  var planeExtent: Extent?
  var notes: [String] = []

  struct Place: Sendable {
    var file: Int
    var page: Int
    /// How many bytes the plane's voxels lie behind those of the page, where several planes share one page.
    var displacement = 0
  }

  mutating func noteSelection(_ options: VolumeOptions) {
    if channels > 1 { notes.append("channel \(options.channel) of \(channels) is read") }
    if timePoints > 1 { notes.append("time point \(options.timePoint) of \(timePoints) is read") }
  }
}

/// How the planes of several channels and time points follow each other.
struct PlaneOrder: Equatable {
  var slices: Int
  /// Those that have pages of their own.
  var channels: Int
  var timePoints: Int
  /// For example `ZCT`: slices fastest.
  var order: String

  /// More planes than any file has pages.
  static let largestCount = 1 << 26

  /// Nil when there are too many to be counted out.
  var count: Int? {
    let (planes, overflow) = slices.multipliedReportingOverflow(by: channels)
    let (all, overflow2) = planes.multipliedReportingOverflow(by: timePoints)
    return overflow || overflow2 || all > Self.largestCount ? nil : all
  }

  /// The place in the sequence. Of sizes whose `count` is known.
  func index(slice: Int, channel: Int, timePoint: Int) -> Int {
    var index = 0
    var stride = 1
    for letter in order {
      switch letter {
      case "C":
        index += channel * stride
        stride *= channels
      case "Z":
        index += slice * stride
        stride *= slices
      default:
        index += timePoint * stride
        stride *= timePoints
      }
    }
    return index
  }

  /// What stands at a place in the sequence.
  func position(of index: Int) -> (slice: Int, channel: Int, timePoint: Int) {
    var result = (slice: 0, channel: 0, timePoint: 0)
    var rest = index
    for letter in order {
      switch letter {
      case "C":
        result.channel = rest % channels
        rest /= channels
      case "Z":
        result.slice = rest % slices
        rest /= slices
      default:
        result.timePoint = rest % timePoints
        rest /= timePoints
      }
    }
    return result
  }
}

/// - Throws: `Fault.usage` when the volume has no such channel or time point.
func checkSelection(_ options: VolumeOptions, channels: Int, timePoints: Int, path: String) throws {
  guard options.channel < channels, options.timePoint < timePoints else {
    throw Fault.usage(
      "\(path) has \(channels) channels and \(timePoints) time points, but channel \(options.channel) at time point \(options.timePoint) was asked for; they count from 0"
    )
  }
}
