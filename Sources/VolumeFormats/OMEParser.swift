import CExpat
import Files
import Foundation
import Voxels

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
    let reader = OMEReader()
    if let problem = reader.read(xml) { throw Fault.badData("\(path) has damaged OME metadata: \(problem)") }
    self = reader.document
  }
}

/// Takes in the elements of OME-XML one after another.
///
/// Expat parses, because Foundation's parser traps on some malformed documents. No entity but XML's own five and no
/// other file is ever looked at.
private final class OMEReader {
  private(set) var document = OMEDocument()
  private let parser: XML_Parser
  /// The first thing that is wrong.
  private var problem: String?
  /// Names of the open elements, without namespace prefixes.
  private var open: [String] = []
  /// Of the open `UUID` element.
  private var text = ""

  private static let largestDepth = 256

  init() {
    guard let parser = XML_ParserCreate(nil) else { preconditionFailure("no memory to parse XML") }
    self.parser = parser
  }

  deinit { XML_ParserFree(parser) }

  /// - Returns: what is wrong with the document, or nil.
  func read(_ xml: Data) -> String? {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser, { OMEReader.of($0).start(String(cString: $1!), $2!) }, { reader, _ in OMEReader.of(reader).end() })
    XML_SetCharacterDataHandler(parser) { OMEReader.of($0).characters($1!, count: Int($2)) }
    XML_SetStartDoctypeDeclHandler(parser) { reader, _, _, _, _ in
      OMEReader.of(reader).stop("expected no document type, as in all OME-XML, found one")
    }
    // Megabytes at a time, as Expat counts in 32 bits.
    let step = 1 << 24
    var offset = 0
    repeat {
      let part = xml[(xml.startIndex + offset)..<(xml.startIndex + min(offset + step, xml.count))]
      offset += part.count
      let status = part.withUnsafeBytes {
        XML_Parse(
          parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), offset == xml.count ? 1 : 0)
      }
      if let problem { return problem }
      if status != XML_STATUS_OK {
        let error = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "an error"
        return
          "expected well-formed XML, found \(error) in line \(XML_GetCurrentLineNumber(parser)), column \(XML_GetCurrentColumnNumber(parser))"
      }
    } while offset < xml.count
    return nil
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> OMEReader {
    Unmanaged<OMEReader>.fromOpaque(pointer!).takeUnretainedValue()
  }

  /// Where the parser is, for example `OME/Image/Pixels`; deeper than anything that is looked for, nothing.
  private var place: String { open.count <= 5 ? open.joined(separator: "/") : "" }

  /// - Parameter attributes: names and values in turn, then nil.
  private func start(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
    guard problem == nil else { return }
    guard open.count < Self.largestDepth else {
      return stop("expected at most \(Self.largestDepth) elements inside each other, found more")
    }
    open.append(name.split(separator: ":").last.map(String.init) ?? name)
    let place = place
    guard place.hasPrefix("OME") else { return }
    var values: [String: String] = [:]
    var index = 0
    while let key = attributes[index], let value = attributes[index + 1] {
      values[String(cString: key)] = String(cString: value)
      index += 2
    }
    take(place, values)
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
    case "OME/Image/Pixels/TiffData/UUID":
      text = ""
      withLastRange { $0.file = .init(identifier: "", name: attributes["FileName"]) }
    default: break
    }
  }

  private func characters(_ bytes: UnsafePointer<CChar>, count: Int) {
    guard open.last == "UUID", text.utf8.count + count < 1024 else { return }
    text += String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  private func end() {
    guard problem == nil else { return }
    if place == "OME/Image/Pixels/TiffData/UUID" {
      let identifier = text.trimmingCharacters(in: .whitespacesAndNewlines)
      withLastRange { $0.file?.identifier = identifier }
    }
    open.removeLast()
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
    // `XYZCT` and its like: x and y are always first.
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
      guard let length = attributes["PhysicalSize\(axis)"].flatMap({ Double($0) }),
        let unit = ImageMetadata.micrometres(in: attributes["PhysicalSize\(axis)Unit"] ?? "µm")
      else { return nil }
      return length * unit
    }
    if let z = edge("Z"), let y = edge("Y"), let x = edge("X"), VoxelSize(z, y, x).isMeaningful {
      document.images[index].voxelSizeInMicrometres = VoxelSize(z, y, x)
    }
  }

  private func takePages(_ attributes: [String: String]) {
    var range = OMEDocument.PageRange()
    if attributes["IFD"] != nil {
      guard let page = count(attributes, "IFD", least: 0) else { return }
      range.page = page
    }
    if attributes["PlaneCount"] != nil {
      guard let planes = count(attributes, "PlaneCount", least: 0) else { return }
      range.count = planes
    }
    guard let slice = count(attributes, "FirstZ", default: 0, least: 0),
      let channel = count(attributes, "FirstC", default: 0, least: 0),
      let timePoint = count(attributes, "FirstT", default: 0, least: 0)
    else { return }
    (range.slice, range.channel, range.timePoint) = (slice, channel, timePoint)
    document.images[document.images.count - 1].data.append(range)
  }

  /// A whole number that cannot overflow when a few of them are multiplied.
  private func count(
    _ attributes: [String: String], _ name: String, default missing: Int? = nil, least: Int
  ) -> Int? {
    if attributes[name] == nil, let missing { return missing }
    if let number = attributes[name].flatMap({ Int($0) }), number >= least, number <= Int(Int32.max) { return number }
    stop("expected a number of at least \(least) for \(name), found \(attributes[name] ?? "none")")
    return nil
  }

  private func stop(_ text: String) {
    if problem == nil { problem = text }
    XML_StopParser(parser, XML_Bool(XML_FALSE))
  }
}
