import Files
import Foundation
import Voxels

extension OMEDocument {
  /// Longer documents are rejected. One element for every plane of a large volume amounts to tens of megabytes.
  static let largestByteCount = 256 << 20

  static func matches(_ text: String) -> Bool {
    text.utf8.prefix(4096).contains(60) && (text.contains("<OME") || text.contains(":OME "))
  }

  /// - Throws: `Fault.badData` when the text is not XML, has a document type (entities could expand without bound and
  ///   read other files; OME-XML has none), or lacks sizes.
  init(parsing xml: Data, path: String) throws {
    guard xml.count <= Self.largestByteCount else {
      throw Fault.badData(
        "\(path) has OME metadata of \(xml.count) bytes: expected at most \(Self.largestByteCount)")
    }
    let reader = OMEReader()
    if let problem = reader.read(xml) { throw Fault.badData("\(path) has damaged OME metadata: \(problem)") }
    self = reader.document
  }
}

private final class OMEReader: XMLElementReader {
  private(set) var document = OMEDocument()
  /// Text content of the open `UUID` element.
  private var text = ""
  private var (moduloName, moduloLabels, moduloSteps) = ("", 0, 0)

  init() { super.init(kind: "OME-XML") }

  /// Path of the current element, for example `OME/Image/Pixels`; empty when deeper than any element of interest.
  private var place: String { open.count <= 5 ? open.joined(separator: "/") : "" }

  override func began(_ attributes: [String: String]) {
    let place = place
    if place.hasPrefix("OME") { take(place, attributes) }
    if let last = open.last, last.hasPrefix("ModuloAlong") { beginModulo(attributes) }
    if open.last == "Label" { moduloLabels += 1 }
  }

  private func take(_ place: String, _ attributes: [String: String]) {
    switch place {
    case "OME": document.identifier = attributes["UUID"]
    case "OME/BinaryOnly": document.metadataFile = attributes["MetadataFile"]
    case "OME/Image":
      document.images.append(OMEDocument.Image(identifier: attributes["ID"], name: attributes["Name"]))
    case "OME/Image/Pixels": takePixels(attributes)
    case "OME/Image/Pixels/Channel":
      guard let samples = count(attributes, "SamplesPerPixel", default: 1, least: 1) else { return }
      document.images[document.images.count - 1].samplesPerPixel = samples
    case "OME/Image/Pixels/TiffData": takePages(attributes)
    case "OME/Image/Pixels/Plane": takePlane(attributes)
    case "OME/Image/Pixels/TiffData/UUID":
      text = ""
      withLastRange { $0.file = .init(identifier: "", name: attributes["FileName"]) }
    default: break
    }
  }

  override func found(_ part: UnsafeRawBufferPointer) {
    guard open.last == "UUID", text.utf8.count + part.count < 1024 else { return }
    text += String(decoding: part, as: UTF8.self)
  }

  override func ending() {
    if let last = open.last, last.hasPrefix("ModuloAlong") { endModulo(last) }
    guard place == "OME/Image/Pixels/TiffData/UUID" else { return }
    let identifier = text.trimmingCharacters(in: .whitespacesAndNewlines)
    withLastRange { $0.file?.identifier = identifier }
  }

  private func withLastRange(_ change: (inout OMEDocument.PageRange) -> Void) {
    let image = document.images.count - 1
    guard !document.images[image].data.isEmpty else { return }
    change(&document.images[image].data[document.images[image].data.count - 1])
  }

  private func takePixels(_ attributes: [String: String]) {
    guard let width = count(attributes, "SizeX", least: 1),
      let height = count(attributes, "SizeY", least: 1),
      let slices = count(attributes, "SizeZ", least: 1),
      let channels = count(attributes, "SizeC", least: 1),
      let timePoints = count(attributes, "SizeT", least: 1)
    else { return }
    let order = attributes["DimensionOrder"] ?? "none"
    // For example `XYZCT`: x and y always come first.
    guard order.hasPrefix("XY"), order.count == 5, Set(order.dropFirst(2)) == Set("ZCT") else {
      return stop("expected a DimensionOrder such as XYZCT, found \(order)")
    }
    let index = document.images.count - 1
    document.images[index].width = width
    document.images[index].height = height
    document.images[index].slices = slices
    document.images[index].channels = channels
    document.images[index].timePoints = timePoints
    document.images[index].pageOrder = String(order.dropFirst(2))
    func edge(_ axis: String) -> Double? {
      guard let length = attributes["PhysicalSize\(axis)"].flatMap({ Double($0) }) else { return nil }
      let unit = attributes["PhysicalSize\(axis)Unit"] ?? "µm"
      guard let micrometres = LengthUnit.micrometres(in: unit) else {
        document.images[index].otherUnits.insert(unit)
        return nil
      }
      return length * micrometres
    }
    document.images[index].edges = (edge("Z"), edge("Y"), edge("X"))
  }

  /// Positions are in the units of the stage where no unit is given, which are not a length.
  private func takePlane(_ attributes: [String: String]) {
    guard attributes["TheC"] ?? "0" == "0", attributes["TheT"] ?? "0" == "0",
      let slice = attributes["TheZ"].flatMap({ Int($0) }),
      let position = attributes["PositionZ"].flatMap({ Double($0) }),
      let micrometres = attributes["PositionZUnit"].flatMap(LengthUnit.micrometres), position.isFinite,
      (0..<document.images[document.images.count - 1].slices).contains(slice)
    else { return }
    document.images[document.images.count - 1].positions[slice] = position * micrometres
  }

  /// How many values the axis has: labels, or steps from start to end.
  private func beginModulo(_ attributes: [String: String]) {
    func number(_ name: String) -> Double? { attributes[name].flatMap { Double($0) } }
    moduloLabels = 0
    moduloSteps = 0
    if let start = number("Start"), let end = number("End") {
      let count = ((end - start) / (number("Step") ?? 1) + 1).rounded()
      moduloSteps = count.isFinite && (1...1e6).contains(count) ? Int(count) : 0
    }
    moduloName = attributes["Type"] ?? attributes["TypeDescription"] ?? "other"
  }

  private func endModulo(_ element: String) {
    let count = moduloLabels > 0 ? moduloLabels : moduloSteps
    guard element == "ModuloAlongZ" else {
      document.moduloNames.append(moduloName)
      return
    }
    for index in document.images.indices where count > 1 && document.images[index].slices % count == 0 {
      document.images[index].modulo = (moduloName, count)
    }
  }

  private func takePages(_ attributes: [String: String]) {
    var range = OMEDocument.PageRange()
    if attributes["IFD"] != nil {
      guard let page = count(attributes, "IFD", least: 0) else { return }
      range.page = page
    }
    // NumPlanes before the schema of 2008.
    if let name = ["PlaneCount", "NumPlanes"].first(where: { attributes[$0] != nil }) {
      guard let planes = count(attributes, name, least: 0) else { return }
      range.count = planes
    }
    guard let slice = count(attributes, "FirstZ", default: 0, least: 0),
      let channel = count(attributes, "FirstC", default: 0, least: 0),
      let timePoint = count(attributes, "FirstT", default: 0, least: 0)
    else { return }
    (range.slice, range.channel, range.timePoint) = (slice, channel, timePoint)
    document.images[document.images.count - 1].data.append(range)
  }

  /// A whole number, limited so that the product of a few of them cannot overflow.
  private func count(
    _ attributes: [String: String], _ name: String, default missing: Int? = nil, least: Int
  ) -> Int? {
    if attributes[name] == nil, let missing { return missing }
    if let number = attributes[name].flatMap({ Int($0) }), number >= least, number <= Int(Int32.max) { return number }
    stop("expected a number of at least \(least) for \(name), found \(attributes[name] ?? "none")")
    return nil
  }
}
