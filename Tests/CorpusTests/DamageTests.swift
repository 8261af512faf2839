import Corpus
import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Scratch
import Testing
import Tiling
import Voxels

/// One bit that flips in any file of a corpus is found, by the reader or by `verify`, and named.
@Suite(.serialized) struct DamageTests {
  private let scratch: ScratchDirectory
  private let store: String

  init() throws {
    scratch = try ScratchDirectory()
    store = scratch.file("a.zarr")
    try writeStore(store, phantomVoxels(Extent(41, 50, 130), seed: 1), structure: "vessels", category: "contiguous")
  }

  private func select(_ name: String, packed: Bool, overwrite: Bool = false) throws -> PatchCorpus {
    try PatchCorpus.select(
      [SourceRequest(store)], path: scratch.file(name),
      options: CorpusOptions(patchEdge: 20, lowSignalShare: 0.3, isPacked: packed), programVersion: "test",
      communicator: .single(), settings: JobSettings(threads: 1, overwrite: overwrite))
  }

  /// Paths of files that are found damaged, in the corpus and in the stores within.
  private func damage(_ path: String) throws -> [String] {
    try verifyOutput(
      path, repairingFrom: nil, settings: JobSettings(threads: 1), memoryInBytes: 1 << 30, communicator: .single(),
      isStopRequested: { false }
    ).damage.map(\.path)
  }

  /// Every regular file of a directory, as paths within it.
  private func everyFile(_ directory: String) throws -> [String] {
    let paths = try #require(FileManager.default.enumerator(atPath: directory))
    return paths.compactMap { $0 as? String }.filter { path in
      var status = stat()
      return lstat(joinPath(directory, path), &status) == 0 && (status.st_mode & S_IFMT) == S_IFREG
        && status.st_size > 0
    }.sorted()
  }

  private func flipBit(_ path: String, _ numbers: inout SeededNumbers) throws {
    var bytes = try readWholeFile(path)
    bytes[Int(numbers.next() % UInt64(bytes.count))] ^= 1 << UInt8(numbers.next() % 8)
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  @Test(arguments: [false, true]) func everyFileHasAChecksum(packed: Bool) throws {
    let corpus = try select("corpus", packed: packed)
    let path = scratch.file("corpus")
    #expect(try damage(path).isEmpty)
    var numbers = SeededNumbers(seed: 7)
    let files = try everyFile(path)
    #expect(files.contains("corpus.json") && files.contains("patches.csv") && files.contains(".sheaf/settings.json"))
    #expect(packed == files.contains { $0.hasPrefix("patches/") && $0.contains("/c/") })
    for file in files {
      let whole = try readWholeFile(joinPath(path, file))
      for _ in 0..<3 {
        try flipBit(joinPath(path, file), &numbers)
        let found = try damage(path)
        #expect(found.contains { $0.hasSuffix(file) }, "\(file): \(found)")
        if ["corpus.json", "patches.csv"].contains(file) {
          let fault = #expect(throws: Fault.self) { try PatchCorpus.open(path) }
          #expect(fault?.kind == .badData && fault?.message.contains(file) == true, "\(fault?.message ?? "")")
        }
        try whole.write(to: URL(fileURLWithPath: joinPath(path, file)))
      }
    }
    #expect(try PatchCorpus.open(path).manifest == corpus.manifest)
    // The same command writes damaged files anew.
    try flipBit(joinPath(path, "patches.csv"), &numbers)
    _ = try select("corpus", packed: packed)
    #expect(try damage(path).isEmpty)
  }

  /// Without its contents file a corpus still knows its table.
  @Test func tableAndManifestAreComparedWithEachOther() throws {
    _ = try select("corpus", packed: false)
    let path = scratch.file("corpus")
    try FileManager.default.removeItem(atPath: path + "/.sheaf")
    _ = try PatchCorpus.open(path)
    // Another value of `near_contrast`, which parses.
    var lines = try String(contentsOfFile: path + "/patches.csv", encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    var fields = lines[1].split(separator: ",").map(String.init)
    fields[15] = fields[15] == "yes" ? "no" : "yes"
    lines[1] = Substring(fields.joined(separator: ","))
    let changed = lines.joined(separator: "\n")
    try publish(changed, to: path + "/patches.csv")
    let fault = #expect(throws: Fault.self) { try PatchCorpus.open(path) }
    #expect(fault?.kind == .badData && fault?.message.contains("does not belong to") == true)
    // A corpus of an earlier version has no checksum, and is read.
    let manifest = try String(contentsOfFile: path + "/corpus.json", encoding: .utf8)
    let old = manifest.replacingOccurrences(
      of: #",\s*"tableChecksum" : "0x[0-9a-f]{8}""#, with: "", options: .regularExpression)
    #expect(old != manifest)
    try publish(old, to: path + "/corpus.json")
    #expect(try PatchCorpus.open(path).manifest.tableChecksum == nil)
  }

  /// Finished outputs of versions that recorded no checksums are told from unfinished ones.
  @Test func whatCannotBeVerifiedIsTold() throws {
    func report(_ name: String) throws -> VerificationReport {
      try verifyOutput(
        scratch.file(name), repairingFrom: nil, settings: JobSettings(threads: 1), memoryInBytes: 1 << 30,
        communicator: .single(), isStopRequested: { false })
    }
    _ = try select("corpus", packed: false)
    try FileManager.default.removeItem(atPath: OutputContents.path(in: scratch.file("corpus")))
    #expect(try report("corpus").damage.count == 1)
    let path = scratch.file("corpus/corpus.json")
    let manifest = try String(contentsOfFile: path, encoding: .utf8)
    try publish(
      manifest.replacingOccurrences(
        of: #",\s*"tableChecksum" : "0x[0-9a-f]{8}""#, with: "", options: .regularExpression), to: path)
    let corpus = try report("corpus")
    #expect(corpus.damage.isEmpty && corpus.notes.contains { $0.contains("they cannot be verified") }, "\(corpus.text)")
    try createDirectory(scratch.file("run"))
    for (key, isFinished) in [("isFinished", true), ("is_finished", true), ("isFinished", false)] {
      try publish("{\"\(key)\": \(isFinished)}", to: scratch.file("run/run.json"))
      let run = try report("run")
      #expect(run.damage.isEmpty == isFinished, "\(run.text)")
      #expect(run.notes.contains { $0.contains("they cannot be verified") } == isFinished, "\(run.text)")
    }
  }

  @Test func aStoreThatWasMadeAgainFromOtherDataIsRefused() throws {
    let corpus = try select("corpus", packed: false)
    let packed = try select("packed", packed: true)
    // As `pretrain` does.
    func open(_ corpus: PatchCorpus) throws {
      _ = try PatchReader(corpus)
      try corpus.requireUnchangedSources(JobSettings(threads: 2), Communicator.world())
    }
    try open(corpus)
    try FileManager.default.removeItem(atPath: store)
    // The same volume may be made again.
    try writeStore(store, phantomVoxels(Extent(41, 50, 130), seed: 1), structure: "vessels", category: "contiguous")
    try open(corpus)
    try FileManager.default.removeItem(atPath: store)
    try writeStore(store, phantomVoxels(Extent(41, 50, 130), seed: 2), structure: "vessels", category: "contiguous")
    let fault = #expect(throws: Fault.self) { try open(corpus) }
    #expect(fault?.kind == .badData && fault?.message.contains("a.zarr") == true, "\(fault?.message ?? "")")
    #expect(fault?.message.contains("made again") == true)
    // A packed corpus has its own copies.
    try open(packed)
  }
}
