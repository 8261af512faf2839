import CHDF5
import Files
import Foundation

/// One HDF5 file open for reading: its objects and their attributes.
///
/// The library never follows external links. Instead, the error names the file to open, or a format that is known to
/// span several files resolves the link with `outsideLink`.
package final class HDF5File: Sendable {
  let path: String
  /// The same file, for chunks that are read without the library.
  let bytes: ReadableFile
  let handle: HDF5Handle
  private let linkAccess: HDF5Handle

  /// Maximum number of names in a group that holds an image.
  private static let largestNameCount = 1 << 20
  private static let longestText = 4096
  /// The library creates collections of 4096 bytes, or larger ones for a single larger object.
  private static let largestHeap = 1 << 24

  /// Whether the signature is at one of the offsets that the format allows: 0, 512, 1024, 2048 and so on.
  static func matches(_ file: ReadableFile) throws -> Bool {
    var offset = 0
    while offset <= file.size - signature.count {
      if [UInt8](try file.read(at: offset, count: signature.count)) == signature { return true }
      offset = max(512, offset * 2)
    }
    return false
  }

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// - Throws: `Fault.noInput` when the file cannot be opened, `Fault.badData` when it is not a complete HDF5 file.
  package init(_ path: String) throws {
    self.path = path
    bytes = try ReadableFile(path)
    (handle, linkAccess) = try HDF5Library.exclusively {
      guard let access = HDF5Handle(sheaf_hdf5_file_access()), let links = HDF5Handle(sheaf_hdf5_link_access()) else {
        throw Fault(.bug, "the HDF5 library cannot be set up: \(HDF5Library.lastMessage)")
      }
      guard let file = HDF5Handle(sheaf_hdf5_open_file(path, access.id)) else {
        throw Fault.badData(
          "\(path) is truncated or damaged: expected an HDF5 file, found \"\(HDF5Library.lastMessage)\"")
      }
      return (file, links)
    }
  }

  /// An error for damaged input that quotes the library's last message; call it before any other library call.
  func damage(_ expected: String) -> Fault {
    let text = HDF5Library.lastMessage
    return Fault.badData("\(path) is damaged: expected \(expected), found \(text.isEmpty ? "none" : "\"\(text)\"")")
  }

  private enum Link {
    case absent
    case inside
    case outside(OutsideLink)
  }

  /// The target of an external link: the file, as written, and the path of an object in it.
  struct OutsideLink {
    var file: String
    var object: String
  }

  /// The kind of the last component of `path`. Requires exclusive access to the library.
  private func link(_ path: String) throws -> Link {
    var target = sheaf_hdf5_target()
    switch Int(sheaf_hdf5_link(handle.id, path, linkAccess.id, &target)) {
    case SHEAF_HDF5_LINK_ABSENT: return .absent
    case SHEAF_HDF5_LINK_INSIDE: return .inside
    case SHEAF_HDF5_LINK_OUTSIDE:
      func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      return .outside(
        OutsideLink(file: withUnsafeBytes(of: target.file, text), object: withUnsafeBytes(of: target.object, text)))
    default: throw damage("a readable entry /\(path)")
    }
  }

  /// The group or dataset at `name`, a path with components separated by `/`, or nil when it does not exist.
  ///
  /// - Throws: `Fault.badData` when it is in another file, or when the file is damaged.
  func object(_ name: String) throws -> HDF5Handle? {
    try HDF5Library.exclusively {
      var part = ""
      for component in name.split(separator: "/") where component != "." {
        part += part.isEmpty ? "\(component)" : "/\(component)"
        switch try link(part) {
        case .absent: return nil
        case .inside: continue
        case .outside(let target):
          throw Fault.badData(
            "\(path) only refers to another file for /\(part): expected the voxels in this file, found a link to \"\(target.file)\"; open that file"
          )
        }
      }
      guard let object = HDF5Handle(H5Oopen(handle.id, part.isEmpty ? "/" : part, linkAccess.id)) else {
        throw damage("a readable object /\(part)")
      }
      return object
    }
  }

  /// Target of the entry `name` of the group at `group` if it is an external link; nil when the entry is in this file,
  /// or does not exist.
  func outsideLink(_ name: String, in group: String) throws -> OutsideLink? {
    guard try object(group) != nil else { return nil }
    return try HDF5Library.exclusively {
      if case .outside(let target) = try link("\(group)/\(name)") { return target }
      return nil
    }
  }

  /// The names in the group at `name`; empty when it is not a group.
  func names(in name: String) throws -> [String] {
    guard let group = try object(name), HDF5Library.exclusively({ H5Iget_type(group.id) == H5I_GROUP }) else {
      return []
    }
    return try collect("the names in /\(name)", limit: Self.largestNameCount) { visitor, user in
      sheaf_hdf5_list(group.id, visitor, user)
    }.map(\.name)
  }

  /// The paths of the first `limit` objects of the file, and whether each is a dataset.
  func walk(limit: Int) throws -> [(name: String, isDataset: Bool)] {
    try collect("groups that can be listed", limit: limit) { visitor, user in
      sheaf_hdf5_walk(handle.id, visitor, user)
    }
  }

  private final class Collection {
    var found: [(name: String, isDataset: Bool)] = []
    let limit: Int
    init(limit: Int) { self.limit = limit }
  }

  private func collect(
    _ expected: String, limit: Int, _ body: (sheaf_hdf5_visitor, UnsafeMutableRawPointer) -> herr_t
  ) throws -> [(name: String, isDataset: Bool)] {
    let collection = Collection(limit: limit)
    try HDF5Library.exclusively {
      let status = withExtendedLifetime(collection) {
        body(
          { name, isDataset, user in
            let collection = Unmanaged<Collection>.fromOpaque(user!).takeUnretainedValue()
            guard collection.found.count < collection.limit else { return 1 }
            if let text = name.flatMap({ String(validatingCString: $0) }) {
              collection.found.append((text, isDataset != 0))
            }
            return 0
          }, Unmanaged.passUnretained(collection).toOpaque())
      }
      guard status >= 0 else { throw damage(expected) }
    }
    return collection.found
  }

  /// The text of an attribute of the object at `name`, up to the first NUL and with surrounding blanks removed; nil
  /// when there is no such object or attribute.
  package func text(_ attribute: String, of name: String) throws -> String? {
    guard let object = try object(name) else { return nil }
    let bytes: [UInt8]? = try HDF5Library.exclusively {
      try withUnsafeTemporaryAllocation(byteCount: Self.longestText, alignment: 1) { buffer in
        var reference = sheaf_hdf5_reference()
        let length = sheaf_hdf5_text(object.id, attribute, buffer.baseAddress!, buffer.count, &reference)
        switch length {
        case Int(SHEAF_HDF5_TEXT_ABSENT): return nil
        case Int(SHEAF_HDF5_TEXT_REFERENCE): return try textInHeap(reference, attribute, name)
        case 0...: return [UInt8](buffer[0..<length])
        default: throw damage("a text as attribute \(attribute) of /\(name)")
        }
      }
    }
    return bytes.map {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  /// The texts of an attribute that is a list of `count` strings of variable length; nil when there is no such
  /// attribute. Empty texts are those that were not set.
  package func texts(_ attribute: String, of name: String, count: Int) throws -> [String]? {
    guard (1...Int(SHEAF_HDF5_MOST_TEXTS)).contains(count), let object = try object(name) else { return nil }
    return try HDF5Library.exclusively {
      var references = [sheaf_hdf5_reference](repeating: sheaf_hdf5_reference(), count: count)
      guard sheaf_hdf5_texts(object.id, attribute, &references, count) == 0 else { return nil }
      return try references.map { reference in
        // A text that was never set has no address.
        if reference.length == 0 || reference.address == 0 { return "" }
        return String(decoding: try textInHeap(reference, attribute, name).prefix { $0 != 0 }, as: UTF8.self)
      }
    }
  }

  /// Up to eight numbers of an attribute; nil when there is no such attribute, or it is of something else.
  func numbers(_ attribute: String, of object: HDF5Handle) -> [Double]? {
    HDF5Library.exclusively {
      var values = [Double](repeating: 0, count: 8)
      let count = sheaf_hdf5_numbers(object.id, attribute, &values, 8)
      return count < 0 ? nil : Array(values.prefix(Int(count)))
    }
  }

  /// Looks up a string of variable length in the global heap (HDF5 File Format Specification, III.E).
  private func textInHeap(_ reference: sheaf_hdf5_reference, _ attribute: String, _ name: String) throws -> [UInt8] {
    func damaged(_ found: String) -> Fault {
      Fault.badData(
        "\(path) is damaged: expected the text of attribute \(attribute) of /\(name) in the file's heap, found \(found)"
      )
    }
    var addressSize = 0
    var base: UInt64 = 0
    guard sheaf_hdf5_addressing(handle.id, &addressSize, &base) == 0, addressSize == 8 else {
      throw damaged("addresses of \(addressSize) bytes")
    }
    if reference.length == 0 { return [] }
    let (offset, overflow) = reference.address.addingReportingOverflow(base)
    guard !overflow, offset < UInt64(bytes.size), bytes.size - Int(offset) >= 16 else {
      throw damaged("an address outside the file")
    }
    let head = HeaderBytes(bytes: [UInt8](try bytes.read(at: Int(offset), count: 16)))
    let size = head.int64(8)
    guard head.bytes[0..<4] == [0x47, 0x43, 0x4F, 0x4C], size >= 16,
      size <= min(Self.largestHeap, bytes.size - Int(offset))
    else { throw damaged("no collection at \(offset)") }
    let collection = HeaderBytes(bytes: [UInt8](try bytes.read(at: Int(offset), count: size)))
    // Objects are stored contiguously: number (2 bytes), references (2), reserved (4), size (8), data, padded to 8
    // bytes.
    var position = 16
    while size - position >= 16 {
      let number = collection.int16(position) & 0xFFFF
      let length = collection.int64(position + 8)
      guard number != 0, length >= 0, length <= size - position - 16 else { break }
      if number == Int(reference.index) {
        let used = min(length, Int(reference.length), Self.longestText)
        return [UInt8](collection.bytes[(position + 16)..<(position + 16 + used)])
      }
      position += 16 + (length + 7) / 8 * 8
    }
    throw damaged("no object \(reference.index) in it")
  }
}
