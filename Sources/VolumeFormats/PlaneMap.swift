import Files
import Voxels

/// Which page of which TIFF file holds each plane of the selected volume.
struct PlaneMap: Sendable {
  var files: [String]
  /// Indexed by z.
  var planes: [Place]
  /// For example `OME-TIFF`.
  var format: String
  /// Number of channels to choose from, including those interleaved in a page.
  var channels = 1
  var timePoints = 1
  /// Index of the channel among the samples of a pixel.
  var sample = 0
  var voxelSizeInMicrometres: VoxelSize?
  /// The plane size according to the metadata, where it gives one.
  var planeExtent: Extent?
  /// Whether tifffile wrote the file.
  var isOfTifffile = false
  var notes: [String] = []
  /// What may be wrong with the voxels, because the file leaves it open.
  var warnings: [String] = []
  /// Why the voxel size is unknown or may be wrong.
  var voxelSizeDoubt: String?

  struct Place: Sendable {
    var file: Int
    var page: Int
    /// Offset in bytes of the plane's voxels from those of the page, where several planes share one page.
    var displacement = 0
  }

  mutating func noteSelection(_ options: VolumeOptions) {
    notes += VolumeCounts(channels: channels, timePoints: timePoints).notes(options)
    if timePoints > 1, planes.count == 1 {
      warnings.append(
        "the file says that its planes are \(timePoints) time points of one slice; if they are slices, correct its metadata"
      )
    }
  }
}

/// The order of the planes of several channels and time points.
struct PlaneOrder: Equatable {
  var slices: Int
  /// Channels that have pages of their own.
  var channels: Int
  var timePoints: Int
  /// For example `ZCT`: slices vary fastest.
  var order: String

  /// More planes than any file has pages.
  static let largestCount = 1 << 26

  /// Nil when the number of planes is too large.
  var count: Int? {
    let (planes, overflow) = slices.multipliedReportingOverflow(by: channels)
    let (all, overflow2) = planes.multipliedReportingOverflow(by: timePoints)
    return overflow || overflow2 || all > Self.largestCount ? nil : all
  }

  /// Position in the sequence. Only valid if `count` is not nil.
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

  /// The slice, channel and time point at a position in the sequence.
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
