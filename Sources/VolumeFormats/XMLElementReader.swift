import CExpat
import Foundation

/// Processes the elements of an XML document one after another; subclasses keep what they need.
///
/// Uses Expat, because Foundation's parser traps on some malformed documents. Document types are rejected: entities
/// could expand without bound and read other files. Only XML's five predefined entities are expanded, and no other file
/// is ever opened.
class XMLElementReader {
  private let parser: XML_Parser
  /// The first error found.
  private var problem: String?
  /// Names of the open elements, without namespace prefixes.
  final private(set) var open: [String] = []
  private let kind: String

  private static let largestDepth = 256

  /// - Parameter kind: the kind of document, for error messages, such as `OME-XML`.
  init(kind: String) {
    guard let parser = XML_ParserCreate(nil) else { preconditionFailure("out of memory for the XML parser") }
    self.parser = parser
    self.kind = kind
  }

  deinit { XML_ParserFree(parser) }

  /// Called at the start of an element, the last one in `open`.
  func began(_ attributes: [String: String]) {}
  /// Called for each part of the text of the last element in `open`.
  func found(_ text: UnsafeRawBufferPointer) {}
  /// Called at the end of the last element in `open`.
  func ending() {}

  /// - Returns: a description of what is wrong with the document, or nil.
  final func read(_ xml: Data) -> String? {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser, { XMLElementReader.of($0).begin(String(cString: $1!), $2!) },
      { reader, _ in XMLElementReader.of(reader).end() })
    XML_SetCharacterDataHandler(parser) { reader, bytes, count in
      let reader = XMLElementReader.of(reader)
      if reader.problem == nil { reader.found(UnsafeRawBufferPointer(start: bytes!, count: Int(count))) }
    }
    XML_SetStartDoctypeDeclHandler(parser) { reader, _, _, _, _ in
      let reader = XMLElementReader.of(reader)
      reader.stop("expected no document type, as in all \(reader.kind), found one")
    }
    // Fed in pieces of several megabytes, as Expat uses 32-bit counts.
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

  /// Stops reading; `read` returns `text`.
  final func stop(_ text: String) {
    if problem == nil { problem = text }
    XML_StopParser(parser, XML_Bool(XML_FALSE))
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> XMLElementReader {
    Unmanaged<XMLElementReader>.fromOpaque(pointer!).takeUnretainedValue()
  }

  /// - Parameter attributes: alternating names and values, terminated by nil.
  private func begin(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
    guard problem == nil else { return }
    guard open.count < Self.largestDepth else {
      return stop("expected at most \(Self.largestDepth) nested elements, found more")
    }
    open.append(name.split(separator: ":").last.map(String.init) ?? name)
    var values: [String: String] = [:]
    var index = 0
    while let key = attributes[index], let value = attributes[index + 1] {
      values[String(cString: key)] = String(cString: value)
      index += 2
    }
    began(values)
  }

  private func end() {
    guard problem == nil else { return }
    ending()
    open.removeLast()
  }
}
