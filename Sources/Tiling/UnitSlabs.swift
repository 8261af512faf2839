import Files
import IntensityStatistics
import Threads
import Voxels

/// How the voxels of a unit pass through memory: part by part, slab by slab, the next slab being read while one is used.
struct UnitSlabs: Sendable {
  let geometry: TilingGeometry
  let memory: TilingMemory
  let reader: SlabReader
  let isStopRequested: @Sendable () -> Bool

  /// Parts of a unit along y and x, each for all of its z.
  func parts(ofUnit unit: Int) -> [Region] {
    let unit = geometry.units.region(unit)
    let parts = Lattice(extent: unit.extent, cell: TilingMemory.part(of: memory.slab, geometry))
    return (0..<parts.count).map { part in
      let inside = parts.region(part)
      return Region(origin: unit.origin + inside.origin, extent: inside.extent)
    }
  }

  /// Reads a part slab by slab, the next one while `body` has one.
  ///
  /// - Throws: `Fault.stopped` between two slabs when a stop was requested.
  func forEach(of part: Region, _ body: (Region, VoxelBuffer) throws -> Void) throws {
    let lattice = Lattice(extent: part.extent, cell: memory.slab)
    let slabs = (0..<lattice.count).map { number in
      let inside = lattice.region(number)
      return Region(origin: part.origin + inside.origin, extent: inside.extent)
    }
    var next = read(slabs[0])
    for (number, slab) in slabs.enumerated() {
      let voxels = try next.wait()
      if isStopRequested() { throw Fault.stopped("stopped between two slabs") }
      if number + 1 < slabs.count { next = read(slabs[number + 1]) }
      try body(slab, voxels)
    }
  }

  private func read(_ slab: Region) -> Background<VoxelBuffer> {
    Background { [reader] in try reader.read(slab) }
  }

  /// Reads a unit without writing anything.
  ///
  /// - Parameter statistics: to which its voxels are added; nil for none.
  /// - Returns: the digest of its voxels.
  /// - Throws: `Fault.stopped` between two slabs when a stop was requested.
  func measure(_ unit: Int, threads: Int, statistics: GridPool?) throws -> UInt64 {
    let digest = VoxelDigest()
    let chunks = Lattice(extent: geometry.layout.extent, cell: geometry.layout.chunk)
    for part in parts(ofUnit: unit) {
      try forEach(of: part) { slab, voxels in
        let positions = chunks.positions(intersecting: slab)
        try parallelForEach(count: positions.count, threads: threads) { index in
          let chunk = positions.extent.position(of: index) + positions.origin
          let (full, inside) = (chunks.fullRegion(at: chunk), chunks.region(at: chunk))
          let gathered = VoxelBuffer(voxels.type, full.extent)
          gathered.copy(inside.relative(to: slab.origin), of: voxels, to: .zero)
          defer { withExtendedLifetime(gathered) {} }
          statistics?.add(inside, of: gathered, at: inside.origin)
          digest.add(chunks.index(of: chunk), UnsafeRawBufferPointer(gathered.bytes))
        }
      }
    }
    return digest.value
  }
}
