/// One case for every way in which a safetensors file can be wrong.
enum SafetensorsDamage: Error, Equatable, CustomStringConvertible {
  case tooShort(Int)
  case headerTooLarge(UInt64)
  case headerBeyondEnd(expected: Int, found: Int)
  case headerNotAnObject
  case headerNotText
  case headerMalformed
  case unknownType(name: String, type: String)
  case negativeSize(name: String, shape: [Int])
  case sizeOverflow(name: String, shape: [Int])
  case badOffsets(name: String, offsets: [Int])
  case beyondEnd(name: String, end: Int, available: Int)
  case wrongByteCount(name: String, expected: Int, found: Int)
  case gap(before: String)
  case overlap(name: String)
  case trailingBytes(Int)
  case noChecksum
  case wrongChecksum(expected: String, found: String)

  var description: String {
    switch self {
    case .tooShort(let found):
      "expected at least the 8 bytes of the header's length, found \(found) bytes"
    case .headerTooLarge(let found):
      "expected a header of at most \(SafetensorsFile.headerByteLimit) bytes, found a length of \(found)"
    case .headerBeyondEnd(let expected, let found):
      "it is truncated: expected a header of \(expected) bytes, found \(found)"
    case .headerNotAnObject: "expected a header that begins with {"
    case .headerNotText: "expected a header in UTF-8"
    case .headerMalformed:
      "expected a header of JSON that gives dtype, shape and data_offsets for each tensor and text in __metadata__"
    case .unknownType(let name, let type):
      "tensor \(name) has elements of type \(type), expected one of F32, BF16, F16, F64, U8, I32, I64, BOOL"
    case .negativeSize(let name, let shape): "tensor \(name) has a negative size in its shape \(shape)"
    case .sizeOverflow(let name, let shape): "tensor \(name) of shape \(shape) is larger than any memory"
    case .badOffsets(let name, let offsets):
      "tensor \(name) has data_offsets \(offsets), expected a beginning and an end after it"
    case .beyondEnd(let name, let end, let available):
      "it is truncated: tensor \(name) ends at byte \(end) of the data, found \(available) bytes of data"
    case .wrongByteCount(let name, let expected, let found):
      "tensor \(name) needs \(expected) bytes for its shape, found \(found) bytes in its data_offsets"
    case .gap(let before): "there are bytes that no tensor owns before tensor \(before)"
    case .overlap(let name): "tensor \(name) shares bytes with another tensor"
    case .trailingBytes(let count): "\(count) bytes follow the last tensor"
    case .noChecksum:
      "it says that it has a checksum, but it has not: it is damaged, or another program wrote it again with the "
        + "metadata sheaf.crc32c and sheaf.checked, which do not apply to it then"
    case .wrongChecksum(let expected, let found):
      "its checksum is wrong (expected \(expected), found \(found)): it is damaged, or "
        + "another program wrote it again with the metadata sheaf.crc32c and sheaf.checked, which do not apply to it then"
    }
  }
}
