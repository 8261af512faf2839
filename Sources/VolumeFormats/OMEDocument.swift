import Voxels

/// The part of the OME-XML in a TIFF or companion file that Sheaf uses (OME schema 2016-06, OME-TIFF specification 6).
struct OMEDocument {
  /// The UUID of the file that contains the document.
  var identifier: String?
  /// The file with the full metadata, when this document only refers to it.
  var metadataFile: String?
  var images: [Image] = []

  struct Image {
    var identifier: String?
    var name: String?
    var width = 0
    var height = 0
    var slices = 0
    var channels = 0
    var timePoints = 0
    /// Which of slice (Z), channel (C) and time point (T) varies fastest from page to page.
    var pageOrder = "ZCT"
    /// Edges of a voxel in micrometres, where they are given in units of length.
    var edges: (z: Double?, y: Double?, x: Double?)
    /// The units of edges that are given in other units.
    var otherUnits: Set<String> = []
    /// Positions of the slices of the first channel and time point along z, in micrometres; nil without a unit.
    var positions: [Int: Double] = [:]
    /// Number of channels interleaved in a page.
    var samplesPerPixel = 1
    var data: [PageRange] = []

    /// A third axis along z, such as angles or phases, that varies faster than the slices (OME, "6D, 7D and 8D
    /// storage"): its name, and how many slices of SizeZ are one.
    var modulo: (name: String, count: Int)?

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

  /// Axes along channels and time points that OME does not name itself.
  var moduloNames: [String] = []

  /// The image with the name or index `dataset`; the first image if it is nil.
  func index(of dataset: String?) -> Int? {
    guard let dataset else { return images.isEmpty ? nil : 0 }
    return images.firstIndex { $0.name == dataset || $0.identifier == dataset }
      ?? Int(dataset).flatMap { images.indices.contains($0) ? $0 : nil }
  }
}

extension OMEDocument.Image {
  /// The voxel size, or what is missing of it: as given, or with the distance of the slices from their positions.
  var voxelSize: (size: VoxelSize?, doubt: String?) {
    if let unit = otherUnits.sorted().first {
      let known = PixelResolution.isNoUnit(unit) || unit == "reference frame"
      return (
        nil,
        known ? nil : "the unit of length \"\(unit)\" of the OME metadata is not known, so the voxel size is unknown"
      )
    }
    guard let y = edges.y, let x = edges.x, y > 0, x > 0, y.isFinite, x.isFinite else {
      return (
        nil, edges.y == nil && edges.x == nil ? nil : "the OME metadata gives the voxel size along some axes only"
      )
    }
    if let z = edges.z, VoxelSize(z, y, x).isMeaningful { return (VoxelSize(z, y, x), nil) }
    let steps = (positions.count == slices ? 1..<max(slices, 1) : 1..<1).compactMap { z in
      positions[z].flatMap { here in positions[z - 1].map { here - $0 } }
    }
    if steps.count == slices - 1, let first = steps.first, first != 0,
      steps.allSatisfy({ abs($0 - first) <= abs(first) * 0.01 }), VoxelSize(abs(first), y, x).isMeaningful
    {
      return (
        VoxelSize(abs(first), y, x),
        "the OME metadata gives no PhysicalSizeZ; the distance of the planes, \(shortNumber(abs(first))) µm, is that of their positions"
      )
    }
    return (
      nil,
      "the OME metadata gives pixels of \(shortNumber(y)) × \(shortNumber(x)) µm, but no PhysicalSizeZ"
    )
  }
}
