import Files
import Foundation

/// Verifies files one by one.
enum FileVerification {
  /// Checks a single file: by the digest that the output around it recorded, or by a checksum of its format. A file that
  /// has neither cannot be verified, and this is said.
  ///
  /// - Throws: `Fault.noInput` when it is missing or cannot be checked.
  static func report(on path: String) throws -> VerificationReport {
    if let (output, name) = outputAround(path), let contents = try OutputContents.read(in: output),
      let digest = contents.files[name]
    {
      let difference = try digest.difference(at: path)
      return VerificationReport(
        store: path, kinds: contents.kind.map { [$0.rawValue] } ?? [], shards: 0, files: 1,
        damage: difference.map { [.init(path: path, message: "\(path) \($0)")] } ?? [],
        notes: ["\(path): compared with what \(output) recorded of it"])
    }
    let file = try ReadableFile(path)
    if file.size >= pngSignature.count, try [UInt8](file.read(at: 0, count: pngSignature.count)) == pngSignature {
      let damage = try damageOfPNG(file)
      return VerificationReport(
        store: path, shards: 0, files: 1, damage: damage.map { [.init(path: path, message: "\(path) \($0)")] } ?? [],
        notes: ["\(path): the checksums of PNG were compared"])
    }
    if Archive.isArchive(path) {
      return VerificationReport(
        store: path, shards: 0, files: 1, damage: Archive.damage(of: path).map { .init(path: path, message: $0) },
        notes: ["\(path): the checksums of the archive's members were compared"])
    }
    let place = outputAround(path).map { "it is checked together with \($0.output)" }
    throw Fault.noInput(
      "cannot verify \(path) by itself: no checksum of this file is recorded, so changed values could not be noticed; "
        + (place ?? "files are checked together with the output they were written in: give its directory"))
  }
}

/// The nearest directory above a file that is an output of Sheaf, and the file's path in it.
private func outputAround(_ path: String) -> (output: String, name: String)? {
  var name = path.split(separator: "/").last.map(String.init) ?? path
  var directory = parentDirectory(of: path)
  for _ in 0..<8 {
    if isDirectory(PrivateDirectory.path(in: directory)) { return (directory, name) }
    let parent = parentDirectory(of: directory)
    guard parent != directory, directory != "." else { return nil }
    name = joinPath(directory.split(separator: "/").last.map(String.init) ?? "", name)
    directory = parent
  }
  return nil
}

private let pngSignature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/// What is wrong with a PNG (ISO/IEC 15948): every chunk, length, type and data, ends with a CRC-32 of type and data.
private func damageOfPNG(_ file: ReadableFile) throws -> String? {
  var offset = pngSignature.count
  while offset < file.size {
    guard file.size - offset >= 12 else { return "is truncated at byte \(offset)" }
    let length = try number(file, at: offset)
    guard length <= file.size - offset - 12 else { return "is truncated or damaged at byte \(offset)" }
    let body = [UInt8](try file.read(at: offset + 4, count: length + 4))
    guard try number(file, at: offset + 8 + length) == Int(crc32(body)) else {
      return "is damaged: the checksum of the PNG chunk at byte \(offset) is wrong"
    }
    offset += 12 + length
    if Array(body[..<4]) == Array("IEND".utf8) {
      return offset == file.size ? nil : "has \(file.size - offset) bytes after its end"
    }
  }
  return "is truncated: the PNG has no end"
}

private func number(_ file: ReadableFile, at offset: Int) throws -> Int {
  try file.read(at: offset, count: 4).reduce(0) { $0 << 8 | Int($1) }
}

/// CRC-32 (ISO 3309); pictures are small.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
  var register = ~UInt32(0)
  for byte in bytes {
    register ^= UInt32(byte)
    for _ in 0..<8 {
      let isOdd = register & 1 == 1
      register >>= 1
      if isOdd { register ^= 0xedb8_8320 }
    }
  }
  return ~register
}
