import Files
import Foundation
import Voxels

/// The objects of a volume, merged from the components of its blocks, in files that rank 0 writes:
///
/// - `objects.ids` beside the blocks' own files: the ids of the components of all blocks, see `ObjectIDs`; it is removed
///   with these when all is done, because it depends on how the volume was divided;
/// - `objects.digest` beside it: what the table is, so that damage to it is noticed while the output is unfinished;
/// - `objects.csv`: the table of objects, see `ObjectTable`. It is published after the others, so its presence says that
///   all are complete.
package struct ObjectFiles {
  private let blockFiles: BlockFiles
  private let tablePath: String
  private var idsPath: String { joinPath(blockFiles.directory, "objects.ids") }
  private var digestPath: String { joinPath(blockFiles.directory, "objects.digest") }

  /// - Parameter directory: where the table is kept.
  package init(_ blockFiles: BlockFiles, tableIn directory: String) {
    self.blockFiles = blockFiles
    tablePath = joinPath(directory, "objects.csv")
  }

  /// Whether an earlier run has merged the components and its files are still sound. What an older version left has no
  /// checksums, and is taken as it is.
  package func isMerged() throws -> Bool {
    guard fileExists(tablePath) else { return false }
    guard fileExists(idsPath) else { return !fileExists(digestPath) }
    guard try ChecksummedFile.damage(idsPath) == nil else { return false }
    guard fileExists(digestPath) else { return try !ChecksummedFile(idsPath, verifying: false).hasChecksum }
    guard try ChecksummedFile.damage(digestPath) == nil else { return false }
    let data = try ChecksummedFile.contents(of: digestPath, limit: 1 << 12)
    let digest = FileDigest(try JSONValue(parsing: data, path: digestPath))
    return try digest?.difference(at: tablePath) == nil
  }

  /// Merges the components of all blocks, unless an earlier run did, and publishes ids and table.
  ///
  /// - Parameters:
  ///   - blocks: how the volume was divided.
  ///   - counts: what each block has.
  ///   - leastVoxels: objects of fewer voxels are dropped.
  /// - Returns: how many objects there are.
  /// - Throws: `Fault.badData` when a block's file is damaged.
  package func merge(
    _ blocks: Lattice, counts: [ComponentCounts], connectivity: Connectivity, leastVoxels: Int,
    voxelSizeInMicrometres: VoxelSize?, intensity: IntensityScale
  ) throws -> Int {
    if try isMerged() { return try lineCount(tablePath) - 1 }
    let volume = blocks.extent
    let merging = try BlockMerging(blocks, connectivity: connectivity, leastVoxels: leastVoxels) { index in
      let surface = try blockFiles.readSurface(index, block: blocks.region(index), volume: volume)
      guard surface.partCount == counts[index].parts, surface.open.count == counts[index].open else {
        throw Fault.badData(
          "\(blockFiles.surfacePath(index)) is damaged: expected \(counts[index].open) components of \(counts[index].parts) parts, found \(surface.open.count) of \(surface.partCount); remove the output and run the same command again"
        )
      }
      return surface
    }
    let bufferInBytes = RecordReader.bufferInBytes(sources: blocks.count)
    let closed = try counts.enumerated().map { index, counts in
      try blockFiles.closedRecords(
        index, block: blocks.region(index), volume: volume, partCount: counts.parts, count: counts.closed,
        bufferInBytes: bufferInBytes)
    }
    var ids = try ObjectIDsWriter(idsPath, partCounts: counts.map(\.parts), bufferInBytes: bufferInBytes)
    var table = try ObjectTableWriter(
      tablePath, voxelSizeInMicrometres: voxelSizeInMicrometres, intensity: intensity)
    let objects = try merging.number(
      closed: closed, object: { try table.append($0, $1) },
      closedID: { try ids.append($2, block: $0, number: $1) },
      openID: { try ids.put($2, block: $0, number: $1) })
    try ids.publish()
    try publishChecksummed(table.finish().json.serialised(), to: digestPath)
    try table.publish()
    return objects
  }

  /// Memory in bytes that merging takes.
  package static func memoryInBytes(_ blocks: Lattice, _ counts: [ComponentCounts]) -> Int {
    BlockMerging.memoryInBytes(blocks, pieces: counts.reduce(0) { $0 + $1.open }, runs: counts.map(\.faceRuns))
  }

  private func lineCount(_ path: String) throws -> Int {
    let file = try ReadableFile(path)
    var count = 0
    for offset in stride(from: 0, to: file.size, by: 1 << 20) {
      let part = try file.read(at: offset, count: min(1 << 20, file.size - offset))
      count += part.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }
    return count
  }

  /// The ids of the components of block `index`.
  ///
  /// - Parameter objects: how many objects there are.
  func readIDs(_ index: Int, counts: [ComponentCounts], objects: Int) throws -> ObjectIDsReader {
    let starts = ObjectIDs.starts(counts.map(\.parts))
    return try ObjectIDsReader(idsPath, range: starts[index]..<starts[index + 1], objectCount: objects)
  }

  /// Copies the table to where the user wants it.
  ///
  /// - Throws: `Fault.badData` when the table is not what was written.
  package func publishTable(to path: String) throws {
    let output = parentDirectory(of: parentDirectory(of: tablePath))
    let name = joinPath(PrivateDirectory.name, "objects.csv")
    if let finding = try OutputContents.read(in: output)?.finding(of: name, in: output) {
      throw Fault.badData("\(finding.message); run the command again with --overwrite")
    }
    let table = try ReadableFile(tablePath)
    try removePartialFiles(of: path)
    let copy = try PendingFile(path)
    for offset in stride(from: 0, to: table.size, by: 1 << 24) {
      try copy.append(table.read(at: offset, count: min(1 << 24, table.size - offset)))
    }
    try copy.publish()
  }

  /// Removes what was only needed until the labels were painted.
  package func removeBlocks() { try? FileManager.default.removeItem(atPath: blockFiles.directory) }
}
