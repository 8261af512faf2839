import Files
import Foundation
import Voxels

#if canImport(FoundationXML)
  import FoundationXML
#endif

extension OMEDocument {
  /// Longer documents are refused. One element for every plane of a large volume makes some tens of megabytes.
  static let largestByteCount = 256 << 20

  static func matches(_ text: String) -> Bool { text.utf8.prefix(4096).contains(60) && text.contains("<OME") }

  /// - Throws: `Fault.badData` when the text is no XML, has a document type (entities could grow without bound and read
  ///   other files; OME-XML has none), or lacks sizes.
  init(parsing xml: Data, path: String) throws {
    guard xml.count <= Self.largestByteCount else {
      throw Fault.badData(
        "\(path) has OME metadata of \(xml.count) bytes: expected at most \(Self.largestByteCount)")
    }
    guard xml.range(of: Data("<!DOCTYPE".utf8)) == nil, xml.range(of: Data("<!ENTITY".utf8)) == nil else {
      throw Fault.badData("\(path) has OME metadata with a document type: expected none, as in all OME-XML")
    }
    let reader = OMEReader()
    let parser = XMLParser(data: xml)
    parser.shouldProcessNamespaces = true
    parser.shouldResolveExternalEntities = false
    parser.delegate = reader
    // `parse` may succeed in spite of an error that it told the delegate.
    let isWellFormed = parser.parse() && !reader.hasFailed
    if let problem = reader.problem {
      throw Fault.badData("\(path) has damaged OME metadata: \(problem)")
    }
    guard isWellFormed else {
      throw Fault.badData(
        "\(path) has damaged OME metadata: expected well-formed XML, found an error in line \(parser.lineNumber), column \(parser.columnNumber)"
      )
    }
    self = reader.document
  }
}

/// Takes in the elements of OME-XML one after another.
private final class OMEReader: NSObject, XMLParserDelegate {
  var document = OMEDocument()
  /// The first thing that is wrong.
  var problem: String?
  /// Whether the XML is not well-formed.
  var hasFailed = false
  /// Names of the open elements.
  private var open: [String] = []
  /// Of the open `UUID` element.
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(name)
    switch open.joined(separator: "/") {
    case "OME": document.identifier = attributes["UUID"]
    case "OME/BinaryOnly": document.metadataFile = attributes["MetadataFile"]
    case "OME/Image":
      document.images.append(OMEDocument.Image(identifier: attributes["ID"], name: attributes["Name"]))
    case "OME/Image/Pixels": takePixels(attributes, parser)
    case "OME/Image/Pixels/Channel":
      guard let samples = count(attributes, "SamplesPerPixel", default: 1, least: 1, parser) else { return }
      document.images[document.images.count - 1].samplesPerPixel = samples
    case "OME/Image/Pixels/TiffData": takePages(attributes, parser)
    case "OME/Image/Pixels/TiffData/UUID":
      text = ""
      withLastRange { $0.file = .init(identifier: "", name: attributes["FileName"]) }
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if open.last == "UUID", text.utf8.count < 1024 { text += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if open.joined(separator: "/") == "OME/Image/Pixels/TiffData/UUID" {
      let identifier = text.trimmingCharacters(in: .whitespacesAndNewlines)
      withLastRange { $0.file?.identifier = identifier }
    }
    open.removeLast()
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { hasFailed = true }

  private func withLastRange(_ change: (inout OMEDocument.PageRange) -> Void) {
    let image = document.images.count - 1
    guard !document.images[image].data.isEmpty else { return }
    change(&document.images[image].data[document.images[image].data.count - 1])
  }

  private func takePixels(_ attributes: [String: String], _ parser: XMLParser) {
    guard let width = count(attributes, "SizeX", least: 1, parser),
      let height = count(attributes, "SizeY", least: 1, parser),
      let slices = count(attributes, "SizeZ", least: 1, parser),
      let channels = count(attributes, "SizeC", least: 1, parser),
      let timePoints = count(attributes, "SizeT", least: 1, parser)
    else { return }
    let order = attributes["DimensionOrder"] ?? "none"
    // `XYZCT` and its like: x and y are always first.
    guard order.hasPrefix("XY"), order.count == 5, Set(order.dropFirst(2)) == Set("ZCT") else {
      return stop("expected a DimensionOrder such as XYZCT, found \(order)", parser)
    }
    let index = document.images.count - 1
    document.images[index].width = width
    document.images[index].height = height
    document.images[index].slices = slices
    document.images[index].channels = channels
    document.images[index].timePoints = timePoints
    document.images[index].pageOrder = String(order.dropFirst(2))
    func edge(_ axis: String) -> Double? {
      guard let length = attributes["PhysicalSize\(axis)"].flatMap({ Double($0) }),
        let unit = ImageMetadata.micrometres(in: attributes["PhysicalSize\(axis)Unit"] ?? "µm")
      else { return nil }
      return length * unit
    }
    if let z = edge("Z"), let y = edge("Y"), let x = edge("X"), VoxelSize(z, y, x).isMeaningful {
      document.images[index].voxelSizeInMicrometres = VoxelSize(z, y, x)
    }
  }

  private func takePages(_ attributes: [String: String], _ parser: XMLParser) {
    var range = OMEDocument.PageRange()
    if attributes["IFD"] != nil {
      guard let page = count(attributes, "IFD", least: 0, parser) else { return }
      range.page = page
    }
    if attributes["PlaneCount"] != nil {
      guard let planes = count(attributes, "PlaneCount", least: 0, parser) else { return }
      range.count = planes
    }
    guard let slice = count(attributes, "FirstZ", default: 0, least: 0, parser),
      let channel = count(attributes, "FirstC", default: 0, least: 0, parser),
      let timePoint = count(attributes, "FirstT", default: 0, least: 0, parser)
    else { return }
    (range.slice, range.channel, range.timePoint) = (slice, channel, timePoint)
    document.images[document.images.count - 1].data.append(range)
  }

  /// A whole number that cannot overflow when a few of them are multiplied.
  private func count(
    _ attributes: [String: String], _ name: String, default missing: Int? = nil, least: Int, _ parser: XMLParser
  ) -> Int? {
    if attributes[name] == nil, let missing { return missing }
    if let number = attributes[name].flatMap({ Int($0) }), number >= least, number <= Int(Int32.max) { return number }
    stop("expected a number of at least \(least) for \(name), found \(attributes[name] ?? "none")", parser)
    return nil
  }

  private func stop(_ text: String, _ parser: XMLParser) {
    if problem == nil { problem = text }
    parser.abortParsing()
  }
}
