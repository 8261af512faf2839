import Foundation
import IntensityStatistics
import Testing
import Voxels

struct BinningTests {
  @Test(arguments: VoxelType.allCases)
  func binsRiseWithValuesAndContainThem(type: VoxelType) {
    let binning = Binning.of(type)
    var values: [Double] =
      switch type {
      case .uint8: (0...255).map(Double.init)
      case .uint16: (0...65_535).map(Double.init)
      case .int16: (-32_768...32_767).map(Double.init)
      default: []
      }
    if values.isEmpty {
      var magnitudes: [Double] = [0]
      for exponent in (type == .float32 ? -18 : 0)...(type == .uint64 ? 62 : 31) {
        for step in stride(from: 1.0, to: 2.0, by: 1.0 / 300) { magnitudes.append(step * exp2(Double(exponent))) }
      }
      if type == .float32 {
        let negative: [Double] = magnitudes.reversed().map { -$0 }
        values = negative + magnitudes
      } else {
        values = magnitudes.map { $0.rounded(.down) }
      }
    }
    var previous = 0
    var wrong: [Double] = []
    for value in values {
      let bin = binning.bin(of: value)
      if bin < previous { wrong.append(value) }
      previous = bin
      if type == .float32, abs(value) < 0x1p-16 {
        if bin != binning.zeroBin { wrong.append(value) }
      } else {
        let slack = abs(value) * 1e-6
        if binning.lowest(bin) > value + slack || value - slack > binning.highest(bin) { wrong.append(value) }
      }
    }
    #expect(wrong.isEmpty)
    #expect(previous <= binning.lastBin)
  }

  @Test(arguments: VoxelType.allCases)
  func coarseBinsAreNarrow(type: VoxelType) {
    let binning = Binning.of(type)
    #expect(binning.members.count == binning.coarseBinCount)
    for (coarse, members) in binning.members.enumerated() {
      #expect(members.allSatisfy { Int(binning.coarseBins[$0]) == coarse })
      if members.lowerBound >= binning.lastBin || members.contains(binning.zeroBin) { continue }
      let low = binning.lowest(members.lowerBound)
      let high = binning.highest(min(members.upperBound, binning.lastBin))
      #expect(high - low <= 0.0323 * max(abs(low), abs(high)), "\(type) from \(low) to \(high)")
    }
    // Zero, saturation and not-a-number stand alone.
    for bin in [binning.zeroBin, binning.saturatedBin, binning.notANumberBin].compactMap({ $0 }) {
      #expect(binning.members[Int(binning.coarseBins[bin])].contains(bin))
      if bin != Binning.binCount - 1 || type != .uint8 {
        #expect(binning.members[Int(binning.coarseBins[bin])].count == 1, "\(type) bin \(bin)")
      }
    }
  }

  @Test func wideAndFloatExtremes() {
    #expect(Binning.of(.float32).bin(of: .nan) == Binning.binCount - 1)
    #expect(Binning.of(.float32).bin(of: .infinity) == Binning.of(.float32).lastBin)
    #expect(Binning.of(.float32).bin(of: -.infinity) == 0)
    #expect(Binning.of(.float32).bin(of: -0.0) == Binning.of(.float32).zeroBin)
    #expect(Binning.of(.uint64).bin(of: 1e300) == Binning.of(.uint64).lastBin)
    #expect(Binning.of(.uint32).bin(of: 4_294_967_295) == Binning.of(.uint32).lastBin)
    #expect(Binning.of(.int16).bin(of: -1e9) == 0)
    #expect(Binning.of(.uint8).bin(of: 300) == 255)
    #expect(Binning.of(.uint64).bin(of: .nan) == 0)
  }
}
