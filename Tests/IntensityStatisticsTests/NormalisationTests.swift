import Files
import Foundation
import IntensityStatistics
import Scratch
import Testing
import Voxels

struct NormalisationTests {
  private func statistics(_ buffer: VoxelBuffer) throws -> StoreStatistics {
    let grid = StatisticsGrid(volume: buffer.extent, type: buffer.type, run: buffer.extent.x)
    grid.add(buffer, at: .zero)
    return try StoreStatistics(grid, name: "test")
  }

  @Test func surroundDoesNotMoveTheConstants() throws {
    func volume(darkPlanes: Int) throws -> Normalisation {
      var numbers = SeededNumbers(seed: 12)
      let buffer = filled(.uint16, Extent(darkPlanes + 36, 48, 48)) { position in
        position.z < darkPlanes ? 100 + 4 * numbers.normal() : 800 + 100 * numbers.normal()
      }
      return try statistics(buffer).normalisation
    }
    let little = try volume(darkPlanes: 12)
    let much = try volume(darkPlanes: 120)
    for normalisation in [little, much] {
      #expect(abs(normalisation.mean - 800) < 8, "\(normalisation)")
      #expect(abs(normalisation.deviation - 100) < 5, "\(normalisation)")
      #expect(abs(normalisation.lowerClip - (800 - 257.6)) < 20, "\(normalisation)")
      #expect(abs(normalisation.upperClip - (800 + 372)) < 60, "\(normalisation)")
    }
  }

  /// Large results are written in another way than small ones.
  @Test(arguments: [Extent(5, 450, 471), Extent(3, 700, 512), Extent(1, 1_100_000, 1), Extent(2, 30, 17)])
  func everyVoxelIsNormalised(extent: Extent) {
    let normalisation = Normalisation(
      lowerClip: 90.5, upperClip: 60_000, mean: 403.25, deviation: 61.5, background: -1, saturation: 60_000)
    let buffer = VoxelBuffer(.uint16, extent)
    let voxels = buffer.voxels(as: UInt16.self)
    for index in voxels.indices { voxels[index] = UInt16(truncatingIfNeeded: index &* 40_503) }
    func expected(_ value: UInt16) -> Float { (min(max(Float(value), 90.5), 60_000) - 403.25) * Float(1 / 61.5) }
    let whole = normalisation.apply(to: buffer)
    #expect(voxels.indices.allSatisfy { whole[$0] == expected(voxels[$0]) })
    // The types that no camera has are not written in vectors of the processor's own, to the same bits.
    let wider = VoxelBuffer(.uint32, extent)
    let words = wider.voxels(as: UInt32.self)
    for index in words.indices { words[index] = UInt32(voxels[index]) }
    #expect(normalisation.apply(to: wider) == whole)
    // Into a larger box, whose rows begin at any address; what is around it stays.
    let outer = extent + Extent(1, 2, 3)
    var target = [Float](repeating: 7, count: outer.count)
    normalisation.apply(to: Region(extent), of: buffer, into: &target, extent: outer, at: Coordinate(1, 1, 2))
    var isEqual = true
    var left = outer.count
    Region(extent).forEachPosition { position in
      let moved = outer.index(of: position + Coordinate(1, 1, 2))
      isEqual = isEqual && target[moved] == expected(voxels[extent.index(of: position)])
      target[moved] = 7
      left -= 1
    }
    #expect(isEqual && left == outer.count - extent.count && target.allSatisfy { $0 == 7 })
  }

  /// A value that more voxels hold than 32 bits count, as in volumes of 3·10¹⁰ voxels.
  @Test func veryLargeVolumesAreCountedWhole() throws {
    let extent = Extent(1500, 4800, 4800)
    let edge = StatisticsGrid.cellEdge(of: extent)
    let cells = Lattice(extent: extent, cell: Extent(edge))
    // Four fifths of the voxels are 100, the rest 200.
    let (most, rest) = (UInt64(edge * edge * edge * 4 / 5), UInt64(edge * edge * edge / 5))
    #expect(UInt64(cells.count) * most > UInt64(UInt32.max))
    let binning = Binning.of(.uint16)
    let (low, high) = (Int(binning.coarseBins[100]), Int(binning.coarseBins[200]))
    var writer = ByteWriter()
    writer.append(raw: "SHEAFST1".utf8)
    writer.append(VoxelType.allCases.firstIndex(of: .uint16)!)
    for axis in 0..<3 { writer.append(extent[axis]) }
    writer.append(64)
    writer.append(edge)
    writer.append(2)
    writer.append(100)
    writer.append(UInt64(cells.count) * most)
    writer.append(100)
    writer.append(UInt64(cells.count) * rest)
    writer.append(cells.count)
    for index in 0..<cells.count {
      writer.append(index == 0 ? 0 : 1)
      writer.append(low)
      writer.append(high - low + 1)
      writer.append(most)
      for _ in low..<(high - 1) { writer.append(0) }
      writer.append(rest)
      writer.append(most * 100 + rest * 200)
      writer.append(most * 10_000 + rest * 40_000)
      writer.append(UInt64(1_000_000))
      writer.append(UInt64(100_000))
    }
    writer.append(fixed: writer.bytes.withUnsafeBytes { fnv1aOfWords($0) })
    let grid = try StatisticsGrid.decode(Data(writer.bytes), name: "made up")
    let normalisation = try StoreStatistics(grid, name: "made up").normalisation
    #expect(abs(normalisation.mean - 120) < 1e-6 && abs(normalisation.deviation - 40) < 1e-6, "\(normalisation)")
  }

  @Test(arguments: VoxelType.allCases)
  func appliesTheFormula(type: VoxelType) {
    let normalisation = Normalisation(
      lowerClip: 10, upperClip: 90, mean: 40, deviation: 20, background: -1.25, saturation: 120)
    var numbers = SeededNumbers(seed: 1)
    let buffer = filled(type, Extent(2, 3, 21)) { _ in (numbers.uniform() * 150).rounded() }
    if type == .float32 { buffer.voxels(as: Float.self)[7] = .nan }
    let values = normalisation.apply(to: buffer)
    var mask = [UInt8](repeating: 1, count: 126)
    normalisation.clearUnusable(
      in: Region(buffer.extent), of: buffer, mask: &mask, extent: buffer.extent, at: .zero)
    var raw: [Double] = []
    withVoxelScalar(type) { scalar in
      func collect<Scalar: VoxelScalar>(_: Scalar.Type) {
        raw = buffer.voxels(as: Scalar.self).map { Double($0.asFloat) }
      }
      collect(scalar)
    }
    for index in raw.indices {
      if raw[index].isNaN {
        #expect(values[index] == -1.25 && mask[index] == 0)
        continue
      }
      #expect(abs(Double(values[index]) - (min(max(raw[index], 10), 90) - 40) / 20) < 1e-6)
      #expect(mask[index] == (raw[index] < 120 ? 1 : 0))
    }
  }

  @Test func aBoxGoesWhereItBelongs() {
    let normalisation = Normalisation(
      lowerClip: 0, upperClip: 1000, mean: 0, deviation: 1, background: 0, saturation: nil)
    let buffer = VoxelBuffer(Extent(3, 4, 5), (0..<60).map { UInt16($0) })
    var target = [Float](repeating: -1, count: 4 * 4 * 4)
    normalisation.apply(
      to: Region(origin: Coordinate(1, 2, 1), extent: Extent(2, 2, 3)), of: buffer, into: &target, extent: Extent(4),
      at: Coordinate(1, 0, 1))
    for z in 0..<4 {
      for y in 0..<4 {
        for x in 0..<4 {
          let inside = (1..<3).contains(z) && (0..<2).contains(y) && (1..<4).contains(x)
          let expected = inside ? Float(buffer.extent.index(of: Coordinate(z, y + 2, x))) : -1
          #expect(target[(z * 4 + y) * 4 + x] == expected)
        }
      }
    }
  }

  @Test func saturation() throws {
    var numbers = SeededNumbers(seed: 2)
    let twelveBit = filled(.uint16, Extent(30)) { _ in min(4095, 3000 + 700 * numbers.normal()) }
    #expect(try statistics(twelveBit).normalisation.saturation == 4095)
    let full = filled(.uint8, Extent(15)) { position in position.x == 0 && position.y == 0 ? 255 : 10 }
    #expect(try statistics(full).normalisation.saturation == 255)
    let clean = filled(.uint16, Extent(30)) { _ in 3000 + 100 * numbers.normal() }
    #expect(try statistics(clean).normalisation.saturation == nil)
    #expect(try statistics(filled(.uint16, Extent(4)) { _ in 100 }).normalisation.saturation == nil)
  }

  @Test func degenerateVolumes() throws {
    let constant = try statistics(filled(.uint16, Extent(4)) { _ in 100 })
    #expect(constant.normalisation.apply(to: filled(.uint16, Extent(1)) { _ in 100 }) == [0])
    let zeros = try statistics(filled(.float32, Extent(2)) { _ in 0 })
    #expect(zeros.normalisation.deviation > 0)
    #expect(throws: Fault.self) { try statistics(filled(.float32, Extent(2)) { _ in .nan }) }
  }

  @Test func statisticsOfAStore() throws {
    let scratch = try ScratchDirectory()
    let store = scratch.file("a.zarr")
    #expect(throws: Fault.self) { try StoreStatistics.load(store) }
    try createDirectory(store + "/.sheaf")
    var numbers = SeededNumbers(seed: 8)
    let buffer = filled(.uint16, Extent(16)) { _ in 100 + 5 * numbers.normal() }
    let grid = StatisticsGrid(volume: Extent(16, 16, 32), type: .uint16, run: 16)
    grid.add(buffer, at: .zero)
    try StoreStatistics.save(grid, store: store)
    // Half the volume is missing.
    #expect(throws: Fault.self) { try StoreStatistics.load(store) }
    grid.add(buffer, at: Coordinate(0, 0, 16))
    try StoreStatistics.save(grid, store: store)
    let loaded = try StoreStatistics.load(store)
    #expect(loaded.grid.encoded() == grid.encoded())
    #expect(loaded.floor == (try StoreStatistics(grid, name: "")).floor)
  }
}
