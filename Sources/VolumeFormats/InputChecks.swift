import Files
import Foundation
import Voxels

/// Refuses a volume whose bytes cannot be counted, before anything is allocated for it.
func checkSize(_ extent: Extent, _ type: VoxelType, path: String) throws {
  guard !extent.isEmpty, let count = extent.checkedCount,
    !count.multipliedReportingOverflow(by: 8).overflow
  else { throw Fault.badData("\(path) is damaged: expected a volume of at least one voxel, found one of \(extent)") }
}

/// Names, sizes and modification times of the files, as one line: how many, how many bytes, and a 64-bit FNV-1a hash
/// (Fowler, Noll and Vo) of it all.
///
/// - Throws: `Fault.noInput` when a file is missing.
func inputFingerprint(of paths: [String]) throws -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  var bytes = 0
  func add(_ text: String) {
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
  for path in paths {
    var status = stat()
    if stat(path, &status) != 0 { throw systemFault("read", path) }
    bytes &+= Int(status.st_size)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    add("\(name)|\(status.st_size)|\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)\n")
  }
  let digits = String(hash, radix: 16)
  return "\(paths.count) files, \(bytes) bytes, \(String(repeating: "0", count: 16 - digits.count))\(digits)"
}
