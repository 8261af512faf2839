import Files
import Foundation
import Voxels

/// What a block leaves for the passes after it, in files of its own under the output's hidden directory:
///
/// - `<index>.runs`: for each slab its number of planes, the number of its first component in the block and its length
///   in bytes, then row by row the number of runs and for each run the distance from the end of the one before, its
///   length less 1 and its component in the slab;
/// - `<index>.components`: the block's `BlockComponents`.
///
/// All whole numbers are LEB128. Both are published before the block counts as done.
package struct BlockFiles: Sendable {
  package let directory: String

  package init(directory: String) { self.directory = directory }

  func runsPath(_ index: Int) -> String { joinPath(directory, "\(index).runs") }
  func componentsPath(_ index: Int) -> String { joinPath(directory, "\(index).components") }

  package func write(_ block: BlockComponents, index: Int) throws {
    var writer = ByteWriter()
    writer.append(block.components.count)
    writer.append(block.statistics.count)
    for component in block.components { writer.append(component) }
    var words: [Int] = []
    for statistics in block.statistics { statistics.encode(into: &words) }
    // Intensities may be negative: zigzag.
    for word in words { writer.append(word >= 0 ? word << 1 : ~word << 1 | 1) }
    for face in block.faces {
      writer.append(face.rowCount)
      writer.append(face.columnCount)
      for row in 0..<face.rowCount {
        let runs = face.runs[face.rowStarts[row]..<face.rowStarts[row + 1]]
        writer.append(runs.count)
        var end: Int32 = 0
        for run in runs {
          writer.append(Int(run.start - end))
          writer.append(Int(run.end - run.start - 1))
          writer.append(run.component)
          end = run.end
        }
      }
    }
    try publish(Data(writer.bytes), to: componentsPath(index))
  }

  /// - Parameter block: where the block lies.
  /// - Throws: `Fault.badData` when the file is damaged.
  package func readComponents(_ index: Int, block: Region) throws -> BlockComponents {
    let path = componentsPath(index)
    var reader = ByteReader([UInt8](try readWholeFile(path, limit: 1 << 38)), path: path)
    let numberCount = try reader.next(upTo: block.count)
    let count = try reader.next(upTo: numberCount)
    let components = try (0..<numberCount).map { _ in try reader.next(upTo: max(0, count - 1)) }
    let statistics = try (0..<count).map { _ in
      let words = try (0..<ComponentStatistics.wordCount).map { _ in
        let word = try reader.next()
        return word & 1 == 0 ? word >> 1 : ~(word >> 1)
      }
      return ComponentStatistics(decoding: words[...])
    }
    let faces = try (0..<6).map { side in
      let others = [0, 1, 2].filter { $0 != side / 2 }
      let rowCount = try reader.next()
      let columnCount = try reader.next()
      guard rowCount == block.extent[others[0]], columnCount == block.extent[others[1]] else { throw reader.damaged() }
      var runs: [ComponentLabelling.Run] = []
      var rowStarts = [0]
      for _ in 0..<rowCount {
        try readRow(&reader, columnCount, componentCount: count, &runs)
        rowStarts.append(runs.count)
      }
      return ComponentPlane(rowCount: rowCount, columnCount: columnCount, runs: runs, rowStarts: rowStarts)
    }
    guard reader.isAtEnd else { throw reader.damaged() }
    return BlockComponents(components: components, statistics: statistics, faces: faces)
  }
}

/// Reads the runs of one row.
func readRow(
  _ reader: inout ByteReader, _ columnCount: Int, componentCount: Int, _ runs: inout [ComponentLabelling.Run]
) throws {
  var end = 0
  for _ in 0..<(try reader.next(upTo: columnCount)) {
    let start = end + (try reader.next(upTo: columnCount))
    end = start + 1 + (try reader.next(upTo: columnCount))
    guard end <= columnCount else { throw reader.damaged() }
    let component = try reader.next(upTo: max(0, componentCount - 1))
    runs.append(ComponentLabelling.Run(start: Int32(start), end: Int32(end), component: component))
  }
}

/// Writes the runs of a block slab by slab.
package struct RunsWriter {
  private let file: PendingFile

  package init(_ files: BlockFiles, index: Int) throws { file = try PendingFile(files.runsPath(index)) }

  package func append(_ labelling: ComponentLabelling, firstNumber: Int) throws {
    var rows = ByteWriter()
    for z in 0..<labelling.extent.z {
      for y in 0..<labelling.extent.y {
        let runs = labelling.runs(z: z, y: y)
        rows.append(runs.count)
        var end: Int32 = 0
        for run in runs {
          rows.append(Int(run.start - end))
          rows.append(Int(run.end - run.start - 1))
          rows.append(run.component)
          end = run.end
        }
      }
    }
    // A slab without a run is its head alone.
    let isEmpty = labelling.runs.isEmpty
    var head = ByteWriter()
    head.append(labelling.extent.z)
    head.append(firstNumber)
    head.append(isEmpty ? 0 : rows.bytes.count)
    try file.append(Data(head.bytes))
    if !isEmpty { try file.append(Data(rows.bytes)) }
  }

  package func publish() throws { try file.publish() }
}

/// Reads the runs of a block slab by slab, in the order in which they were written.
package struct RunsReader {
  private let file: ReadableFile
  private let block: Region
  private var offset = 0
  private var plane: Int

  package init(_ files: BlockFiles, index: Int, block: Region) throws {
    file = try ReadableFile(files.runsPath(index))
    self.block = block
    plane = block.origin.z
  }

  /// The next slab: where it lies, and its runs row by row with components of the block as numbered by its slabs; nil
  /// after the last.
  ///
  /// - Parameter numberCount: how many numbers the block has.
  package mutating func next(numberCount: Int) throws -> (region: Region, rows: ComponentPlane)? {
    if plane == block.end.z {
      guard offset == file.size else { throw ByteReader([], path: file.path).damaged() }
      return nil
    }
    let head = try file.read(at: offset, count: min(30, file.size - offset))
    var reader = ByteReader([UInt8](head), path: file.path)
    let depth = try reader.next(upTo: block.end.z - plane)
    let firstNumber = try reader.next(upTo: numberCount)
    let length = try reader.next(upTo: file.size)
    guard depth > 0 else { throw reader.damaged() }
    offset += headLength([depth, firstNumber, length])
    guard length <= file.size - offset else { throw reader.damaged() }
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
      try readRow(&rows, block.extent.x, componentCount: numberCount - firstNumber, &runs)
      rowStarts.append(runs.count)
    }
    guard rows.isAtEnd else { throw rows.damaged() }
    let plane = ComponentPlane(rowCount: rowCount, columnCount: block.extent.x, runs: runs, rowStarts: rowStarts)
    return (region, plane.renumbered(by: firstNumber))
  }

  private func headLength(_ values: [Int]) -> Int {
    var writer = ByteWriter()
    for value in values { writer.append(value) }
    return writer.bytes.count
  }
}
