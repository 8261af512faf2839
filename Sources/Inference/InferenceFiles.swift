import Files
import Foundation
import Jobs
import Voxels

/// The files that rank 0 keeps for an inference in the output's hidden directory:
///
/// - `blocks/objects.ids`: the ids of the components of all blocks, see `ObjectIDs`; it goes with the blocks' own files
///   when all is done, because it depends on how the volume was divided;
/// - `objects.csv`: the table of objects;
/// - `summary.json`: written last, its presence says that all is done.
struct InferenceFiles {
  private let inference: Inference

  init(_ inference: Inference) { self.inference = inference }

  private var idsPath: String { joinPath(inference.blockFiles.directory, "objects.ids") }
  private var tablePath: String { joinPath(inference.directory, "objects.csv") }
  private var summaryPath: String { joinPath(inference.directory, "summary.json") }

  /// Nil when the inference is not finished.
  func readResult() throws -> InferenceSummary.Result? {
    guard fileExists(summaryPath) else { return nil }
    do {
      return try JSONDecoder().decode(InferenceSummary.Result.self, from: readWholeFile(summaryPath, limit: 1 << 20))
    } catch is DecodingError {
      throw Fault.badData("\(summaryPath) is damaged; run the command again with --overwrite")
    }
  }

  /// Merges the components of all blocks, unless an earlier run did, and publishes ids and table.
  ///
  /// - Parameter baseInBytes: what the program takes already.
  /// - Returns: how many objects there are.
  /// - Throws: `Fault.usage` when the components that reach across blocks do not fit in memory.
  func merge(_ blocks: Lattice, counts: [ComponentCounts], baseInBytes: Int) throws -> Int {
    // The table is published after the ids, so that it stands for both.
    if fileExists(tablePath) { return try lineCount(tablePath) - 1 }
    try refuseIfTooMany(blocks, counts, baseInBytes)
    let volume = inference.store.extent
    let merging = try BlockMerging(
      blocks, connectivity: inference.settings.connectivity, leastVoxels: inference.settings.leastVoxels
    ) { index in
      let surface = try inference.blockFiles.readSurface(index, block: blocks.region(index), volume: volume)
      guard surface.partCount == counts[index].parts, surface.open.count == counts[index].open else {
        throw Fault.badData(
          "\(inference.blockFiles.surfacePath(index)) is damaged: expected \(counts[index].open) components of \(counts[index].parts) parts, found \(surface.open.count) of \(surface.partCount); remove the output and run the same command again"
        )
      }
      return surface
    }
    let bufferInBytes = RecordReader.bufferInBytes(sources: blocks.count)
    let closed = try counts.enumerated().map { index, counts in
      try inference.blockFiles.closedRecords(
        index, block: blocks.region(index), volume: volume, partCount: counts.parts, count: counts.closed,
        bufferInBytes: bufferInBytes)
    }
    var ids = try ObjectIDsWriter(idsPath, partCounts: counts.map(\.parts), bufferInBytes: bufferInBytes)
    var table = try ObjectTableWriter(
      tablePath, voxelSizeInMicrometres: inference.store.voxelSizeInMicrometres, intensity: inference.input.intensity)
    let objects = try merging.number(
      closed: closed, object: { try table.append($0, $1) },
      closedID: { try ids.append($2, block: $0, number: $1) },
      openID: { try ids.put($2, block: $0, number: $1) })
    try ids.publish()
    try table.publish()
    return objects
  }

  private func refuseIfTooMany(_ blocks: Lattice, _ counts: [ComponentCounts], _ baseInBytes: Int) throws {
    let pieces = counts.reduce(0) { $0 + $1.open }
    let needed = baseInBytes + BlockMerging.memoryInBytes(blocks, pieces: pieces, runs: counts.map(\.faceRuns))
    guard let allowed = inference.jobSettings.memoryInBytes, needed > allowed else { return }
    let leastMiB = (needed + (1 << 20) - 1) >> 20
    throw Fault.usage(
      "uniting \(pieces) components that reach across blocks needs \(ByteSize(bytes: needed)) of memory on rank 0, but --memory allows \(ByteSize(bytes: allowed)); run the same command with --memory \(leastMiB)MiB to carry on, or start again with a higher --threshold and --overwrite"
    )
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
  func readIDs(_ index: Int, counts: [ComponentCounts], objects: Int) throws -> ObjectIDsReader {
    let starts = ObjectIDs.starts(counts.map(\.parts))
    return try ObjectIDsReader(idsPath, range: starts[index]..<starts[index + 1], objectCount: objects)
  }

  /// Puts the table where the user wants it.
  func publishTable() throws {
    guard let path = inference.objectsPath else { return }
    let table = try ReadableFile(tablePath)
    try removePartialFiles(of: path)
    let copy = try PendingFile(path)
    for offset in stride(from: 0, to: table.size, by: 1 << 24) {
      try copy.append(table.read(at: offset, count: min(1 << 24, table.size - offset)))
    }
    try copy.publish()
  }

  /// Publishes the table, removes what was only needed on the way, and marks the end.
  func finish(_ result: InferenceSummary.Result) throws {
    try publishTable()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data = try encoder.encode(result)
    try? FileManager.default.removeItem(atPath: inference.blockFiles.directory)
    try removePartialFiles(below: inference.outputPath)
    try publish(data + Data("\n".utf8), to: summaryPath)
  }
}
