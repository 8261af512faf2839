import Files
import Foundation

/// Packs the files of a directory into a zip archive without compression, as OME-NGFF RFC-9 asks for single-file
/// OME-Zarr: names relative to the directory, hidden files too.
package func writeStoredZip(of directory: String, to path: String) throws {
  var body = Data()
  var list = Data()
  var count = 0
  func append(_ numbers: [(UInt32, Int)], to data: inout Data) {
    for (number, size) in numbers {
      for byte in 0..<size { data.append(UInt8(truncatingIfNeeded: number >> (8 * UInt32(byte)))) }
    }
  }
  func add(_ name: String) throws {
    let place = joinPath(directory, name)
    if isDirectory(place) {
      for entry in try directoryEntries(place) { try add(name.isEmpty ? entry : joinPath(name, entry)) }
      return
    }
    let contents = try readWholeFile(place)
    let (size, bytes, offset) = (UInt32(contents.count), Data(name.utf8), UInt32(body.count))
    let checksum = contents.withUnsafeBytes { Archive.checksum($0) }
    let common: [(UInt32, Int)] = [
      (0, 2), (0, 2), (0, 4), (checksum, 4), (size, 4), (size, 4), (UInt32(bytes.count), 2), (0, 2),
    ]
    append([(0x0403_4B50, 4), (20, 2)] + common, to: &body)
    body += bytes + contents
    append([(0x0201_4B50, 4), (20, 2), (20, 2)] + common + [(0, 2), (0, 2), (0, 2), (0, 4), (offset, 4)], to: &list)
    list += bytes
    count += 1
  }
  try add("")
  let (start, size) = (UInt32(body.count), UInt32(list.count))
  body += list
  append(
    [(0x0605_4B50, 4), (0, 2), (0, 2), (UInt32(count), 2), (UInt32(count), 2), (size, 4), (start, 4), (0, 2)], to: &body
  )
  try body.write(to: URL(fileURLWithPath: path))
}
