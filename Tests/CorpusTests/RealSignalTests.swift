import Corpus
import IntensityStatistics
import TestTraits
import Testing
import VolumeFormats
import Voxels

/// Floors and classes of real planes, judged by what can be seen in them.
struct RealSignalTests {
  private func statistics(_ name: String) throws -> StoreStatistics {
    let volume = try openVolume(RealData.path(name))
    let description = volume.description
    let buffer = VoxelBuffer(description.voxelType, description.extent)
    try volume.read(Region(description.extent), into: buffer, at: .zero)
    let grid = StatisticsGrid(volume: description.extent, type: description.voxelType, run: description.extent.x)
    grid.add(buffer, at: .zero)
    return try StoreStatistics(grid, name: name)
  }

  @Test(.needsRealData("brain-planes")) func brainPlanes() throws {
    let statistics = try statistics("brain-planes")
    let floor = statistics.floor
    // The black surround, in which no photon is the commonest count but zero the least common: no padding.
    #expect(floor.mean > 15 && floor.mean < 35 && floor.deviation > 8 && floor.deviation < 20, "\(floor)")
    #expect(floor.paddingShare < 0.001)
    func signalClass(_ y: Range<Int>, _ x: Range<Int>) -> SignalClass {
      statistics.signal(
        of: Region(from: Coordinate(0, y.lowerBound, x.lowerBound), to: Coordinate(30, y.upperBound, x.upperBound))
      ).signalClass
    }
    #expect(signalClass(0..<60, 0..<100) == .outside)
    // Cortex on the right without a labelled cell, and the dense cells on the left.
    #expect(signalClass(105..<150, 600..<645) == .lowSignal)
    #expect(signalClass(300..<450, 90..<210) == .signal)
    #expect(statistics.normalisation.lowerClip < statistics.normalisation.mean)
    #expect(statistics.normalisation.saturation == nil)
  }

  @Test(.needsRealData("axons/volume.tif")) func axons() throws {
    let statistics = try statistics("axons/volume.tif")
    // All tissue: the floor is its darkest broad lobe.
    #expect(statistics.floor.mean > 1500 && statistics.floor.mean < 1900, "\(statistics.floor)")
    #expect(statistics.normalisation.saturation == 65_535)
    #expect(statistics.signal(of: Region(statistics.grid.volume)).signalClass == .signal)
  }
}
