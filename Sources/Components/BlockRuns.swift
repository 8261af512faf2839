import Files
import Foundation
import Voxels

/// Writes the runs of a block slab by slab.
///
/// A slab begins with its number of planes, the number of its first part in the block and its length in bytes; then come
/// row by row the number of runs and for each run the distance from the end of the one before, its length less 1 and its
/// part in the slab.
package struct RunsWriter {
  private let file: PendingFile

  package init(_ files: BlockFiles, index: Int) throws { file = try PendingFile(files.runsPath(index)) }

  package func append(_ labelling: ComponentLabelling, firstPart: Int) throws {
    var rows = ByteWriter()
    for z in 0..<labelling.extent.z {
      for y in 0..<labelling.extent.y { rows.append(labelling.runs(z: z, y: y)) }
    }
    // A slab without a run is its head alone.
    let isEmpty = labelling.runs.isEmpty
    var head = ByteWriter()
    head.append(labelling.extent.z)
    head.append(firstPart)
    head.append(isEmpty ? 0 : rows.bytes.count)
    try head.bytes.withUnsafeBytes { try file.append($0) }
    if !isEmpty { try rows.bytes.withUnsafeBytes { try file.append($0) } }
  }

  package func publish() throws { try file.publishChecksummed() }
}

/// Reads the runs of a block slab by slab, in the order in which they were written.
package struct RunsReader {
  private let file: ChecksummedFile
  private let block: Region
  private var offset = 0
  /// Where the next slab begins.
  package private(set) var plane: Int

  package init(_ files: BlockFiles, index: Int, block: Region) throws {
    file = try ChecksummedFile(files.runsPath(index))
    self.block = block
    plane = block.origin.z
  }

  /// The next slab: where it lies, and its runs row by row with parts as numbered in the block; nil after the last.
  ///
  /// - Parameter partCount: how many parts the block has.
  package mutating func next(partCount: Int) throws -> (region: Region, rows: ComponentPlane)? {
    if plane == block.end.z {
      guard offset == file.size else { throw damaged() }
      return nil
    }
    let head = try file.read(at: offset, count: min(3 * ByteReader.longestNumber, file.size - offset))
    var reader = ByteReader([UInt8](head), path: file.path)
    let depth = try reader.next(upTo: block.end.z - plane)
    let firstPart = try reader.next(upTo: partCount)
    let length = try reader.next(upTo: file.size)
    guard depth > 0 else { throw damaged() }
    offset += head.count - reader.rest.count
    guard length <= file.size - offset else { throw damaged() }
    let region = Region(
      origin: Coordinate(plane, block.origin.y, block.origin.x), extent: Extent(depth, block.extent.y, block.extent.x))
    plane += depth
    let rowCount = depth * block.extent.y
    if length == 0 { return (region, .empty(rowCount, block.extent.x)) }
    var rows = ByteReader([UInt8](try file.read(at: offset, count: length)), path: file.path)
    offset += length
    var runs: [ComponentLabelling.Run] = []
    var rowStarts = [0]
    for _ in 0..<rowCount {
      try rows.nextRow(block.extent.x, componentCount: partCount - firstPart, &runs)
      rowStarts.append(runs.count)
    }
    guard rows.isAtEnd else { throw damaged() }
    let plane = ComponentPlane(rowCount: rowCount, columnCount: block.extent.x, runs: runs, rowStarts: rowStarts)
    return (region, plane.renumbered(by: firstPart))
  }

  func damaged() -> Fault { ByteReader([], path: file.path).damaged() }
}

extension ByteWriter {
  /// Appends the runs of one row.
  mutating func append(_ runs: ArraySlice<ComponentLabelling.Run>) {
    append(runs.count)
    var end: Int32 = 0
    for run in runs {
      append(Int(run.start - end))
      append(Int(run.end - run.start - 1))
      append(run.component)
      end = run.end
    }
  }
}

extension ByteReader {
  /// Reads the runs of one row.
  mutating func nextRow(
    _ columnCount: Int, componentCount: Int, _ runs: inout [ComponentLabelling.Run]
  ) throws {
    var end = 0
    for _ in 0..<(try next(upTo: columnCount)) {
      let start = end + (try next(upTo: columnCount))
      end = start + 1 + (try next(upTo: columnCount))
      guard end <= columnCount, componentCount > 0 else { throw damaged() }
      let component = try next(upTo: componentCount - 1)
      runs.append(ComponentLabelling.Run(start: Int32(start), end: Int32(end), component: component))
    }
  }
}
