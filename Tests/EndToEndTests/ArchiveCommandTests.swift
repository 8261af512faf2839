import Files
import Foundation
import Launching
import Scratch
import Testing

/// A store packed into one file (`.ozx`, OME-NGFF RFC-9), wherever a store is accepted.
@Suite struct ArchiveCommandTests {
  private let scratch: ScratchDirectory
  private let store: String
  private let archive: String

  init() throws {
    scratch = try ScratchDirectory()
    store = scratch.file("brain.zarr")
    archive = scratch.file("brain.ozx")
    try succeed("phantom", scratch.file("organ"), "--extent", "40,70,90", "--structures", "vessels")
    try succeed(
      "tile", scratch.file("organ/vessels/planes"), store, "--chunk", "16", "--shard", "32", "--voxel-size", "4,2,2",
      "--structure", "vessels")
    try writeStoredZip(of: store, to: archive)
  }

  private func run(_ arguments: [String]) throws -> Ending {
    try Running([builtProgram("sheaf")] + arguments).wait(timeLimit: 120)
  }

  @discardableResult
  private func succeed(_ arguments: String...) throws -> String {
    let ending = try run(arguments)
    #expect(ending.code == 0, "\(ending.errors)")
    return ending.output
  }

  @Test func everyCommandThatTakesAStoreTakesAnArchive() throws {
    let text = try succeed("info", archive)
    for line in ["extent: 40 × 70 × 90", "voxel size: 4 × 2 × 2 µm"] { #expect(text.contains(line), "\(text)") }
    try succeed("tile", archive, scratch.file("again.zarr"), "--chunk", "16", "--shard", "32", "--structure", "vessels")
    for level in ["0", "1"] {
      let files = try contents(ofDirectory: store + "/" + level)
      #expect(files.count > 3)
      #expect(try contents(ofDirectory: scratch.file("again.zarr/" + level)) == files, "level \(level)")
    }
    try succeed("verify", archive)
    try succeed("export", archive, scratch.file("brain.npy"))
    try succeed("export", store, scratch.file("expected.npy"))
    #expect(try readWholeFile(scratch.file("brain.npy")) == readWholeFile(scratch.file("expected.npy")))
    try succeed("picture", archive, "-o", scratch.file("brain.png"))
    try succeed("corpus", archive, "-o", scratch.file("corpus"), "--patch", "32")
    #expect(fileExists(scratch.file("corpus/corpus.json")))
    try succeed("evaluate", archive, store, "--prediction-is", "instances", "--reference-is", "instances")
  }

  @Test func damageInAnArchiveIsFound() throws {
    var bytes = try readWholeFile(archive)
    let place = try #require(bytes.firstRange(of: Data("0/c/0/0/0".utf8)))
    bytes[place.upperBound + 100] ^= 1
    try bytes.write(to: URL(fileURLWithPath: archive))
    let ending = try run(["verify", archive])
    #expect(ending.code == 65 && ending.output.contains("0/c/0/0/0"), "\(ending.output) \(ending.errors)")
    let cut = scratch.file("cut.ozx")
    try bytes.prefix(bytes.count - 30).write(to: URL(fileURLWithPath: cut))
    let refused = try run(["info", cut])
    #expect(refused.code == 65 && refused.errors.contains("truncated or damaged"), "\(refused.errors)")
    #expect(try run(["verify", cut]).code == 65)
  }

  @Test func outputsIntoArchivesAreRefused() throws {
    let before = try readWholeFile(archive)
    for output in [archive, archive + "/labels"] {
      let ending = try run(["tile", scratch.file("organ/vessels/planes"), output, "--overwrite"])
      #expect(ending.code == 73, "\(ending.errors)")
    }
    let repair = try run(["verify", "--repair", archive])
    #expect(repair.code == 64 && repair.errors.contains("unpack"), "\(repair.errors)")
    #expect(try readWholeFile(archive) == before)
  }
}
