import Voxels

/// The part of the OME-XML in a TIFF or companion file that Sheaf uses (OME schema 2016-06, OME-TIFF specification 6).
struct OMEDocument: Equatable {
  /// The UUID of the file that contains the document.
  var identifier: String?
  /// The file with the full metadata, when this document only refers to it.
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
    /// Which of slice (Z), channel (C) and time point (T) varies fastest from page to page.
    var pageOrder = "ZCT"
    var voxelSizeInMicrometres: VoxelSize?
    /// Number of channels interleaved in a page.
    var samplesPerPixel = 1
    var data: [PageRange] = []

    /// For example `1 ("overview")`.
    func label(_ number: Int) -> String { name.map { "\(number) (\"\($0)\")" } ?? "\(number)" }
  }

  /// A `TiffData` element: which pages hold which planes.
  struct PageRange: Equatable {
    /// The first page, or nil for the first page of the file.
    var page: Int?
    var slice = 0
    var channel = 0
    var timePoint = 0
    /// Nil: one plane when `page` is given, otherwise as many as the file has.
    var count: Int?
    /// The file that contains the pages; nil for the file with the document.
    var file: File?

    struct File: Hashable {
      var identifier: String
      var name: String?
    }
  }

  /// The image with the name or index `dataset`; the first image if it is nil.
  func index(of dataset: String?) -> Int? {
    guard let dataset else { return images.isEmpty ? nil : 0 }
    return images.firstIndex { $0.name == dataset || $0.identifier == dataset }
      ?? Int(dataset).flatMap { images.indices.contains($0) ? $0 : nil }
  }
}
