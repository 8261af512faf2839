import Files
import Foundation
import Voxels

/// Everything that can be checked in a store: its metadata, immediately, and every shard of every array, one call each,
/// so that the work can be divided among ranks and threads.
///
/// ```swift
/// let verification = try Verification(of: path)
/// for shard in 0..<verification.shardCount { findings += try verification.verifyShard(shard) }
/// ```
public final class Verification: Sendable {
  private static let shardLimit = 1 << 33

  /// Problems found in metadata; shards of arrays that could not be opened are not included in `shardCount`.
  package let metadataFindings: [Finding]
  /// The number of shards in all arrays, including those without a file.
  package let shardCount: Int
  /// The arrays and the index of the first shard of each.
  private let arrays: [(array: ZarrArray, firstShard: Int)]
  private let digests: RecordedDigests
  /// Sheaf stores of versions before digests, in which exchanged shards cannot be noticed.
  package var storesWithoutDigests: [String] { digests.storesWithout }

  /// Reads the metadata of an array, or of a group with everything in it that Sheaf recognises: levels, labels,
  /// `.sheaf`.
  ///
  /// - Throws: `Fault.noInput` when there is no Zarr array or group at `path`.
  package init(of path: String) throws {
    guard isDirectory(path) else { throw Fault.noInput("cannot verify \(path): there is no such directory") }
    guard
      Store.isStore(path) || StoreContents.isSheafStore(path)
        || fileExists(joinPath(path, Version2.arrayName)) || fileExists(joinPath(path, N5.attributesName))
    else {
      throw Fault.noInput("cannot verify \(path): it is not a Zarr array or group: there is no zarr.json in it")
    }
    var survey = Survey()
    try survey.visit(path)
    metadataFindings = survey.findings
    var listed: [(array: ZarrArray, firstShard: Int)] = []
    var count = 0
    for array in survey.arrays {
      listed.append((array, count))
      // Metadata alone can claim more shards than could ever be checked.
      let (sum, overflow) = count.addingReportingOverflow(array.shards.count)
      guard !overflow, sum <= Verification.shardLimit else {
        throw Fault.badData("\(array.path) claims \(array.shards.count) shards, more than a file system could hold")
      }
      count = sum
    }
    arrays = listed
    shardCount = count
    digests = RecordedDigests(of: survey.arrays)
  }

  /// The file of shard `number`, for progress and messages.
  package func shardPath(_ number: Int) -> String {
    let (array, position) = place(of: number)
    return array.shardPath(at: position)
  }

  /// The array that shard `number` belongs to, and its position there.
  package func shard(_ number: Int) -> (arrayPath: String, position: Coordinate) {
    let (array, position) = place(of: number)
    return (array.path, position)
  }

  /// Problems found in shard `number` of 0..<shardCount. Safe to call from many threads.
  package func verifyShard(_ number: Int) throws -> [Finding] {
    let (array, position) = place(of: number)
    let findings = try array.verifyShard(at: position)
    return findings.isEmpty ? try digests.verify(array, at: position) : findings
  }

  private func place(of number: Int) -> (ZarrArray, Coordinate) {
    precondition((0..<shardCount).contains(number))
    // The last array that begins at or before the shard.
    var (low, high) = (0, arrays.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if arrays[middle].firstShard <= number { low = middle } else { high = middle - 1 }
    }
    let (array, first) = arrays[low]
    return (array, array.shards.position(of: number - first))
  }
}

/// Walks through a store, collecting arrays and problems in metadata.
private struct Survey {
  var arrays: [ZarrArray] = []
  var findings: [Finding] = []

  /// Runs `body`, turning errors about bad or missing files into findings.
  private mutating func check(_ path: String, _ body: (inout Survey) throws -> Void) throws {
    do {
      try body(&self)
    } catch let fault as Fault where fault.kind == .badData || fault.kind == .noInput {
      findings.append(Finding(path: path, message: fault.message))
    }
  }

  mutating func visit(_ path: String) throws {
    let metadataPath = joinPath(path, ZarrArray.metadataName)
    try check(metadataPath) { survey in
      if try ZarrArray.isArray(path) {
        try survey.add(path)
        return
      }
      if StoreContents.isSheafStore(path) { try survey.visitOwnFiles(ofStore: path) }
      let group = try GroupMetadata.open(path)
      if group.attributes["ome"]?["multiscales"] != nil { try survey.visitImage(path) }
      try survey.visitLabels(of: path)
    }
  }

  private mutating func add(_ path: String) throws {
    try check(path) { survey in survey.arrays += try ZarrArray.open(path).viewsOfAllChunks() }
  }

  private mutating func visitImage(_ path: String) throws {
    // Opening checks what the individual arrays cannot: that axes, levels and types are consistent.
    try check(path) { _ in _ = try Store.open(path) }
    for dataset in try Store.multiscale(of: GroupMetadata.open(path), path: path).datasets {
      try add(joinPath(path, dataset.path))
    }
  }

  /// The labels listed by the group, and those that exist but are not listed because the list was damaged.
  private mutating func visitLabels(of path: String) throws {
    let directory = joinPath(path, "labels")
    guard isDirectory(directory) else { return }
    try check(joinPath(directory, ZarrArray.metadataName)) { survey in
      let listed = try Store.labelNames(ofImage: path)
      for name in listed { try survey.visit(joinPath(directory, name)) }
      for name in try directoryEntries(directory) where !listed.contains(name) {
        let metadata = joinPath(directory, name, ZarrArray.metadataName)
        if fileExists(metadata) {
          survey.findings.append(
            Finding(path: metadata, message: "\(joinPath(directory, name)) is not listed by \(directory)/zarr.json"))
        }
      }
    }
  }

  /// Checks the contents file of a Sheaf store, and every file whose checksum it records.
  private mutating func visitOwnFiles(ofStore path: String) throws {
    try check(StoreContents.path(ofStore: path)) { survey in
      guard let contents = try StoreContents.read(ofStore: path) else {
        survey.findings.append(
          Finding(
            path: StoreContents.path(ofStore: path),
            message: "\(path) was never finished; run the command that writes it again to resume"))
        return
      }
      for file in Set(contents.metadata.keys).union(contents.files.keys).sorted() {
        let filePath = joinPath(path, file)
        try survey.check(filePath) { survey in
          let isDocument = contents.metadata[file] != nil || file.hasSuffix(ZarrArray.metadataName)
          let difference =
            try isDocument
            ? contents.difference(ofMetadata: file, readMetadata(filePath), path: filePath)
            : contents.files[file]?.difference(at: filePath)
          if let difference {
            survey.findings.append(Finding(path: filePath, message: "\(filePath) \(difference)"))
          }
        }
      }
    }
  }
}
