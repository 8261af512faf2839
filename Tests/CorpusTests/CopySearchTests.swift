import Corpus
import Files
import Foundation
import IntensityStatistics
import Jobs
import MPI
import Scratch
import Testing
import Voxels

/// Sources that hold the same voxels where statistics cannot tell it.
@Suite(.serialized) struct CopySearchTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func warnings(_ volumes: [(name: String, voxels: VoxelBuffer)], findsCopies: Bool = true) throws -> [String] {
    for volume in volumes { try writeStore(scratch.file(volume.name + ".zarr"), volume.voxels, structure: "s") }
    let warnings = Warnings()
    var settings = JobSettings(threads: 2)
    settings.console = .silent(warnings)
    _ = try PatchCorpus.select(
      volumes.map { SourceRequest(scratch.file($0.name + ".zarr")) }, path: scratch.file("corpus\(findsCopies)"),
      options: CorpusOptions(patchEdge: 32), programVersion: "test", communicator: Communicator.world(),
      settings: settings, findsCopies: findsCopies)
    return warnings.all.map(\.text).filter { $0.contains("bright points") }
  }

  @Test func cutsAtAnyPlaceAreFound() throws {
    let whole = phantomVoxels(Extent(90, 90, 180), seed: 1)
    let cut = whole.cropped(to: Region(origin: Coordinate(7, 11, 38), extent: Extent(80, 70, 140)))
    let other = phantomVoxels(Extent(90, 90, 180), seed: 2)
    let found = try warnings([("a", whole), ("b", cut), ("c", other)])
    #expect(found.count == 1)
    // Where b says (z, y, x), a has the voxel 7, 11, 38 further on, or the other way round by their order.
    #expect(found.first?.contains("7, ") == true && found.first?.contains("38 voxels") == true, "\(found)")
    #expect(found.first?.contains("c ") == false)
    #expect(try warnings([("a2", whole), ("b2", cut)], findsCopies: false).isEmpty)
  }

  @Test func theSameValuesInAnotherTypeAreFound() throws {
    let whole = phantomVoxels(Extent(60, 60, 120), seed: 1)
    let cut = whole.cropped(to: Region(origin: Coordinate(1, 2, 3), extent: Extent(50, 50, 110)))
    let floats = VoxelBuffer(cut.extent, cut.array(of: UInt16.self).map { Float($0) })
    #expect(try warnings([("a", whole), ("b", floats)]).count == 1)
  }

  @Test func landmarksDoNotDependOnTheCut() {
    let whole = phantomVoxels(Extent(30), seed: 5)
    let box = Region(origin: Coordinate(3, 4, 5), extent: Extent(20, 21, 22))
    let inner = box.expanded(by: Extent(-1))
    let expected = CopySearch.landmarks(whole, at: .zero).filter { inner.contains($0.position) }
    let found = CopySearch.landmarks(whole.cropped(to: box), at: box.origin)
    #expect(!found.isEmpty && found.map(\.position) == expected.map(\.position))
    #expect(found.map(\.hash) == expected.map(\.hash))
  }
}
