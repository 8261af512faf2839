import Files
import IntensityStatistics
import Jobs
import VolumeFormats
import Voxels
import Zarr

/// A pass over a volume that leaves no store: the statistics that tiling it would have taken, bit for bit, and digests of
/// the voxels by which a changed volume is noticed. Cut into the units of tiling, which depend on the volume alone.
package struct VolumeSurvey: Sendable {
  package let source: any VolumeSource
  private let slabs: UnitSlabs
  private let threads: Int

  /// - Throws: `Fault.usage` when the volume has no layout.
  package init(
    _ source: any VolumeSource, threads: Int, memoryInBytes: Int,
    isStopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws {
    let description = source.description
    let layout = try TilingSettings().layout(
      name: "survey", extent: description.extent, type: description.voxelType,
      voxelSizeInMicrometres: description.voxelSizeInMicrometres)
    let geometry = TilingGeometry(layout, reading: source.readingGeometry, levelsInUnit: 1)
    let memory = TilingMemory(
      geometry, reading: source.readingGeometry, threads: threads, limitInBytes: memoryInBytes)
    self.source = source
    self.threads = threads
    slabs = UnitSlabs(
      geometry: geometry, memory: memory, reader: SlabReader(source: source, threads: threads),
      isStopRequested: isStopRequested)
  }

  package var unitCount: Int { slabs.geometry.units.count }
  /// What a rank takes in all.
  package var memoryInBytes: Int { slabs.memory.inBytes }
  /// Statistics of no voxel, to which those of the units are added.
  package var emptyStatistics: StatisticsGrid {
    let layout = slabs.geometry.layout
    return StatisticsGrid(volume: layout.extent, type: layout.voxelType, run: layout.chunk.x)
  }

  /// Reads a unit.
  ///
  /// - Throws: `Fault.badData` for damaged input, `Fault.stopped` after a stop.
  package func measure(_ unit: Int) throws -> (statistics: StatisticsGrid, digest: UInt64) {
    let pool = GridPool { emptyStatistics }
    let digest = try slabs.measure(unit, threads: threads, statistics: pool)
    return (try pool.sum(), digest)
  }

  /// Reads a unit for its digest alone.
  package func digest(ofUnit unit: Int) throws -> UInt64 {
    try slabs.measure(unit, threads: threads, statistics: nil)
  }

  /// The files that a unit reads.
  package func files(ofUnit unit: Int) -> [String] { source.files(holding: slabs.geometry.units.region(unit)) }
}
