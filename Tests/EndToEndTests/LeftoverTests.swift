import Files
import Foundation
import Launching
import Scratch
import Testing

/// Runs that were killed while they wrote a file leave half of it behind; the run that finishes the output takes it away,
/// and nothing of anybody else's.
@Suite struct LeftoverTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func sheaf(_ arguments: [String]) throws -> Ending {
    try Running(launch(ranks: 0, builtProgram("sheaf"), arguments)).wait()
  }

  private func succeed(_ arguments: String...) throws {
    let ending = try sheaf(arguments)
    #expect(ending.code == 0, "\(ending.errors)")
  }

  private func stop(_ arguments: [String]) throws {
    let ending = try sheaf(arguments + ["--max-hours", "0"])
    #expect(ending.code == 75, "\(ending.code) \(ending.errors)")
  }

  @Test func everyOutputIsCleanInTheEnd() throws {
    let (organ, store, corpus) = (scratch.file("organ"), scratch.file("organ.zarr"), scratch.file("corpus"))
    let planes = joinPath(organ, "vessels/planes")
    let phantom = ["phantom", organ, "--extent", "40,70,90", "--structures", "vessels"]
    try stop(phantom)
    try leavePartialFile(of: joinPath(planes, "z00003.tif"))
    try leavePartialFile(of: joinPath(organ, "pairs/images/vessels_0.nii.gz"))
    try leavePartialFile(of: joinPath(organ, "phantom.json"))
    #expect(try sheaf(phantom).code == 0)
    #expect(try partialFiles(below: organ) == [])

    let tile = ["tile", planes, store, "--chunk", "16", "--shard", "32,32,64"]
    try stop(tile)
    try leavePartialFile(of: joinPath(store, "0/c/0/0/0"))
    try leavePartialFile(of: joinPath(store, "1/zarr.json"))
    #expect(try sheaf(tile).code == 0)
    #expect(try partialFiles(below: store) == [])

    let select = ["corpus", store, "-o", corpus, "--patch-size", "32", "--contrast", "3", "--packed"]
    try stop(select)
    try leavePartialFile(of: joinPath(corpus, "patches/0000-organ.zarr/0/c/0/0/0"))
    try leavePartialFile(of: joinPath(corpus, "corpus.json"))
    // A run that somebody trains below the corpus may be at work.
    try leavePartialFile(of: joinPath(corpus, "run/checkpoint/step-10.checkpoint"))
    #expect(try sheaf(select + ["--export-nifti", scratch.file("nifti")]).code == 0)
    #expect(try partialFiles(below: corpus) == ["run/checkpoint/.step-10.checkpoint.4194305.3.partial"])
    #expect(try partialFiles(below: scratch.file("nifti")) == [])
  }

  @Test func exportsAreOverwrittenFromTheStart() throws {
    let organ = scratch.file("organ")
    try succeed("phantom", organ, "--extent", "20,40,50", "--structures", "vessels")
    let planes = joinPath(organ, "vessels/planes")
    let file = scratch.file("organ.npy")
    try leavePartialFile(of: file)
    try succeed("export", planes, file)
    #expect(try partialFiles(below: scratch.path) == [])

    // An export that was cut off has left some planes and half of one.
    let (whole, parts) = (scratch.file("whole"), scratch.file("parts"))
    try succeed("export", planes, whole)
    try createDirectory(parts)
    try leavePartialFile(of: joinPath(parts, "z00007.tif"))
    try publish("old", to: joinPath(parts, "z00006.tif"))
    let refused = try sheaf(["export", planes, parts])
    #expect(refused.code == 73 && refused.errors.contains("--overwrite"), "\(refused.code) \(refused.errors)")
    try succeed("export", planes, parts, "--overwrite")
    #expect(differences(try contents(ofDirectory: parts), try contents(ofDirectory: whole)) == [])

    // Planes of a deeper volume would stay among the new ones.
    try publish("deeper", to: joinPath(parts, "z00020.tif"))
    let foreign = try sheaf(["export", planes, parts, "--overwrite"])
    #expect(foreign.code == 73 && foreign.errors.contains("z00020.tif"), "\(foreign.code) \(foreign.errors)")
    #expect(try readWholeFile(joinPath(parts, "z00020.tif")) == Data("deeper".utf8))
  }
}
