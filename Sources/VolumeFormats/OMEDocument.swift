import Voxels

/// What Sheaf needs of the OME-XML in a TIFF file or in a companion file (OME schema 2016-06, OME-TIFF specification 6).
struct OMEDocument: Equatable {
  /// Of the file that the document stands in.
  var identifier: String?
  /// Where the real document is, when this one only points to it.
  var metadataFile: String?
  var images: [Image] = []

  struct Image: Equatable {
    var identifier: String?
    var name: String?
    var width = 0
    var height = 0
    var slices = 0
    var channels = 0
    var timePoints = 0
    /// Which of slice (Z), channel (C) and time point (T) counts fastest from page to page.
    var pageOrder = "ZCT"
    var voxelSizeInMicrometres: VoxelSize?
    /// How many channels are interleaved in a page.
    var samplesPerPixel = 1
    var data: [PageRange] = []

    /// For example `1 ("overview")`.
    func label(_ number: Int) -> String { name.map { "\(number) (\"\($0)\")" } ?? "\(number)" }
  }

  /// A `TiffData` element: which pages hold which planes.
  struct PageRange: Equatable {
    /// The first page, or nil for the first of the file.
    var page: Int?
    var slice = 0
    var channel = 0
    var timePoint = 0
    /// Nil: one plane when `page` is given, else as many as the file has.
    var count: Int?
    /// The file the pages are in; nil for the file with the document.
    var file: File?

    struct File: Hashable {
      var identifier: String
      var name: String?
    }
  }

  /// The image that `dataset` names or numbers, else the first.
  func index(of dataset: String?) -> Int? {
    guard let dataset else { return images.isEmpty ? nil : 0 }
    return images.firstIndex { $0.name == dataset || $0.identifier == dataset }
      ?? Int(dataset).flatMap { images.indices.contains($0) ? $0 : nil }
  }
}
