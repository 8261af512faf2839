import Files
import Foundation
import Scratch
import Testing
import Voxels
import Zarr

/// Committed arrays of zarr-python and tensorstore; `Fixtures/make.py` says what is in them.
@Suite struct FixtureTests {
  private static let extent = Extent(5, 4, 7)

  private func path(_ name: String) -> String { joinPath(Bundle.module.resourcePath!, "Fixtures", name) }

  private var expected: VoxelBuffer {
    let voxels = VoxelBuffer(.uint16, Self.extent)
    Region(Self.extent).forEachPosition { at in
      let isDark = at.z < 2 && at.x < 4
      voxels.voxels(as: UInt16.self)[Self.extent.index(of: at)] =
        isDark ? 0 : UInt16((at.z * 35 + at.y * 7 + at.x) % 11 * 1000)
    }
    return voxels
  }

  @Test(arguments: ["zarr-python-sharded", "zarr-python-blosc", "tensorstore-sharded", "zarr-python-v2"])
  func committedArraysAreRead(name: String) throws {
    let array = try ZarrArray.open(path(name))
    #expect(array.extent == Self.extent && array.voxelType == .uint16)
    #expect(sameVoxels(try array.read(Region(Self.extent)), expected))
    let verification = try Verification(of: path(name))
    #expect(verification.metadataFindings == [])
    #expect(verification.shardCount == array.shards.count)
    for shard in 0..<verification.shardCount { #expect(try verification.verifyShard(shard) == []) }
  }

  /// An empty file is what a full disk or a killed writer leaves; some readers take it for fill value.
  @Test(arguments: ["zarr-python-sharded", "zarr-python-blosc", "tensorstore-sharded", "zarr-python-v2"])
  func anEmptyFileIsAnError(name: String) throws {
    let directory = try ScratchDirectory()
    try FileManager.default.copyItem(atPath: path(name), toPath: directory.file("a"))
    let array = try ZarrArray.open(directory.file("a"))
    let last = Coordinate(array.shards.counts.z - 1, array.shards.counts.y - 1, array.shards.counts.x - 1)
    try Data().write(to: URL(fileURLWithPath: array.shardPath(at: last)))
    let found = fault { _ = try array.read(Region(Self.extent)) }
    #expect(found?.kind == .badData && found!.message.contains(array.shardPath(at: last)), "\(found?.message ?? "")")
    #expect(try array.verifyShard(at: last).count == 1)
  }
}
