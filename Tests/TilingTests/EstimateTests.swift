import Files
import Foundation
import Scratch
import Testing
import Tiling
import VolumeFormats
import Voxels
import Zarr

@Suite struct EstimateTests {
  /// The size of the store that is really made is near the estimate, for volumes that are alike everywhere.
  @Test(arguments: [VoxelType.uint8, .uint16, .float32])
  func sizeIsNearTheStores(_ type: VoxelType) throws {
    let directory = try ScratchDirectory()
    let source = try MemoryVolume(organ(type, Extent(96, 160, 300)))
    let chunk = Extent(32)
    let settings = TilingSettings(chunk: chunk, shard: Extent(64, 64, 128))
    let estimate = try TilingEstimate(of: source, settings: settings, threads: 2, within: 20)
    try BlockwiseTests.tile(source, to: directory.file("a.zarr"), chunk: chunk, shard: Extent(64, 64, 128))
    let shards = try tree(directory.file("a.zarr")).filter { $0.key.contains("/c/") }
    let real = shards.values.reduce(0) { $0 + $1.count }
    #expect(estimate.storeInBytes > real / 2 && estimate.storeInBytes < real * 2, "\(estimate) for \(real) bytes")
    #expect(estimate.seconds > 0 && estimate.seconds.isFinite)
    #expect(estimate.sampledVoxelCount > 0)
  }

  @Test func anEmptyVolumeTakesNoRoom() throws {
    let source = try MemoryVolume(VoxelBuffer(.uint16, Extent(5, 7, 9)))
    let estimate = try TilingEstimate(of: source, threads: 1)
    #expect(estimate.storeInBytes == 0)
    #expect(estimate.seconds.isFinite)
  }

  /// Boxes lie inside volumes of every awkward size, and no more is decoded than a moment allows.
  @Test func boxesAreSmall() throws {
    for extent in [Extent(1), Extent(1, 5000, 7000), Extent(10_000), Extent(3, 1, 99_999)] {
      for piece in [Extent(1), Extent(1, extent.y, extent.x), Extent(1, 100, extent.x), Extent(1, 256, 256)] {
        for isSequential in [false, true] {
          let layout = try TilingSettings().layout(
            name: "", extent: extent, type: .uint16, voxelSizeInMicrometres: nil)
          let reading = ReadingGeometry(piece: piece, scratchInBytes: 0, isSequential: isSequential)
          for number in 0..<16 {
            let box = TilingEstimate.box(number, layout, reading)
            #expect(Region(extent).contains(box) && !box.isEmpty, "\(box) of \(extent)")
            #expect(!isSequential || box.origin.z == 0)
            let decoded = TilingEstimate.decoded(box, layout, reading)
            #expect(decoded.count <= max(1 << 25, piece.count * 2), "\(decoded) for \(box) of \(extent)")
          }
        }
      }
    }
  }
}
