import Voxels

/// How voxel values of one type fall into histogram bins: 65,536 *bins* for the histogram of a volume and a few hundred
/// *coarse bins* for those of its cells. Both are monotone in the voxel value.
///
/// | type | bin of value v | coarse bin |
/// |---|---|---|
/// | uint8, uint16 | v, exact | v below 64, then 32 an octave (1.6 % to 3.1 % wide); the largest value by itself |
/// | int16 | v + 32768, exact | the same for \|v\|, mirrored at zero; the largest value by itself |
/// | uint32, uint64 | v below 2048, then 1024 an octave (at most 0.1 % wide) | v below 64, then 32 an octave |
/// | float32 | 1024 an octave from 2⁻¹⁶ to 2³², 256 an octave for negative values; values nearer to zero count as zero, those beyond as the last; not-a-number is bin 65,535 | 32 an octave |
///
/// A class, so that handing it around counts one reference and not one for each of its tables.
package final class Binning: Sendable {
  package static let binCount = 65_536

  package let type: VoxelType
  /// The bin of the value zero.
  package let zeroBin: Int
  /// The bin of the largest value of an 8- or 16-bit type: a voxel there met the end of its range. Nil for wider types.
  package let saturatedBin: Int?
  /// The bin of not-a-number, which is in no statistic; nil for integers.
  package let notANumberBin: Int?
  /// The last bin a value can have (`notANumberBin` aside).
  package let lastBin: Int
  package let coarseBinCount: Int
  /// The coarse bin of every bin.
  package let coarseBins: [UInt16]
  /// The first and last bin of every coarse bin.
  package let members: [ClosedRange<Int>]
  /// The smallest and the largest value of every coarse bin.
  package let coarseBounds: [(lowest: Double, highest: Double)]

  private init(_ type: VoxelType) {
    self.type = type
    switch type {
    case .uint8: (zeroBin, saturatedBin, notANumberBin, lastBin) = (0, 255, nil, 255)
    case .uint16: (zeroBin, saturatedBin, notANumberBin, lastBin) = (0, 65_535, nil, 65_535)
    case .int16: (zeroBin, saturatedBin, notANumberBin, lastBin) = (32_768, 65_535, nil, 65_535)
    case .uint32: (zeroBin, saturatedBin, notANumberBin, lastBin) = (0, nil, nil, wideBin(UInt64(UInt32.max)))
    case .uint64: (zeroBin, saturatedBin, notANumberBin, lastBin) = (0, nil, nil, wideBin(.max))
    case .float32:
      (zeroBin, saturatedBin, notANumberBin) = (FloatBins.zero, nil, Self.binCount - 1)
      lastBin = FloatBins.zero + FloatBins.octaves * FloatBins.positivePerOctave
    }
    // Number the coarse bins densely in the order in which the bins reach them.
    var numbers: [UInt16] = []
    numbers.reserveCapacity(Self.binCount)
    var previous: Int?
    var ranges: [ClosedRange<Int>] = []
    for bin in 0..<Self.binCount {
      let key: Int
      if bin == saturatedBin || bin == notANumberBin {
        key = .max
      } else {
        key = Self.coarseKey(type, min(bin, lastBin))
      }
      if key == previous {
        ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound...bin
      } else {
        ranges.append(bin...bin)
        previous = key
      }
      numbers.append(UInt16(ranges.count - 1))
    }
    coarseBins = numbers
    members = ranges
    coarseBinCount = ranges.count
    coarseBounds = ranges.map { [lastBin] range in
      (Self.lowest(type, range.lowerBound, lastBin), Self.highest(type, range.upperBound, lastBin))
    }
  }

  /// The binning of `type`, made once.
  package static func of(_ type: VoxelType) -> Binning {
    switch type {
    case .uint8: uint8
    case .uint16: uint16
    case .int16: int16
    case .uint32: uint32
    case .uint64: uint64
    case .float32: float32
    }
  }

  private static let uint8 = Binning(.uint8)
  private static let uint16 = Binning(.uint16)
  private static let int16 = Binning(.int16)
  private static let uint32 = Binning(.uint32)
  private static let uint64 = Binning(.uint64)
  private static let float32 = Binning(.float32)

  /// Whether each bin holds a single value.
  package var isExact: Bool { type.byteCount <= 2 }

  /// The difference between neighbouring values: 1 for integers.
  var resolution: Double { type == .float32 ? 0 : 1 }

  /// The smallest value of `bin`.
  package func lowest(_ bin: Int) -> Double { Self.lowest(type, bin, lastBin) }

  private static func lowest(_ type: VoxelType, _ bin: Int, _ lastBin: Int) -> Double {
    switch type {
    case .uint8, .uint16: return Double(bin)
    case .int16: return Double(bin - 32_768)
    case .uint32, .uint64: return wideBinValues(bin).lowest
    case .float32: return FloatBins.edges(min(bin, lastBin)).lowest
    }
  }

  /// The largest value of `bin` (for float32 the value where the next bin begins).
  package func highest(_ bin: Int) -> Double { Self.highest(type, bin, lastBin) }

  private static func highest(_ type: VoxelType, _ bin: Int, _ lastBin: Int) -> Double {
    switch type {
    case .uint8, .uint16, .int16: return lowest(type, bin, lastBin)
    case .uint32, .uint64: return wideBinValues(bin).highest
    case .float32: return FloatBins.edges(min(bin, lastBin)).highest
    }
  }

  package func middle(_ bin: Int) -> Double { (lowest(bin) + highest(bin)) / 2 }

  /// Width of a bin on the value axis: 1 for a single integer.
  func width(_ bin: Int) -> Double {
    type == .float32 ? highest(bin) - lowest(bin) : highest(bin) - lowest(bin) + 1
  }

  /// The bin of `value`; values beyond the type's range fall into the outermost bin.
  package func bin(of value: Double) -> Int {
    if type == .float32 { return FloatBins.bin(Float(value)) }
    let offset = type == .int16 ? 32_768.0 : 0
    let shifted = (value + offset).rounded()
    if !(shifted > 0) { return 0 }
    if isExact { return shifted >= Double(lastBin) ? lastBin : Int(shifted) }
    if shifted >= 0x1p63 { return lastBin }
    return min(lastBin, wideBin(UInt64(shifted)))
  }

  private static func coarseKey(_ type: VoxelType, _ bin: Int) -> Int {
    switch type {
    case .uint8, .uint16: return coarseStep(UInt64(bin))
    case .int16: return bin >= 32_768 ? coarseStep(UInt64(bin - 32_768)) : -1 - coarseStep(UInt64(32_767 - bin))
    case .uint32, .uint64: return coarseStep(UInt64(wideBinValues(bin).lowest))
    case .float32:
      if bin == FloatBins.zero { return 0 }
      return bin > FloatBins.zero
        ? 1 + (bin - FloatBins.zero - 1) / (FloatBins.positivePerOctave / 32)
        : -1 - (FloatBins.zero - 1 - bin) / (FloatBins.negativePerOctave / 32)
    }
  }
}

/// Values below 64 one by one, then 32 steps an octave.
private func coarseStep(_ value: UInt64) -> Int {
  if value < 64 { return Int(value) }
  let shift = 63 - value.leadingZeroBitCount - 5
  return shift << 5 + Int(value >> UInt64(shift))
}

/// Values below 2048 one by one, then 1024 bins an octave.
@inline(__always)
func wideBin(_ value: UInt64) -> Int {
  if value < 2048 { return Int(value) }
  let shift = 63 - value.leadingZeroBitCount - 10
  return shift << 10 + Int(value >> UInt64(shift))
}

private func wideBinValues(_ bin: Int) -> (lowest: Double, highest: Double) {
  if bin < 2048 { return (Double(bin), Double(bin)) }
  let shift = min(bin / 1024 - 1, 53)
  let mantissa = UInt64(bin - shift * 1024)
  let lowest = mantissa << UInt64(shift)
  return (Double(lowest), Double(lowest + (1 << UInt64(shift) - 1)))
}

/// The bins of 32-bit floating point values.
enum FloatBins {
  static let octaves = 48
  static let smallestExponent = -16
  static let positivePerOctave = 1024
  static let negativePerOctave = 256
  static let zero = octaves * negativePerOctave

  @inline(__always)
  static func bin(_ value: Float) -> Int {
    if value.isNaN { return Binning.binCount - 1 }
    let magnitude = value.magnitude
    if magnitude < 0x1p-16 { return zero }
    let bits = magnitude.bitPattern
    let octave = min(Int(bits >> 23) - 127 - smallestExponent, octaves)
    if value > 0 {
      if octave == octaves { return zero + octaves * positivePerOctave }
      return zero + 1 + octave * positivePerOctave + Int(bits >> 13 & 1023)
    }
    if octave == octaves { return 0 }
    return zero - 1 - octave * negativePerOctave - Int(bits >> 15 & 255)
  }

  static func edges(_ bin: Int) -> (lowest: Double, highest: Double) {
    if bin == zero { return (0, 0x1p-16) }
    let index = bin > zero ? bin - zero - 1 : zero - 1 - bin
    let steps = bin > zero ? positivePerOctave : negativePerOctave
    var scale = 0x1p-16
    for _ in 0..<(index / steps) { scale *= 2 }
    let near = scale * (1 + Double(index % steps) / Double(steps))
    let far = scale * (1 + Double(index % steps + 1) / Double(steps))
    return bin > zero ? (near, far) : (-far, -near)
  }
}
