import Testing
import Tiling
import VolumeFormats
import Voxels
import Zarr

@Suite struct GeometryTests {
  private func layout(_ extent: Extent, type: VoxelType = .uint16) throws -> StoreLayout {
    try TilingSettings().layout(name: "a", extent: extent, type: type, voxelSizeInMicrometres: nil)
  }

  @Test func storesHaveFewFilesAndUnitsEnough() throws {
    for edge in [30, 256, 1000, 3500, 5000, 10_000] {
      let layout = try layout(Extent(edge))
      let files = layout.levelExtents.reduce(0) { $0 + $1.dividedRoundingUp(by: layout.shard(ofLevel: $1)).count }
      #expect(files <= 20_000, "\(edge): \(files) files")
    }
    let large = TilingGeometry(
      try layout(Extent(10_000)), reading: ReadingGeometry(piece: Extent(1), scratchInBytes: 0))
    #expect(large.levelsInUnit == 2 && large.units.count >= 128)
  }

  @Test func memoryDoesNotGrowWithTheVolume() throws {
    for edge in [1000, 2500, 5000, 10_000] {
      for piece in [Extent(1), Extent(1, 8, edge)] {
        let reading = ReadingGeometry(piece: piece, scratchInBytes: 8 * 10_000 * 2)
        let geometry = TilingGeometry(try layout(Extent(edge)), reading: reading)
        let memory = TilingMemory(geometry, reading: reading, threads: 4, limitInBytes: 2 << 30)
        #expect(memory.inBytes <= 2 << 30, "\(edge): \(memory.inBytes >> 20) MiB")
        #expect(memory.decodingsPerVoxel < 1.001)
        let least = TilingMemory(geometry, reading: reading, threads: 4, limitInBytes: 0)
        #expect(least.inBytes <= 1 << 30, "\(edge): at least \(least.inBytes >> 20) MiB")
      }
    }
  }

  @Test func highStripsMakeHighUnits() throws {
    // One compressed strip a plane: every unit takes whole planes.
    let reading = ReadingGeometry(piece: Extent(1, 2000, 2000), scratchInBytes: 8 << 20)
    let geometry = TilingGeometry(try layout(Extent(2000)), reading: reading)
    #expect(geometry.units.counts.y == 1)
    let memory = TilingMemory(geometry, reading: reading, threads: 2, limitInBytes: 4 << 30)
    #expect(memory.decodingsPerVoxel < 1.001)
    // With less memory planes are decoded more than once, but never more often than there are parts.
    let little = TilingMemory(geometry, reading: reading, threads: 2, limitInBytes: 600 << 20)
    #expect(little.inBytes <= 600 << 20 && little.decodingsPerVoxel > 1)
  }
}
