import Files
import Foundation
import Voxels

/// The index of a multi-page file of Micro-Manager: which channel, slice and frame each page is, whatever their order
/// (Micro-Manager wiki, "Micro-Manager File Formats").
struct MicroManagerIndex {
  struct Entry: Hashable {
    var channel: Int
    var slice: Int
    var frame: Int
  }

  /// Offsets of the directories of the planes.
  let offsets: [Entry: UInt64]
  let slices: Int
  let channels: Int
  let frames: Int
  let voxelSizeInMicrometres: VoxelSize?

  private enum Magic {
    static let (index, entries, summary): (UInt64, UInt64, UInt64) = (54_773_648, 3_453_623, 2_355_492)
  }

  /// Longer summaries are rejected.
  private static let longestSummary = 64 << 20

  /// Nil when the file has no index.
  ///
  /// - Throws: `Fault.badData` for a damaged index, and for several stage positions in one file.
  init?(_ numbers: TIFFNumbers, path: String) throws {
    let size = numbers.file.size
    guard size >= 40, try numbers.unsigned(at: 8, byteCount: 4) == Magic.index else { return nil }
    func number(_ offset: Int) throws -> Int { Int(try numbers.unsigned(at: offset, byteCount: 4)) }
    let start = try number(12)
    // Acquisitions that were cut off lack the index.
    guard start > 0, start <= size - 8, UInt64(try number(start)) == Magic.entries else { return nil }
    let count = try number(start + 4)
    guard count > 0, count <= (size - start - 8) / 20 else {
      throw Fault.badData(
        "\(path) is damaged: expected an index of its pages as Micro-Manager writes, found \(count) entries")
    }
    let words = [UInt8](try numbers.file.read(at: start + 8, count: count * 20))
    let values = (0..<(count * 5)).map { index -> Int in
      let part = words[(index * 4)..<(index * 4 + 4)]
      return Int((numbers.isBigEndian ? Array(part) : part.reversed()).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
    var offsets: [Entry: UInt64] = [:]
    var positions: Set<Int> = []
    for index in 0..<count {
      let row = values[(index * 5)..<(index * 5 + 5)].map { $0 }
      // Planes that were not taken have no directory.
      if row[4] == 0 { continue }
      guard row[0] < 1 << 20, row[1] < 1 << 24, row[2] < 1 << 24 else {
        throw Fault.badData("\(path) is damaged: expected channel, slice and frame of every page, found \(row)")
      }
      positions.insert(row[3])
      offsets[Entry(channel: row[0], slice: row[1], frame: row[2])] = UInt64(row[4])
    }
    guard positions.count <= 1 else {
      throw Fault.badData(
        "\(path) holds \(positions.count) stage positions: expected one volume; save each position as a file of its own"
      )
    }
    let summary = try Self.summary(numbers, path)
    func said(_ key: String) -> Int { summary[key]?.asInteger.map { min(max($0, 1), 1 << 24) } ?? 1 }
    self.offsets = offsets
    slices = max(said("Slices"), (offsets.keys.map(\.slice).max() ?? 0) + 1)
    channels = max(said("Channels"), (offsets.keys.map(\.channel).max() ?? 0) + 1)
    frames = max(said("Frames"), (offsets.keys.map(\.frame).max() ?? 0) + 1)
    let pixel = (summary["PixelSize_um"] ?? summary["PixelSizeUm"])?.asNumber ?? 0
    let step = abs((summary["z-step_um"] ?? summary["ZStepUm"])?.asNumber ?? 0)
    let voxel = VoxelSize(step, pixel, pixel)
    voxelSizeInMicrometres = voxel.isMeaningful ? voxel : nil
  }

  /// The JSON of the acquisition; empty when it cannot be read, because the index does not depend on it.
  private static func summary(_ numbers: TIFFNumbers, _ path: String) throws -> [String: JSONValue] {
    guard try numbers.unsigned(at: 32, byteCount: 4) == Magic.summary else { return [:] }
    let length = Int(try numbers.unsigned(at: 36, byteCount: 4))
    guard length <= longestSummary, length <= numbers.file.size - 40 else { return [:] }
    let bytes = try numbers.file.read(at: 40, count: length)
    return (try? JSONValue(parsing: bytes.prefix { $0 != 0 }, path: path))?.asObject ?? [:]
  }
}
