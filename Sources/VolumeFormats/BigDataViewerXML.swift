import CExpat
import Files
import Foundation
import Voxels

/// What the XML file of a BigDataViewer dataset (SpimData) says: which HDF5 file it describes, and the voxel sizes of
/// its setups.
struct BigDataViewerXML {
  let path: String
  /// As the file names it, made absolute or relative to the working directory.
  let imagePath: String
  /// In micrometres, by the number of the setup; absent where the unit is none of length.
  let voxelSizes: [Int: VoxelSize]
  /// Units that are none of length, for example pixels.
  let otherUnits: [Int: String]

  private static let limitInBytes = 64 << 20

  static func matches(_ head: [UInt8]) -> Bool { String(decoding: head, as: UTF8.self).contains("<SpimData") }

  /// The description of `imagePath`: the file of the same name with the extension `.xml`, if it is about that image.
  static func beside(_ imagePath: String) -> BigDataViewerXML? {
    let path = (imagePath as NSString).deletingPathExtension + ".xml"
    guard path != imagePath, fileExists(path), let found = try? BigDataViewerXML(path) else { return nil }
    return (found.imagePath as NSString).lastPathComponent == (imagePath as NSString).lastPathComponent ? found : nil
  }

  /// - Throws: `Fault.badData` when it is no such XML, or describes images of another format.
  init(_ path: String) throws {
    self.path = path
    let reader = SpimDataReader()
    if let problem = reader.read(try readWholeFile(path, limit: Self.limitInBytes)) {
      throw Fault.badData("\(path) is damaged: \(problem)")
    }
    guard reader.format == "bdv.hdf5", let image = reader.image, !image.isEmpty else {
      throw Fault.badData(
        "\(path) describes images of the format \"\(reader.format ?? "")\": expected bdv.hdf5; convert the images, or open their file or directory itself"
      )
    }
    let base = reader.basePath.hasPrefix("/") ? reader.basePath : joinPath(parentDirectory(of: path), reader.basePath)
    imagePath =
      image.hasPrefix("/") ? image : joinPath(reader.basePath.isEmpty ? parentDirectory(of: path) : base, image)
    voxelSizes = reader.voxelSizes
    otherUnits = reader.otherUnits
  }
}

/// Takes in the elements of SpimData XML that matter, by their place in the document.
///
/// Expat parses, as for OME-XML. Document types are refused: entities could grow without bound.
private final class SpimDataReader {
  private(set) var format: String?
  private(set) var image: String?
  private(set) var basePath = ""
  private(set) var voxelSizes: [Int: VoxelSize] = [:]
  private(set) var otherUnits: [Int: String] = [:]
  private let parser: XML_Parser
  private var problem: String?
  private var place: [String] = []
  private var text: [UInt8] = []
  private var setup: (id: Int?, unit: String, size: String) = (nil, "", "")

  private static let largestDepth = 256
  /// Registrations and other long texts are not looked at.
  private static let longestText = 4096

  init() {
    guard let parser = XML_ParserCreate(nil) else { preconditionFailure("no memory to parse XML") }
    self.parser = parser
  }

  deinit { XML_ParserFree(parser) }

  /// - Returns: what is wrong with the document, or nil.
  func read(_ xml: Data) -> String? {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser, { SpimDataReader.of($0).start(String(cString: $1!), $2!) },
      { reader, _ in SpimDataReader.of(reader).end() })
    XML_SetCharacterDataHandler(parser) { SpimDataReader.of($0).characters($1!, count: Int($2)) }
    XML_SetStartDoctypeDeclHandler(parser) { reader, _, _, _, _ in
      SpimDataReader.of(reader).stop("expected no document type, as in all SpimData, found one")
    }
    let status = xml.withUnsafeBytes {
      XML_Parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), 1)
    }
    if let problem { return problem }
    if status == XML_STATUS_OK { return nil }
    let error = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "an error"
    return "expected well-formed XML, found \(error) in line \(XML_GetCurrentLineNumber(parser))"
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> SpimDataReader {
    Unmanaged<SpimDataReader>.fromOpaque(pointer!).takeUnretainedValue()
  }

  private func stop(_ text: String) {
    if problem == nil { problem = text }
    XML_StopParser(parser, XML_Bool(XML_FALSE))
  }

  /// - Parameter attributes: names and values in turn, then nil.
  private func start(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
    guard problem == nil else { return }
    guard place.count < Self.largestDepth else {
      return stop("expected at most \(Self.largestDepth) elements inside each other, found more")
    }
    place.append(name)
    text = []
    if place.suffix(2) == ["SequenceDescription", "ImageLoader"] {
      var index = 0
      while let key = attributes[index], let value = attributes[index + 1] {
        if String(cString: key) == "format" { format = String(cString: value) }
        index += 2
      }
    }
    if name == "ViewSetup" { setup = (nil, "", "") }
  }

  private func characters(_ bytes: UnsafePointer<CChar>, count: Int) {
    guard text.count + count <= Self.longestText else { return }
    text += UnsafeRawBufferPointer(start: bytes, count: count)
  }

  private func end() {
    guard problem == nil else { return }
    let value = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    switch place.suffix(2) {
    case ["SpimData", "BasePath"]: basePath = value
    case ["ImageLoader", "hdf5"]: image = value
    case ["ViewSetup", "id"]: setup.id = Int(value)
    case ["voxelSize", "unit"]: setup.unit = value
    case ["voxelSize", "size"]: setup.size = value
    case ["ViewSetups", "ViewSetup"]: keepSetup()
    default: break
    }
    place.removeLast()
    text = []
  }

  /// Sizes are written x first.
  private func keepSetup() {
    let edges = setup.size.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard let id = setup.id, edges.count == 3 else { return }
    guard let micrometres = ImageMetadata.micrometres(in: setup.unit) else {
      otherUnits[id] = setup.unit
      return
    }
    let size = VoxelSize(edges[2], edges[1], edges[0]) * micrometres
    if size.isMeaningful { voxelSizes[id] = size }
  }
}
