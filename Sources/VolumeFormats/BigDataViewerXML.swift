import Files
import Foundation
import Voxels

/// The contents of the XML file of a BigDataViewer or BigStitcher dataset (SpimData): the HDF5 file, N5 container or
/// OME-Zarr images it describes, and the voxel sizes of its setups.
struct BigDataViewerXML {
  enum Loader: String {
    case hdf5 = "bdv.hdf5"
    case n5 = "bdv.n5"
    /// One OME-Zarr image for each setup and time point.
    case zarr = "bdv.multimg.zarr"
  }

  /// One image of an OME-Zarr dataset.
  struct View {
    var setup: Int
    var timePoint: Int
    /// Below the image path.
    var path: String
  }

  let path: String
  let loader: Loader
  /// The path given in the XML file, resolved to an absolute path or one relative to the working directory.
  let imagePath: String
  /// In micrometres, by setup number; absent where the unit is not a length.
  let voxelSizes: [Int: VoxelSize]
  /// Units that are not lengths, for example pixels, by setup number.
  let otherUnits: [Int: String]
  /// Setups with a size of 1 along every axis, which BigStitcher writes where it does not know any.
  let placeholders: Set<Int>
  /// The numbers of all setups.
  let setups: [Int]
  let views: [View]

  private static let limitInBytes = 64 << 20

  static func matches(_ head: [UInt8]) -> Bool { String(decoding: head, as: UTF8.self).contains("<SpimData") }

  /// The description of `imagePath`: the file with the same name and the extension `.xml`, if it refers to that image.
  static func beside(_ imagePath: String) -> BigDataViewerXML? {
    let path = (imagePath as NSString).deletingPathExtension + ".xml"
    guard path != imagePath, fileExists(path), let found = try? BigDataViewerXML(path) else { return nil }
    return (found.imagePath as NSString).lastPathComponent == (imagePath as NSString).lastPathComponent ? found : nil
  }

  /// - Throws: `Fault.badData` when it is not SpimData XML, or describes images of another format.
  init(_ path: String) throws {
    self.path = path
    let reader = SpimDataReader()
    if let problem = reader.read(try readWholeFile(path, limit: Self.limitInBytes)) {
      throw Fault.badData("\(path) is damaged: \(problem)")
    }
    guard let loader = reader.format.flatMap(Loader.init), let image = reader.image, !image.isEmpty else {
      throw Fault.badData(
        "\(path) describes images of the format \"\(reader.format ?? "")\": expected bdv.hdf5, bdv.n5 or bdv.multimg.zarr; resave the dataset by BigStitcher as one of these, or open its files themselves"
      )
    }
    self.loader = loader
    let base = reader.basePath.hasPrefix("/") ? reader.basePath : joinPath(parentDirectory(of: path), reader.basePath)
    imagePath =
      image.hasPrefix("/") ? image : joinPath(reader.basePath.isEmpty ? parentDirectory(of: path) : base, image)
    voxelSizes = reader.voxelSizes
    otherUnits = reader.otherUnits
    placeholders = reader.placeholders
    setups = reader.setups.sorted()
    views = reader.views
  }

  /// The reason why the voxel size of a setup is unknown.
  func reasonForMissingVoxelSize(setup: Int) -> String {
    if placeholders.contains(setup) {
      return
        "\(path) gives 1 × 1 × 1, as BigStitcher does where it does not know it"
    }
    if let unit = otherUnits[setup] {
      return "\(path) gives it in \"\(unit)\", which is not a unit of length"
    }
    return "\(path) does not give that of setup \(setup)"
  }
}

/// Keeps the relevant elements of SpimData XML, identified by their path in the document.
private final class SpimDataReader: XMLElementReader {
  private(set) var format: String?
  private(set) var image: String?
  private(set) var basePath = ""
  private(set) var voxelSizes: [Int: VoxelSize] = [:]
  private(set) var otherUnits: [Int: String] = [:]
  private(set) var placeholders: Set<Int> = []
  private(set) var setups: Set<Int> = []
  private(set) var views: [BigDataViewerXML.View] = []
  private var text: [UInt8] = []
  private var setup: (id: Int?, unit: String, size: String) = (nil, "", "")

  /// Registrations and other long texts are ignored.
  private static let longestText = 4096

  init() { super.init(kind: "SpimData") }

  override func began(_ attributes: [String: String]) {
    text = []
    if open.suffix(2) == ["SequenceDescription", "ImageLoader"], let found = attributes["format"] { format = found }
    if open.last == "zgroup", let setup = attributes["setup"].flatMap({ Int($0) }), let place = attributes["path"] {
      let timePoint = (attributes["timepoint"] ?? attributes["tp"]).flatMap { Int($0) } ?? 0
      views.append(.init(setup: setup, timePoint: timePoint, path: place))
    }
    if open.last == "ViewSetup" { setup = (nil, "", "") }
  }

  override func found(_ part: UnsafeRawBufferPointer) {
    if text.count + part.count <= Self.longestText { text += part }
  }

  override func ending() {
    let value = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    switch open.suffix(2) {
    case ["SpimData", "BasePath"]: basePath = value
    case ["ImageLoader", "hdf5"], ["ImageLoader", "n5"], ["ImageLoader", "zarr"]: image = value
    case ["ViewSetup", "id"]: setup.id = Int(value)
    case ["voxelSize", "unit"]: setup.unit = value
    case ["voxelSize", "size"]: setup.size = value
    case ["ViewSetups", "ViewSetup"]: keepSetup()
    default: break
    }
    text = []
  }

  /// Sizes are written x first.
  private func keepSetup() {
    let edges = setup.size.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard let id = setup.id else { return }
    setups.insert(id)
    guard edges.count == 3 else { return }
    if edges == [1, 1, 1] {
      placeholders.insert(id)
      return
    }
    guard let micrometres = LengthUnit.micrometres(in: setup.unit) else {
      otherUnits[id] = setup.unit
      return
    }
    let size = VoxelSize(edges[2], edges[1], edges[0]) * micrometres
    if size.isMeaningful { voxelSizes[id] = size }
  }
}
