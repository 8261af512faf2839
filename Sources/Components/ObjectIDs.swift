import Files
import Foundation
import Voxels

/// Which object each component of each block belongs to, in one file: for each part of each block, in block order, 8
/// bytes, little-endian, with the id of the component that goes by this part; 0 for parts that name none, and for
/// components that were dropped.
enum ObjectIDs {
  /// Where the ids of each block begin, in ids; one more entry than blocks.
  static func starts(_ partCounts: [Int]) -> [Int] { partCounts.reduce(into: [0]) { $0.append($0.last! + $1) } }
}

/// Writes the ids of the components of all blocks side by side, a small part of each block's at a time.
struct ObjectIDsWriter {
  private let file: PendingFile
  private let starts: [Int]
  private let windowLength: Int
  /// For each block what was not written yet: ids of consecutive parts.
  private var windows: [(first: Int, ids: [Int])]

  init(_ path: String, partCounts: [Int], bufferInBytes: Int) throws {
    file = try PendingFile(path)
    starts = ObjectIDs.starts(partCounts)
    windowLength = max(bufferInBytes / EightByteIntegers.width, 1)
    windows = Array(repeating: (0, []), count: partCounts.count)
  }

  /// Sets the id of a component whose number is higher than those set before in its block.
  mutating func append(_ id: Int, block: Int, number: Int) throws {
    if number - windows[block].first >= windowLength || windows[block].ids.isEmpty {
      try flush(block)
      windows[block].first = number
    }
    let gap = number - windows[block].first - windows[block].ids.count
    windows[block].ids.append(contentsOf: repeatElement(0, count: gap))
    windows[block].ids.append(id)
  }

  /// Sets the id of any component, once all calls of `append` are done.
  mutating func put(_ id: Int, block: Int, number: Int) throws {
    if !windows[block].ids.isEmpty { try flush(block) }
    try write([id], at: starts[block] + number)
  }

  mutating func publish() throws {
    for block in windows.indices { try flush(block) }
    // What was never written reads as 0, but the file must reach to its end.
    let count = starts.last!
    if count > 0 { try file.setSize(count * EightByteIntegers.width) }
    try file.publishChecksummed()
  }

  private mutating func flush(_ block: Int) throws {
    try write(windows[block].ids, at: starts[block] + windows[block].first)
    windows[block].ids.removeAll(keepingCapacity: true)
  }

  private func write(_ ids: [Int], at place: Int) throws {
    try EightByteIntegers.encode(ids).withUnsafeBytes { try file.write($0, at: place * EightByteIntegers.width) }
  }
}

/// Reads the ids of the components of one block, from a file whose checksum was compared before: it serves all blocks.
struct ObjectIDsReader {
  private let file: ChecksummedFile
  /// Where the block's ids lie, in ids.
  private let range: Range<Int>
  private let objectCount: Int
  private static let windowLength = 1 << 12

  /// - Parameters:
  ///   - range: where the block's ids lie, see `ObjectIDs.starts`.
  ///   - objectCount: the highest id.
  init(_ path: String, range: Range<Int>, objectCount: Int) throws {
    file = try ChecksummedFile(path, verifying: false)
    self.range = range
    self.objectCount = objectCount
  }

  /// - Parameter components: one more than the number of each, or 0 for none.
  /// - Returns: their ids; 0 for none.
  /// - Throws: `Fault.badData` when the file is damaged.
  func ids(of components: [Int]) throws -> [Int] {
    var ids = [Int](repeating: 0, count: components.count)
    var window: (range: Range<Int>, ids: [Int]) = (0..<0, [])
    for index in components.indices.sorted(by: { components[$0] < components[$1] }) where components[index] > 0 {
      let number = components[index] - 1
      if !window.range.contains(number) {
        window.range = number..<min(number + ObjectIDsReader.windowLength, range.count)
        window.ids = try read(window.range)
      }
      ids[index] = window.ids[number - window.range.lowerBound]
    }
    return ids
  }

  private func read(_ numbers: Range<Int>) throws -> [Int] {
    let width = EightByteIntegers.width
    let data = try file.read(at: (range.lowerBound + numbers.lowerBound) * width, count: numbers.count * width)
    guard let ids = EightByteIntegers.decode(data, upTo: objectCount) else {
      throw Fault.badData(
        "\(file.path) is damaged: expected ids of at most \(objectCount), found a higher one; remove the output and run the same command again"
      )
    }
    return ids
  }
}
