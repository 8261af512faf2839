import Files
import Foundation
import Synchronization
import Voxels

/// Everything that can be checked in a directory: metadata, immediately, and every shard of every array and every file
/// with a digest, one call each, so that the work can be divided among ranks and threads.
///
/// Outputs of Sheaf are checked by what their contents files list, whatever their kind (`OutputContents`); Zarr and N5
/// hierarchies of others (also roots of bioformats2raw layouts and plates) by decoding every chunk.
///
/// ```swift
/// let verification = try Verification(of: path)
/// for shard in 0..<verification.shardCount { findings += try verification.verifyShard(shard) }
/// for file in 0..<verification.fileCount { findings += try verification.verifyFile(file) }
/// ```
public final class Verification: Sendable {
  private static let shardLimit = 1 << 33

  /// Problems found in metadata; shards of arrays that could not be opened are not included in `shardCount`.
  package let metadataFindings: [Finding]
  /// The number of shards in all arrays, including those without a file.
  package let shardCount: Int
  /// The number of files with a digest, in all outputs of Sheaf.
  package var fileCount: Int { files.count }
  /// The outputs of Sheaf at the path and below it.
  package let outputs: [VerifiedOutput]
  /// What cannot be checked, as sentences.
  private let surveyNotes: [String]
  private let files: [(output: String, contents: OutputContents, name: String)]
  /// The arrays and the index of the first shard of each.
  private let arrays: [(array: ZarrArray, firstShard: Int)]
  /// By place in `arrays`.
  private let covered: Mutex<[Int: ArrayCoverage]> = Mutex([:])
  private let digests: RecordedDigests
  /// Sheaf stores of versions before digests, in which exchanged shards cannot be noticed.
  package var storesWithoutDigests: [String] { digests.storesWithout }

  /// Reads the metadata of everything at and below `path` that Sheaf recognises.
  ///
  /// - Throws: `Fault.noInput` when there is nothing at `path` that could be verified.
  package init(of path: String) throws {
    guard isDirectory(path) || Store.isArchived(path) else {
      throw Fault.noInput("cannot verify \(path): there is no such directory")
    }
    var survey = Survey()
    try survey.visit(path)
    guard !survey.arrays.isEmpty || !survey.outputs.isEmpty || !survey.findings.isEmpty else {
      throw Fault.noInput(
        "there is nothing to verify in \(path): expected an output of Sheaf or a Zarr or N5 store, found "
          + (try Verification.excerpt(of: path)))
    }
    metadataFindings = survey.findings
    outputs = survey.outputs
    files = survey.files
    surveyNotes = survey.notes
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

  /// What is in a directory, for a message.
  private static func excerpt(of path: String) throws -> String {
    let names = try directoryEntries(path)
    if names.isEmpty { return "an empty directory" }
    if Store.isStore(path) { return "a group without arrays" }
    return names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }

  /// The file with digest `number` of 0..<fileCount.
  package func filePath(_ number: Int) -> String { joinPath(files[number].output, files[number].name) }

  /// Problems found in file `number` of 0..<fileCount. Safe to call from many threads.
  package func verifyFile(_ number: Int) throws -> [Finding] {
    let (output, contents, name) = files[number]
    return try contents.finding(of: name, in: output).map { [$0] } ?? []
  }

  /// How far the shards verified so far were checked, by array; to be added up over ranks for `notes`.
  package var coverage: [Int: ArrayCoverage] { covered.withLock { $0 } }

  /// What could not be checked, as sentences.
  ///
  /// - Parameter coverage: of all shards.
  package func notes(_ coverage: [Int: ArrayCoverage]) -> [String] {
    var ofArrays: [(path: String, metadata: ArrayMetadata, coverage: ArrayCoverage)] = []
    for (place, entry) in arrays.enumerated() {
      // Shards that are missing in finished stores of Sheaf, or damaged, are findings.
      guard case .areEmpty = entry.array.missingShards else { continue }
      let own = coverage[place] ?? ArrayCoverage()
      if let last = ofArrays.last, last.path == entry.array.path {
        ofArrays[ofArrays.count - 1].coverage = last.coverage + own
      } else {
        ofArrays.append((entry.array.path, entry.array.metadata, own))
      }
    }
    return surveyNotes
      + storesWithoutDigests.map {
        "\($0): written by an earlier version, at least in part, without shard digests: exchanged shards cannot be noticed"
      }
      + ofArrays.map { path, metadata, coverage in
        "\(path): \(metadata.description(of: coverage, isArchived: Archive.fileHolding(path) != path))"
      }
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
    var own = ArrayCoverage()
    let findings = try array.verifyShard(at: position, coverage: &own)
    let index = self.index(of: number)
    covered.withLock { $0[index, default: ArrayCoverage()] = $0[index, default: ArrayCoverage()] + own }
    return findings.isEmpty ? try digests.verify(array, at: position) : findings
  }

  private func place(of number: Int) -> (ZarrArray, Coordinate) {
    let (array, first) = arrays[index(of: number)]
    return (array, array.shards.position(of: number - first))
  }

  /// The place in `arrays` of the one that has shard `number`.
  private func index(of number: Int) -> Int {
    precondition((0..<shardCount).contains(number))
    // The last array that begins at or before the shard.
    var (low, high) = (0, arrays.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if arrays[middle].firstShard <= number { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
