import Files
import Foundation
import IntensityStatistics
import Scratch
import Testing
import Voxels

struct StatisticsGridTests {
  /// Cuts of `length` into parts at multiples of `step`: every set of borders.
  private func cuts(_ length: Int, step: Int) -> [[Range<Int>]] {
    let borders = Array(stride(from: step, to: length, by: step))
    return (0..<(1 << borders.count)).map { mask in
      let chosen = [0] + borders.indices.filter { mask >> $0 & 1 == 1 }.map { borders[$0] } + [length]
      return zip(chosen, chosen.dropFirst()).map { $0..<$1 }
    }
  }

  private func grid(_ buffer: VoxelBuffer, run: Int) -> StatisticsGrid {
    let grid = StatisticsGrid(volume: buffer.extent, type: buffer.type, run: run)
    grid.add(buffer, at: .zero)
    return grid
  }

  @Test(arguments: VoxelType.allCases)
  func everyDecompositionEqualsTheWhole(type: VoxelType) throws {
    // Cells of 12 cut by units of 8, 7 and runs of 8: partial cells and partial rows everywhere.
    let extent = Extent(18, 17, 20)
    var numbers = SeededNumbers(seed: 7)
    let buffer = filled(type, extent) { _ in
      numbers.uniform() < 0.2 ? numbers.uniform() * 65_535 : 100 + 10 * numbers.normal()
    }
    let whole = grid(buffer, run: 8).encoded()
    for depths in cuts(extent.z, step: 8) {
      for heights in cuts(extent.y, step: 7) {
        for widths in cuts(extent.x, step: 8) {
          var parts: [StatisticsGrid] = []
          for z in depths {
            for y in heights {
              for x in widths {
                let region = Region(
                  from: Coordinate(z.lowerBound, y.lowerBound, x.lowerBound),
                  to: Coordinate(z.upperBound, y.upperBound, x.upperBound))
                let part = StatisticsGrid(volume: extent, type: type, run: 8)
                part.add(buffer.cropped(to: region), at: region.origin)
                parts.append(part)
              }
            }
          }
          parts.shuffle(using: &numbers)
          let sum = parts.removeFirst()
          for part in parts { try sum.merge(part) }
          #expect(sum.encoded() == whole)
          #expect(sum.isComplete)
        }
      }
    }
  }

  @Test(arguments: VoxelType.allCases)
  func equalsCountingOneVoxelAtATime(type: VoxelType) {
    // Differences of 16 bits are squared in another way than smaller ones.
    for (extent, run, top) in [
      (Extent(1, 1, 1), 1, 68_000.0), (Extent(3, 16, 40), 7, 68_000), (Extent(3, 16, 40), 7, 32_767),
      (Extent(16, 2, 33), 64, 32_768), (Extent(16, 2, 33), 64, 32_767), (Extent(2, 31, 5), 1, 68_000),
      (Extent(2, 9, 29), 29, 32_767), (Extent(2, 9, 29), 29, 1_000),
    ] {
      var numbers = SeededNumbers(seed: UInt64(extent.count))
      let buffer = filled(type, extent) { _ in
        let number = numbers.uniform()
        return number < 0.4 ? 0 : number < 0.5 ? top : number < 0.6 ? -2_000 : numbers.uniform() * top
      }
      let grid = grid(buffer, run: run)
      let binning = grid.binning
      var histogram = [UInt64](repeating: 0, count: Binning.binCount)
      var cells: [Int: (counts: [Int: Int], sum: Int, squares: Int, energy: Int, differences: Int)] = [:]
      func bin(_ position: Coordinate) -> Int {
        let index = extent.index(of: position)
        switch type {
        case .uint8: return binning.bin(of: Double(buffer.voxels(as: UInt8.self)[index]))
        case .uint16: return binning.bin(of: Double(buffer.voxels(as: UInt16.self)[index]))
        case .int16: return binning.bin(of: Double(buffer.voxels(as: Int16.self)[index]))
        case .uint32: return binning.bin(of: Double(buffer.voxels(as: UInt32.self)[index]))
        case .uint64: return binning.bin(of: Double(buffer.voxels(as: UInt64.self)[index]))
        case .float32: return binning.bin(of: Double(buffer.voxels(as: Float.self)[index]))
        }
      }
      Region(extent).forEachPosition { position in
        let here = bin(position)
        histogram[here] += 1
        let number = grid.cells.index(of: Coordinate(position.z / 12, position.y / 12, position.x / 12))
        var cell = cells[number] ?? ([:], 0, 0, 0, 0)
        cell.counts[Int(binning.coarseBins[here]), default: 0] += 1
        cell.sum += here
        cell.squares += here * here
        if position.x % run != 0 {
          let difference = here - bin(Coordinate(position.z, position.y, position.x - 1))
          cell.energy += difference * difference
          cell.differences += 1
        }
        cells[number] = cell
      }
      #expect(grid.histogram == histogram)
      #expect(grid.statistics.count == cells.count)
      for (number, expected) in cells {
        let found = grid.statistics[number]!
        #expect(found.sum == UInt64(expected.sum))
        #expect(found.sumOfSquares == UInt64(expected.squares))
        #expect(found.gradientEnergy == UInt64(expected.energy))
        #expect(found.gradientCount == UInt64(expected.differences))
        #expect((0..<binning.coarseBinCount).allSatisfy { found.count(inCoarseBin: $0) == expected.counts[$0] ?? 0 })
        #expect(found.counts.first != 0 && found.counts.last != 0)
      }
    }
  }

  /// Rows of more than sixteen voxels are counted in wider vectors.
  @Test(arguments: [700.0, 32_767, 65_535])
  func wideCellsEqualCountingOneVoxelAtATime(top: Double) {
    let volume = Extent(300, 2000, 2000)
    #expect(StatisticsGrid.cellEdge(of: volume) == 50)
    var numbers = SeededNumbers(seed: UInt64(top))
    let buffer = filled(.uint16, Extent(3, 5, 2000)) { _ in numbers.uniform() < 0.01 ? top : numbers.uniform() * 700 }
    let voxels = buffer.voxels(as: UInt16.self)
    let run = 64
    let grid = StatisticsGrid(volume: volume, type: .uint16, run: run)
    grid.add(Region(Extent(3, 5, 2000)), of: buffer, at: .zero)
    for cell in grid.statistics.numbers {
      let range = grid.cells.region(cell).range(2)
      var (sum, squares, energy, least, most) = (0, 0, 0, Int.max, 0)
      for row in 0..<15 {
        for x in range {
          let here = Int(voxels[row * 2000 + x])
          (sum, squares) = (sum + here, squares + here * here)
          (least, most) = (min(least, here), max(most, here))
          if x % run != 0 {
            let difference = here - Int(voxels[row * 2000 + x - 1])
            energy += difference * difference
          }
        }
      }
      let found = grid.statistics[cell]!
      #expect(found.sum == UInt64(sum) && found.sumOfSquares == UInt64(squares))
      #expect(found.gradientEnergy == UInt64(energy))
      #expect(found.firstCoarseBin == Int(grid.binning.coarseBins[least]))
      #expect(found.firstCoarseBin + found.counts.count - 1 == Int(grid.binning.coarseBins[most]))
    }
  }

  @Test func onlyTheNamedRegionOfABufferCounts() {
    let extent = Extent(20, 20, 20)
    var numbers = SeededNumbers(seed: 3)
    let buffer = filled(.uint16, extent) { _ in numbers.uniform() * 1000 }
    let whole = StatisticsGrid(volume: extent, type: .uint16, run: 10)
    for x in [0, 10] {
      whole.add(Region(origin: Coordinate(0, 0, x), extent: Extent(20, 20, 10)), of: buffer, at: .zero)
    }
    #expect(whole.encoded() == grid(buffer, run: 10).encoded())
  }

  @Test func cellEdgeIsAFunctionOfTheExtent() {
    #expect(StatisticsGrid.cellEdge(of: Extent(1)) == 12)
    #expect(StatisticsGrid.cellEdge(of: Extent(101, 120, 120)) == 12)
    #expect(StatisticsGrid.cellEdge(of: Extent(240)) == 12)
    #expect(StatisticsGrid.cellEdge(of: Extent(240, 240, 252)) == 30)
    #expect(StatisticsGrid.cellEdge(of: Extent(300)) == 30)
    #expect(StatisticsGrid.cellEdge(of: Extent(2048)) == 50)
    #expect(StatisticsGrid.cellEdge(of: Extent(3000, 3500, 4000)) == 50)
    #expect(StatisticsGrid.cellEdge(of: Extent(10_000)) == 150)
    #expect(StatisticsGrid.cellEdge(of: Extent(1 << 40)) == 300)
  }

  /// Statistics of earlier versions, with cells of 15 voxels where there are 12 today, are read, and not added to others.
  @Test func cellsOfEarlierVersionsAreRead() throws {
    let extent = Extent(12)
    let today = grid(filled(.uint8, extent) { Double(($0.z + 2 * $0.y + 3 * $0.x) % 7) }, run: 12)
    func changed(_ edge: UInt8) -> Data {
      var bytes = today.encoded().dropLast(8)
      #expect(bytes[13] == 12)
      bytes[13] = edge
      let sum = bytes.withUnsafeBytes { fnv1aOfWords($0) }
      for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: sum >> UInt64(shift))) }
      return bytes
    }
    let earlier = try StatisticsGrid.decode(changed(15), name: "test")
    #expect(earlier.cells.cell == Extent(15) && earlier.isComplete && earlier.encoded() == changed(15))
    #expect(earlier.histogram == today.histogram)
    #expect(try StatisticsGrid.hasCellsOfToday(head: today.encoded(), name: "test"))
    #expect(try !StatisticsGrid.hasCellsOfToday(head: changed(15).prefix(StatisticsGrid.longestHead), name: "test"))
    #expect(throws: Fault.self) {
      try StatisticsGrid(volume: extent, type: .uint8, run: 12).merge(earlier)
    }
    for edge: UInt8 in [1, 11, 14, 16, 30] {
      #expect(throws: Fault.self) { try StatisticsGrid.decode(changed(edge), name: "test") }
    }
  }

  @Test func differentVolumesDoNotAddUp() {
    let one = StatisticsGrid(volume: Extent(4), type: .uint8, run: 1)
    for other in [
      StatisticsGrid(volume: Extent(5), type: .uint8, run: 1), StatisticsGrid(volume: Extent(4), type: .uint16, run: 1),
      StatisticsGrid(volume: Extent(4), type: .uint8, run: 2),
    ] {
      #expect(throws: Fault.self) { try one.merge(other) }
    }
  }

  @Test func bytesComeBack() throws {
    for type in VoxelType.allCases {
      var numbers = SeededNumbers(seed: 11)
      let whole = grid(filled(type, Extent(16, 17, 31)) { _ in numbers.uniform() * 300 }, run: 16)
      let read = try StatisticsGrid.decode(whole.encoded(), name: "test")
      #expect(read.encoded() == whole.encoded())
      #expect((0..<whole.cells.count).allSatisfy { read.statistics[$0] == whole.statistics[$0] })
      #expect(read.histogram == whole.histogram)
      #expect(read.isComplete)
    }
    let empty = StatisticsGrid(volume: Extent(3), type: .uint8, run: 2)
    #expect(try !StatisticsGrid.decode(empty.encoded(), name: "test").isComplete)
  }

  private func isRefused(_ data: Data) -> Bool {
    do {
      _ = try StatisticsGrid.decode(data, name: "test")
      return false
    } catch {
      return error is Fault
    }
  }

  @Test func damageIsFoundAndNeverTraps() throws {
    var numbers = SeededNumbers(seed: 5)
    let bytes = grid(filled(.uint16, Extent(5, 6, 7)) { _ in numbers.uniform() * 40 }, run: 4).encoded()
    var accepted: [Int] = []
    for index in bytes.indices {
      for flip in [UInt8(1), 0x80, 0xff] {
        var damaged = bytes
        damaged[index] ^= flip
        if !isRefused(damaged) { accepted.append(index) }
      }
      if !isRefused(bytes.prefix(index)) { accepted.append(index) }
    }
    #expect(accepted.isEmpty)
  }

  @Test func lyingNumbersAreRefusedBehindAValidChecksum() throws {
    var numbers = SeededNumbers(seed: 6)
    let bytes = grid(filled(.uint16, Extent(5, 6, 7)) { _ in numbers.uniform() * 40 }, run: 4).encoded()
    // A forger fixes the checksum: whatever is then accepted must still be a grid that can be used.
    for index in 8..<(bytes.count - 8) {
      for value in [UInt8(0), 0x7f, 0xff] {
        var forged = bytes.dropLast(8)
        forged[index] = value
        let sum = forged.withUnsafeBytes { fnv1aOfWords($0) }
        for shift in stride(from: 0, to: 64, by: 8) { forged.append(UInt8(truncatingIfNeeded: sum >> UInt64(shift))) }
        guard let read = try? StatisticsGrid.decode(forged, name: "test") else { continue }
        _ = try? StoreStatistics(read, name: "test")
      }
    }
  }
}
