import Files
import Foundation
import Jobs
import Voxels

/// The files that rank 0 keeps for an inference in the output's hidden directory:
///
/// - `blocks/objects.ids`: the id of every component of every block, 8 bytes each, little-endian, in block order; it
///   goes with the blocks' own files when all is done, because it depends on how the volume was divided;
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
  /// - Returns: how many objects there are.
  /// - Throws: `Fault.usage` when the components do not fit in memory.
  func merge(_ blocks: Lattice, counts: [Int]) throws -> Int {
    // The table is published after the ids, so that it stands for both.
    if fileExists(tablePath) { return try lineCount(tablePath) - 1 }
    let total = counts.reduce(0, +)
    let needed = total.multipliedReportingOverflow(by: BlockMerging.memoryPerComponentInBytes).partialValue
    if let allowed = inference.jobSettings.memoryInBytes, needed > allowed {
      throw Fault.usage(
        "merging \(total) components needs \(ByteSize(bytes: needed)) of memory on rank 0, but --memory allows \(ByteSize(bytes: allowed)); give more, or a higher --threshold with --overwrite"
      )
    }
    let merging = try BlockMerging(
      blocks, counts: counts, connectivity: inference.settings.connectivity,
      leastVoxels: inference.settings.leastVoxels
    ) { try inference.blockFiles.readComponents($0, block: blocks.region($0)) }
    let ids = try PendingFile(idsPath)
    for start in stride(from: 0, to: merging.ids.count, by: 1 << 16) {
      let part = merging.ids[start..<min(start + 1 << 16, merging.ids.count)].map { UInt64($0).littleEndian }
      try part.withUnsafeBytes { try ids.append($0) }
    }
    try ids.publish()
    try writeTable(merging.objects)
    return merging.objects.count
  }

  private func writeTable(_ objects: [ComponentStatistics]) throws {
    let file = try PendingFile(tablePath)
    var text = ObjectTable.header
    for (index, object) in objects.enumerated() {
      text += ObjectTable.line(
        index + 1, object, voxelSizeInMicrometres: inference.store.voxelSizeInMicrometres,
        intensity: inference.input.intensity)
      if text.utf8.count > 1 << 20 {
        try file.append(Data(text.utf8))
        text = ""
      }
    }
    try file.append(Data(text.utf8))
    try file.publish()
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

  /// The ids of components `first..<first + count`, numbered through all blocks.
  func readIDs(first: Int, count: Int) throws -> [UInt64] {
    let file = try ReadableFile(idsPath)
    var ids = [UInt64](repeating: 0, count: count)
    try ids.withUnsafeMutableBytes { try file.read(into: $0, at: first * 8) }
    return ids.map { UInt64(littleEndian: $0) }
  }

  /// Puts the table where the user wants it.
  func publishTable() throws {
    guard let path = inference.objectsPath else { return }
    let table = try ReadableFile(tablePath)
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
    try publish(data + Data("\n".utf8), to: summaryPath)
  }
}
