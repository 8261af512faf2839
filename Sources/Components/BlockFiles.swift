import Files
import Foundation
import Voxels

/// What a block leaves for the passes after it, in files of its own under the output's hidden directory:
///
/// - `<index>.runs`: the runs of each slab, see `RunsWriter`;
/// - `<index>.parts`: for each part of the block, 8 bytes, little-endian: one more than the number of its component, or
///   0 when that is dropped;
/// - `<index>.closed`: for each closed component its number and statistics, by ascending number;
/// - `<index>.surface`: how many parts and open components there are, these like closed ones, then the faces row by row
///   with the places of open components.
///
/// Integers are LEB128 where no width is given. All are published before the block counts as done, and all end with a
/// checksum (`ChecksummedFile`), which is compared when a file is opened: a damaged one costs its block.
package struct BlockFiles: Sendable {
  package let directory: String

  package init(directory: String) { self.directory = directory }

  package func runsPath(_ index: Int) -> String { joinPath(directory, "\(index).runs") }
  func partsPath(_ index: Int) -> String { joinPath(directory, "\(index).parts") }
  func closedPath(_ index: Int) -> String { joinPath(directory, "\(index).closed") }
  func surfacePath(_ index: Int) -> String { joinPath(directory, "\(index).surface") }

  package func write(_ block: BlockComponents, index: Int) throws {
    for (spool, path) in [(block.parts, partsPath(index)), (block.closed, closedPath(index))] {
      let file = try PendingFile(path)
      try spool.forEachPart { try $0.withUnsafeBytes { try file.append($0) } }
      try file.publishChecksummed()
    }
    try write(block.surface, index: index)
  }

  private func write(_ surface: BlockSurface, index: Int) throws {
    let file = try PendingFile(surfacePath(index))
    var writer = ByteWriter()
    func flush() throws {
      try writer.bytes.withUnsafeBytes { try file.append($0) }
      writer.removeAll()
    }
    writer.append(surface.partCount)
    writer.append(surface.open.count)
    for record in surface.open {
      record.encode(into: &writer)
      if writer.bytes.count >= 1 << 16 { try flush() }
    }
    for face in surface.faces {
      writer.append(face.rowCount)
      writer.append(face.columnCount)
      for row in 0..<face.rowCount {
        writer.append(face.runs[face.rowStarts[row]..<face.rowStarts[row + 1]])
        if writer.bytes.count >= 1 << 16 { try flush() }
      }
    }
    try flush()
    try file.publishChecksummed()
  }

  /// Why the files of a block cannot be used, as a sentence; nil when they can.
  package func damage(_ index: Int) throws -> String? {
    for path in [runsPath(index), partsPath(index), closedPath(index), surfacePath(index)] {
      if let damage = try ChecksummedFile.damage(path) { return damage }
    }
    return nil
  }

  /// - Parameters:
  ///   - block: where the block lies.
  ///   - volume: the extent of the whole volume.
  /// - Throws: `Fault.badData` when the file is damaged.
  package func readSurface(_ index: Int, block: Region, volume: Extent) throws -> BlockSurface {
    let path = surfacePath(index)
    var reader = ByteReader([UInt8](try ChecksummedFile.contents(of: path, limit: 1 << 38)), path: path)
    let partCount = try reader.next(upTo: block.count)
    let openCount = try reader.next(upTo: partCount)
    let limits = RecordLimits(partCount: partCount, block: block, volume: volume)
    var open: [ComponentRecord] = []
    for _ in 0..<openCount { open.append(try limits.read(&reader, after: open.last)) }
    let faces = try (0..<6).map { side in
      let others = [0, 1, 2].filter { $0 != side / 2 }
      let rowCount = try reader.next()
      let columnCount = try reader.next()
      guard rowCount == block.extent[others[0]], columnCount == block.extent[others[1]] else { throw reader.damaged() }
      var runs: [ComponentLabelling.Run] = []
      var rowStarts = [0]
      for _ in 0..<rowCount {
        try reader.nextRow(columnCount, componentCount: openCount, &runs)
        rowStarts.append(runs.count)
      }
      return ComponentPlane(rowCount: rowCount, columnCount: columnCount, runs: runs, rowStarts: rowStarts)
    }
    guard reader.isAtEnd else { throw reader.damaged() }
    return BlockSurface(partCount: partCount, open: open, faces: faces)
  }

  /// The records of a block's closed components, which are read as they are asked for.
  ///
  /// - Returns: what returns the next one, or nil after the last; it throws `Fault.badData` when there are not
  ///   `count` or one is damaged. The file is open only while a buffer is filled, since there may be many blocks.
  package func closedRecords(
    _ index: Int, block: Region, volume: Extent, partCount: Int, count: Int, bufferInBytes: Int
  ) throws -> () throws -> ComponentRecord? {
    let path = closedPath(index)
    var reader = RecordReader(
      0..<(try ChecksummedFile(path).size), path: path,
      limits: RecordLimits(partCount: partCount, block: block, volume: volume), bufferInBytes: bufferInBytes
    ) { [UInt8](try ReadableFile(path).read(at: $0.lowerBound, count: $0.count)) }
    var found = 0
    return {
      let record = try reader.next()
      if record != nil { found += 1 }
      guard record == nil ? found == count : found <= count else { throw ByteReader([], path: path).damaged() }
      return record
    }
  }
}

/// The components that the parts of a block belong to.
package struct PartsReader {
  private let file: ChecksummedFile

  /// - Throws: `Fault.badData` when the file does not hold `partCount` parts.
  package init(_ files: BlockFiles, index: Int, partCount: Int) throws {
    file = try ChecksummedFile(files.partsPath(index))
    guard file.size / EightByteIntegers.width == partCount, file.size % EightByteIntegers.width == 0 else {
      throw damaged()
    }
  }

  /// For each part one more than the number of its component, or 0 when that is dropped.
  package func components(of parts: Range<Int>) throws -> [Int] {
    let width = EightByteIntegers.width
    let data = try file.read(at: parts.lowerBound * width, count: parts.count * width)
    // A component goes by its first part.
    guard let numbers = EightByteIntegers.decode(data, upTo: parts.upperBound),
      zip(numbers, parts).allSatisfy({ $0 <= $1 + 1 })
    else { throw damaged() }
    return numbers
  }

  private func damaged() -> Fault { ByteReader([], path: file.path).damaged() }
}
