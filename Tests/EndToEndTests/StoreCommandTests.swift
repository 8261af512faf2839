import Files
import Foundation
import Launching
import Scratch
import Testing

/// `info`, `verify` and `export` as they are typed.
@Suite struct StoreCommandTests {
  private let scratch: ScratchDirectory
  private let planes: String
  private let store: String

  init() throws {
    scratch = try ScratchDirectory()
    planes = scratch.file("organ/vessels/planes")
    store = scratch.file("organ.zarr")
    try succeed("phantom", scratch.file("organ"), "--extent", "40,70,90", "--structures", "vessels")
    try succeed(
      "tile", planes, store, "--chunk", "16", "--shard", "32,32,64", "--voxel-size", "4,2,2", "--structure", "vessels")
  }

  private func sheaf(_ ranks: Int, _ arguments: String...) throws -> Ending {
    try Running(launch(ranks: ranks, builtProgram("sheaf"), arguments)).wait()
  }

  @discardableResult
  private func succeed(_ arguments: String...) throws -> String {
    let ending = try Running(launch(ranks: 0, builtProgram("sheaf"), arguments)).wait()
    #expect(ending.code == 0, "\(ending.errors)")
    return ending.output
  }

  private func json(_ arguments: String...) throws -> [String: Any] {
    let ending = try Running(launch(ranks: 0, builtProgram("sheaf"), arguments + ["--json"])).wait()
    return try #require(try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
  }

  @Test func theCategoryFollowsFromTheStructure() throws {
    let metadata = try String(contentsOfFile: store + "/zarr.json", encoding: .utf8)
    #expect(metadata.contains("contiguous-dense"), "\(metadata)")
  }

  @Test func infoReportsWhatTilingNeeds() throws {
    let text = try succeed("info", planes)
    for line in [
      "format: TIFF plane series", "extent: 40 × 70 × 90", "voxel type: uint16", "voxel size: unknown", "channels: 1",
      "bytes: 504000", "storage: uncompressed strips of 70 rows, little-endian", "estimated store: ",
      "estimated tiling: ",
    ] {
      #expect(text.contains(line), "\(line)\n\(text)")
    }
    let estimate = try json("info", planes)
    let bytes = try #require(estimate["estimatedStoreInBytes"] as? Int)
    // Level 0 and its pyramid, compressed: more than an eighth of the input and less than all of it and its pyramid.
    #expect(bytes > 504_000 / 8 && bytes < 504_000 * 8 / 7, "\(bytes)")
    let written = try contents(ofDirectory: store).filter { $0.key.contains("/c/") }.reduce(0) { $0 + $1.value.count }
    #expect(Double(bytes) > 0.5 * Double(written) && Double(bytes) < 2 * Double(written), "\(bytes) for \(written)")
    let ofStore = try json("info", store)
    #expect(ofStore["extent"] as? [Int] == [40, 70, 90] && ofStore["formatVersion"] as? Int == 1)
    let attributes = try #require(ofStore["attributes"] as? [String: Any])
    #expect(attributes["structure"] as? String == "vessels")
  }

  @Test(arguments: [0, 2]) func infoDescribesSeveralPathsAndReportsOneThatCannotBeRead(ranks: Int) throws {
    let (missing, text) = (scratch.file("nothing"), scratch.file("notes.txt"))
    try publish(Data("not a volume".utf8), to: text)
    let ending = try sheaf(ranks, "info", store, missing, text, planes)
    #expect(ending.code == 66)
    let blocks = ending.output.components(separatedBy: "\n\n")
    #expect(blocks.count == 4, "\(ending.output)")
    for (block, path) in zip(blocks, [store, missing, text, planes]) { #expect(block.hasPrefix("path: \(path)\n")) }
    #expect(blocks[1].contains("error: cannot read \(missing)") && blocks[2].contains("error: "), "\(ending.output)")
    #expect(blocks[0].contains("kind: store") && blocks[3].contains("kind: volume"))
    let sentence = "sheaf: 2 of 4 paths cannot be described; the first: cannot read \(missing)"
    #expect(ending.errors.components(separatedBy: sentence).count == 2, "\(ending.errors)")
    let document = try json("info", store, text)
    let paths = try #require(document["paths"] as? [[String: Any]])
    #expect(document["formatVersion"] as? Int == 1 && paths.count == 2)
    #expect(paths[0]["extent"] as? [Int] == [40, 70, 90] && paths[1]["error"] is String)
    #expect(try sheaf(ranks, "info", store, text).code == 65)
    #expect(try json("info", store)["extent"] as? [Int] == [40, 70, 90])
  }

  @Test(arguments: [0, 2]) func damageIsNamedAndRepaired(ranks: Int) throws {
    let sound = try contents(ofDirectory: store)
    #expect(try sheaf(ranks, "verify", store).code == 0)
    // A byte in the middle of a chunk, and a shard of the next level that is gone.
    let damaged = joinPath(store, "0/c/1/1/0")
    var bytes = try readWholeFile(damaged)
    bytes[bytes.count / 3] ^= 0x10
    try bytes.write(to: URL(fileURLWithPath: damaged))
    try FileManager.default.removeItem(atPath: joinPath(store, "1/c/0/1/0"))
    let ending = try sheaf(ranks, "verify", store)
    #expect(ending.code == 65)
    #expect(ending.output.contains("0/c/1/1/0") && ending.output.contains("1/c/0/1/0"), "\(ending.output)")
    #expect(ending.errors.contains("damaged in 2 places"), "\(ending.errors)")
    #expect((try json("verify", store)["damage"] as? [[String: Any]])?.count == 2)
    try leavePartialFile(of: damaged)
    let repair = try sheaf(ranks, "verify", store, "--repair-from", planes)
    #expect(repair.code == 0 && repair.output.contains("2 shards rebuilt"), "\(repair.errors)\(repair.output)")
    #expect(differences(try contents(ofDirectory: store), sound) == [])
    #expect(try sheaf(ranks, "verify", store).code == 0)
  }

  @Test func anotherInputRepairsNothing() throws {
    try FileManager.default.removeItem(atPath: joinPath(store, "0/c/0/0/0"))
    let before = try contents(ofDirectory: store)
    try succeed("phantom", scratch.file("other"), "--extent", "40,70,90", "--structures", "vessels", "--seed", "9")
    let ending = try sheaf(0, "verify", store, "--repair-from", scratch.file("other/vessels/planes"))
    #expect(ending.code == 65 && ending.errors.contains("cannot be repaired"), "\(ending.code) \(ending.errors)")
    #expect(differences(try contents(ofDirectory: store), before) == [])
  }

  @Test(arguments: [0, 2]) func severalPathsAndSingleFilesAreVerified(ranks: Int) throws {
    let (empty, notes, picture) = (scratch.file("empty"), scratch.file("notes.csv"), scratch.file("picture.png"))
    try createDirectory(empty)
    try publish("id,voxels\n", to: notes)
    try succeed("picture", store, "-o", picture)
    let settings = joinPath(store, ".sheaf/settings.json")
    let both = try sheaf(ranks, "verify", store, scratch.file("organ"), settings, picture)
    #expect(both.code == 0, "\(both.errors)")
    #expect(both.output.contains("organ.zarr: ") && both.output.contains("organ: "), "\(both.output)")
    for (nothing, words) in [
      (empty, "an empty directory"), (notes, "no checksum of this file is recorded"), ("gone", "gone"),
    ] {
      let ending = try sheaf(ranks, "verify", nothing)
      #expect(ending.code == 66 && ending.errors.contains(words), "\(ending.code) \(ending.errors)")
    }
    // One that cannot be verified does not hide what is wrong with another.
    var bytes = try readWholeFile(picture)
    bytes[bytes.count / 2] ^= 1
    try publish(bytes, to: picture)
    let ending = try sheaf(ranks, "verify", empty, picture)
    #expect(ending.code == 65 && ending.errors.contains("picture.png"), "\(ending.code) \(ending.errors)")
    #expect(ending.errors.contains("an empty directory"), "\(ending.errors)")
  }

  @Test func lostMetadataAreRepairedWithoutTheInput() throws {
    let sound = try contents(ofDirectory: store)
    try FileManager.default.removeItem(atPath: joinPath(store, "1/zarr.json"))
    #expect(try sheaf(0, "verify", store).code == 65)
    let repair = try sheaf(0, "verify", store, "--repair")
    #expect(repair.code == 0 && repair.output.contains("1/zarr.json was written again"), "\(repair.errors)")
    #expect(differences(try contents(ofDirectory: store), sound) == [])
  }

  @Test func aRegionIsExportedAndReadBack() throws {
    for name in ["part.npy", "part.nii.gz", "part.mha", "part.tif"] {
      let path = scratch.file(name)
      try succeed("export", store, path, "--region", "3:20,10:41,5:70")
      let description = try json("info", path)
      #expect(description["extent"] as? [Int] == [17, 31, 65], "\(name)")
      #expect(description["voxelType"] as? String == "uint16", "\(name)")
      // Tiled again it is the same region, voxel by voxel.
      let again = scratch.file(name + ".zarr")
      try succeed("tile", path, again, "--chunk", "16", "--shard", "32")
      try succeed("export", again, scratch.file(name + ".again.npy"))
    }
    let first = try readWholeFile(scratch.file("part.npy"))
    for name in ["part.npy", "part.nii.gz", "part.mha", "part.tif"] {
      #expect(try readWholeFile(scratch.file(name + ".again.npy")) == first, "\(name)")
    }
  }
}
