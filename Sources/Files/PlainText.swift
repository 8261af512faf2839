import Foundation

/// What an error says, for the end of a sentence: errors of Swift and Foundation in plain words, without their types,
/// domains and coding paths; faults and errors of our own as they are.
package func plainText(of error: any Error) -> String {
  switch error {
  case let fault as Fault: fault.message
  case let convertible as any FaultConvertible: convertible.fault.message
  case let error as DecodingError: plainText(ofDecoding: error)
  case EncodingError.invalidValue(_, let context):
    "a value cannot be encoded\(place(context.codingPath)): \(sentencePart(context.debugDescription))"
  case let error as CocoaError: sentencePart(underlyingText(error as NSError))
  default:
    // A type of Swift is bridged with a domain of its own name; its description is better.
    String(reflecting: type(of: error)).hasPrefix("__C.NSError") || error is POSIXError || error is URLError
      ? sentencePart(underlyingText(error as NSError)) : "\(error)"
  }
}

private func plainText(ofDecoding error: DecodingError) -> String {
  switch error {
  case .keyNotFound(let key, let context): return "there is no \"\(key.stringValue)\"\(place(context.codingPath))"
  case .valueNotFound(_, let context): return "there is no value\(place(context.codingPath))"
  case .typeMismatch(let type, let context):
    return "a value is not \(words(for: type))\(place(context.codingPath))"
  case .dataCorrupted(let context):
    if let underlying = context.underlyingError {
      let detail = (underlying as NSError).userInfo["NSDebugDescription"].map { "\($0)" } ?? plainText(of: underlying)
      return sentencePart(detail)
    }
    // Foundation says no more than this of a document that ends early.
    let isGeneric = context.debugDescription.hasPrefix("The given data was not valid")
    return (isGeneric ? "it is damaged or ends early" : sentencePart(context.debugDescription))
      + place(context.codingPath)
  @unknown default: return "it cannot be decoded"
  }
}

/// Where in a document, such as ` at sources[2].extent`; empty at its root.
private func place(_ path: [any CodingKey]) -> String {
  var text = ""
  for key in path {
    if let index = key.intValue { text += "[\(index)]" } else { text += (text.isEmpty ? "" : ".") + key.stringValue }
  }
  return text.isEmpty ? "" : " at \(text)"
}

private func words(for type: any Any.Type) -> String {
  switch type {
  case is String.Type: return "text"
  case is Bool.Type: return "true or false"
  case is any BinaryInteger.Type: return "a whole number"
  case is any BinaryFloatingPoint.Type: return "a number"
  default:
    let name = String(describing: type)
    return name.hasPrefix("Array") ? "a list" : name.hasPrefix("Dictionary") ? "an object" : "of the expected kind"
  }
}

private func underlyingText(_ error: NSError) -> String {
  if let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError {
    return underlying.domain == NSPOSIXErrorDomain
      ? systemErrorText(Int32(underlying.code)) : underlyingText(underlying)
  }
  return error.domain == NSPOSIXErrorDomain ? systemErrorText(Int32(error.code)) : error.localizedDescription
}

/// Without line breaks and a final full stop.
private func sentencePart(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  return line.hasSuffix(".") ? String(line.dropLast()) : line
}

/// Decodes JSON of a file.
///
/// - Throws: `Fault.badData` naming `path` when it is not JSON, or not that of a `Value`.
package func decodeJSON<Value: Decodable>(
  _ type: Value.Type, from data: Data, path: String, remedy: String = "restore the file or create it again",
  decoder: JSONDecoder = JSONDecoder()
) throws -> Value {
  do {
    return try decoder.decode(type, from: data)
  } catch let error as DecodingError {
    throw Fault.badData("\(path) cannot be read: \(plainText(of: error)); \(remedy)")
  }
}

extension Fault {
  /// Any error as a fault: faults are kept as they are, errors of the system and of decoding are put in plain words, and
  /// anything else is a bug with the error's own text.
  package init(describing error: any Error) {
    switch error {
    case let fault as Fault: self = fault
    case let convertible as any FaultConvertible: self = convertible.fault
    case is DecodingError: self = .badData("a file is damaged or of another kind: \(plainText(of: error))")
    case is CocoaError, is POSIXError: self = .io("a file cannot be read or written: \(plainText(of: error))")
    default: self = Fault(.bug, plainText(of: error))
    }
  }
}
