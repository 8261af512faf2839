import Files
import Foundation
import IntensityStatistics
import Voxels
import Zarr

/// A selection of patches of stores, volumes and files, for pretraining: manifest and table of patches, and, when packed, copies of
/// the patches.
///
/// ```
/// CORPUS/corpus.json   options, sources with their noise floors and normalisation, counts; written last
///        patches.csv   every patch of every source: region, class, taken or not and why
///        patches/      packed corpora only: one OME-Zarr store a source, one shard a patch
///        .sheaf/       journals, settings, statistics of sources that are read in place; contents.json, which is written last, lists all files with checksums
/// ```
public struct PatchCorpus: Sendable {
  package let path: String
  package internal(set) var manifest: CorpusManifest
  /// Every patch, taken or not; sources in the manifest's order, patches in C order.
  package let patches: [Patch]
  /// Taken patches of each source, as indices into `patches`.
  package let takenPatches: [[Int]]

  init(path: String, manifest: CorpusManifest, patches: [Patch]) {
    self.path = path
    self.manifest = manifest
    self.patches = patches
    var taken = [[Int]](repeating: [], count: manifest.sources.count)
    for (index, patch) in patches.enumerated() where patch.isTaken { taken[patch.source].append(index) }
    takenPatches = taken
  }

  /// Opens a finished corpus. Manifest and table are compared with their checksums, where the corpus has them.
  ///
  /// - Throws: `Fault.noInput` when there is none, `Fault.badData` when manifest or table are damaged, cannot be used or
  ///   do not fit.
  package static func open(_ path: String) throws -> PatchCorpus {
    let manifestPath = CorpusPaths.manifest(path)
    guard fileExists(manifestPath) else {
      throw Fault.noInput("\(path) is not a finished corpus: \(manifestPath) is missing; create it with `sheaf corpus`")
    }
    let contents = try OutputContents.read(in: path)
    let manifestData = try readWholeFile(manifestPath)
    try compare(manifestData, path: manifestPath, with: contents?.files[CorpusPaths.manifestName])
    let manifest = try decode(manifestData, path: manifestPath)
    let tablePath = CorpusPaths.table(path)
    let tableData = try readWholeFile(tablePath, limit: 8 << 30)
    try compare(tableData, path: tablePath, with: contents?.files[CorpusPaths.tableName])
    if let checksum = manifest.tableChecksum, checksum != PatchTable.checksum(tableData) {
      throw Fault.badData(
        "\(tablePath) is damaged or does not belong to \(manifestPath): expected the checksum \(checksum), found "
          + "\(PatchTable.checksum(tableData)); run the same `sheaf corpus` again, which writes both anew")
    }
    let patches = try PatchTable.parse(tableData, path: tablePath, sources: manifest.sources)
    let corpus = PatchCorpus(path: path, manifest: manifest, patches: patches)
    for (source, taken) in zip(manifest.sources, corpus.takenPatches) where source.takenCount != taken.count {
      throw Fault.badData(
        "\(tablePath) does not belong to \(manifestPath): expected \(source.takenCount) taken patches of "
          + "\(source.name), found \(taken.count); create the corpus again with `sheaf corpus`")
    }
    return corpus
  }

  /// - Parameter digest: nil when the corpus says nothing about the file.
  private static func compare(_ data: Data, path: String, with digest: FileDigest?) throws {
    guard let digest, FileDigest(of: data) != FileDigest(checksum: digest.checksum, size: digest.size ?? data.count)
    else { return }
    throw Fault.badData(
      "\(path) has changed since it was written: its checksum is wrong; run the same `sheaf corpus` again, which writes "
        + "it anew")
  }

  private static func decode(_ data: Data, path: String) throws -> CorpusManifest {
    let manifest: CorpusManifest
    do {
      manifest = try JSONDecoder().decode(CorpusManifest.self, from: data)
    } catch {
      throw Fault.badData(
        "\(path) is not the manifest of a corpus: \(plainText(of: error)); create the corpus again with `sheaf corpus`")
    }
    guard manifest.format == CorpusManifest.formatName, (1...CorpusManifest.currentVersion).contains(manifest.version)
    else {
      throw Fault.badData(
        "\(path): expected \(CorpusManifest.formatName) version 1 to \(CorpusManifest.currentVersion), found "
          + "\(manifest.format) version \(manifest.version); create it again with this version of Sheaf")
    }
    let limit = 1 << 40
    for source in manifest.sources {
      let numbers = [source.normalisation.lowerClip, source.normalisation.upperClip, source.normalisation.mean]
      guard (0..<3).allSatisfy({ (1...limit).contains(source.extent[$0]) }), source.extent.checkedCount != nil,
        (0..<3).allSatisfy({ (1...source.extent[$0]).contains(source.patchExtent[$0]) }),
        numbers.allSatisfy(\.isFinite), source.normalisation.deviation.isFinite, source.normalisation.deviation > 0
      else {
        throw Fault.badData("\(path) is damaged: invalid values for source \(source.name); create the corpus again")
      }
    }
    return manifest
  }

  /// The store of a source.
  package func storePath(_ source: CorpusSource) -> String { CorpusPaths.resolve(source.path, in: path) }

  /// The files whose contents make the corpus what it is: the manifest, which names the contents of every store, the
  /// table, and the digests of packed copies.
  package var files: [String] {
    let packed = manifest.sources.compactMap(\.packedPath).map { CorpusPaths.resolve($0, in: path) }
    // What is read in place is recognised by its record.
    let records = manifest.sources.compactMap { $0.packedPath == nil ? $0.place : nil }.map {
      CorpusPaths.resolve($0.statistics, in: path) + ".json"
    }
    return [CorpusPaths.manifest(path), CorpusPaths.table(path)] + packed.map(ShardDigests.path(ofStore:)) + records
  }

  /// Patches in the corpus.
  package var takenCount: Int { takenPatches.reduce(0) { $0 + $1.count } }
}
